import { useEffect, useRef } from "preact/hooks";
import { countText } from "../../language/counting.ts";
import { countdownText } from "../../language/durations.ts";
import type { Sale } from "../../sale/event.ts";
import type { AttendProps } from "./attend-props.ts";
import type { Step } from "./attend-state.ts";
import { Countdown } from "./countdown.tsx";
import { EnterCode } from "./enter-code.tsx";
import { LinePanel } from "./line/line-panel.tsx";
import { SeatKept } from "./line/seat-kept.tsx";
import type { Standing } from "./line/standing.ts";
import { openingWords } from "./opening-words.ts";
import { problemPlace } from "./problem-place.ts";
import { Said } from "./said.tsx";
import type { SaleNow } from "./sale-now.ts";
import { SaleStrip } from "./sale-strip.tsx";
import { useSpeech } from "./speech.ts";
import { DetailsStep, PhoneStep } from "./steps.tsx";

/** The whole card: how the sale stands, and the one thing to do next. */
export function AttendApp(props: AttendProps) {
  const card = useRef<HTMLDivElement>(null);
  useFocus(card, props);
  useTabTitle(props.standing.kind === "my-turn");
  return (
    <div ref={card}>
      <SaleStrip now={props.now} />
      <Panel {...props} />
      <PurposeSwitch {...props} />
    </div>
  );
}

function Panel(props: AttendProps) {
  const { state, now, nowMs, standing } = props;
  const { texts } = useSpeech();
  const { step, purpose } = state;
  if (step.kind === "done") return <Done {...props} step={step} />;
  if (purpose === "recover") return <Recover {...props} />;
  if (now === null || now.state === "closed") {
    return (
      <Said title={texts.closed.title}>
        <p>{texts.closed.lead}</p>
      </Said>
    );
  }
  if (now.state === "full") return <Full {...props} sale={now.sale} />;
  if (now.state === "scheduled" && step.kind !== "details") {
    return <Scheduled {...props} sale={now.sale} />;
  }
  const isInLine = now.sale.lobby !== undefined && nowMs >= now.sale.lobby.fromMs;
  const isAtCode = step.kind === "code" && nowMs < now.sale.opensAtMs;
  if (isInLine && standing.kind !== "my-turn" && !isAtCode) {
    return <LinePanel {...props} now={now} />;
  }
  return <Register {...props} now={now} />;
}

function Register(props: AttendProps & { readonly now: SaleNow }) {
  const { state, now, nowMs, zones, dispatch, flow, standing } = props;
  const speech = useSpeech();
  const { language } = speech;
  const { opensIn, opensInWait, early, paused, phone, details, line } = speech.texts;
  const { opensAtMs, lobby } = now.sale;
  const isEarly = nowMs < opensAtMs;
  const isMyTurn = standing.kind === "my-turn";
  const opening = openingWords(opensAtMs, zones, speech);
  const howItStands = (
    <>
      {isEarly && <Countdown label={opensIn} leftMs={opensAtMs - nowMs} />}
      {isMyTurn && <SeatKept {...props} untilMs={standing.untilMs} saleNumber={now.sale.number} />}
      {now.state === "paused" && <p>{paused}</p>}
    </>
  );
  switch (state.step.kind) {
    case "phone":
      return (
        <Said title={isEarly ? early.title : isMyTurn ? line.turn.title : phone.title} place={1}>
          {howItStands}
          <p>{isEarly ? (lobby ? line.early.lead : early.lead)(opening) : phone.lead}</p>
          <PhoneStep
            {...props}
            submit={() => flow.sendPhone()}
            send={phone.send}
            note={isMyTurn ? line.turn.phoneNote : phone.note}
          />
        </Said>
      );
    case "code":
      return <EnterCode {...props} step={state.step} place={2} />;
    case "details":
      return (
        <Said
          title={isEarly ? early.readyTitle : isMyTurn ? line.turn.title : details.title}
          place={3}
        >
          {howItStands}
          <p>
            {isEarly ? (lobby ? line.early : early).readyLead : details.lead}{" "}
            <button
              type="button"
              class="quiet"
              onClick={() => dispatch({ kind: "phone-reopened" })}
            >
              {details.otherPhone}
            </button>
          </p>
          <DetailsStep
            {...props}
            closedLabel={isEarly ? opensInWait(countdownText(opensAtMs - nowMs, language)) : null}
          />
        </Said>
      );
    case "done":
      return null;
  }
}

function Recover(props: AttendProps) {
  const { recover, phone } = useSpeech().texts;
  const { flow, state } = props;
  const { step } = state;
  if (step.kind === "code") return <EnterCode {...props} step={step} place={null} />;
  return (
    <Said title={recover.title}>
      <p>{recover.lead}</p>
      <PhoneStep
        {...props}
        submit={() => flow.sendPhone()}
        send={phone.send}
        note={phone.recoverNote}
      />
    </Said>
  );
}

function Scheduled({ sale, nowMs, zones }: AttendProps & { readonly sale: Sale }) {
  const speech = useSpeech();
  const { scheduled, opensIn, line } = speech.texts;
  const { title, opening, verifying, keepPage } = scheduled;
  const { lobby, verifyFromMs, opensAtMs } = sale;
  return (
    <Said title={title}>
      <Countdown label={opensIn} leftMs={sale.opensAtMs - nowMs} />
      <p>{opening(sale.quota, openingWords(sale.opensAtMs, zones, speech))}</p>
      {lobby === undefined && verifyFromMs < opensAtMs && (
        <p>{verifying(openingWords(verifyFromMs, zones, speech))}</p>
      )}
      {lobby !== undefined && <p>{line.lobbyFrom(openingWords(lobby.fromMs, zones, speech))}</p>}
      <p class="soft">{keepPage}</p>
    </Said>
  );
}

function Full({ sale, sales, zones }: AttendProps & { readonly sale: Sale }) {
  const speech = useSpeech();
  const { title, none, next: nextWords, holder } = speech.texts.full;
  const next = sales.find(({ number }) => number > sale.number);
  return (
    <Said title={title(sale.quota)}>
      <p>
        {next === undefined
          ? none
          : nextWords(next.quota, openingWords(next.opensAtMs, zones, speech))}
      </p>
      <p>{holder}</p>
    </Said>
  );
}

function Done({
  step,
  dispatch,
}: AttendProps & { readonly step: Extract<Step, { kind: "done" }> }) {
  const { language, texts } = useSpeech();
  const { title, holderTitle, number, lead, holderLead, open, download, another } = texts.done;
  const { ticket, isNew } = step;
  return (
    <Said title={isNew ? title : holderTitle}>
      <p class="figure">
        <span class="figure-label">{number}</span>
        <span class="figure-value">{countText(ticket.ordinal, language)}</span>
      </p>
      <p>{isNew ? lead : holderLead}</p>
      <a class="primary" href={ticket.ticketUrl}>
        {open}
      </a>
      <p class="beside">
        <a href={ticket.pdfUrl}>{download}</a>
        <button type="button" class="quiet" onClick={() => dispatch({ kind: "started-over" })}>
          {another}
        </button>
      </p>
    </Said>
  );
}

function PurposeSwitch({ state, dispatch }: AttendProps) {
  const { lost, getBack, noTicket, backToRegistration } = useSpeech().texts.recover;
  if (state.step.kind === "done") return null;
  const isRecovery = state.purpose === "recover";
  const other = isRecovery ? "register" : "recover";
  return (
    <p class="switch">
      {isRecovery ? noTicket : lost}{" "}
      <button
        type="button"
        class="quiet"
        onClick={() => dispatch({ kind: "purpose-chosen", purpose: other })}
      >
        {isRecovery ? backToRegistration : getBack}
      </button>
    </p>
  );
}

/**
 * A new step takes the focus to its heading, or to the field that had it and is still there; a complaint takes it
 * to its field. The first drawing leaves it alone, and so does what a line does by itself but for the turn.
 */
function useFocus(
  card: { readonly current: HTMLElement | null },
  { state, standing }: AttendProps,
): void {
  const { step, purpose, complaint } = state;
  const place = `${purpose} ${step.kind} ${placeInLine(standing)}`;
  const lastPlace = useRef(place);
  const focusedId = document.activeElement?.id;
  useEffect(() => {
    if (lastPlace.current === place) return;
    lastPlace.current = place;
    const find = (selector: string) => card.current?.querySelector<HTMLElement>(selector);
    ((focusedId && find(`form #${focusedId}`)) || find("h2"))?.focus();
  }, [place]);
  useEffect(() => {
    if (complaint === null) return;
    const beside = problemPlace[complaint.code];
    if (beside !== "form") card.current?.querySelector<HTMLElement>(`#${beside}`)?.focus();
  }, [complaint]);
}

function placeInLine({ kind }: Standing): string {
  return kind === "in-draw" || kind === "placing" || kind === "ahead-of-me" ? "in-line" : kind;
}

/** Seen in a row of tabs, where the page itself is not. */
function useTabTitle(isMyTurn: boolean): void {
  const { tabTitle } = useSpeech().texts.line.turn;
  useEffect(() => {
    if (!isMyTurn) return;
    const usual = document.title;
    document.title = `${tabTitle} – ${usual}`;
    return () => {
      document.title = usual;
    };
  }, [isMyTurn]);
}
