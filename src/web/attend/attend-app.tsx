import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { countText } from "../../language/counting.ts";
import type { Sale } from "../../sale/event.ts";
import type { AttendState, Step } from "./attend-state.ts";
import { Countdown } from "./countdown.tsx";
import { dialledNumber } from "./dialled-number.ts";
import type { Zones } from "./opening-words.ts";
import { openingWords } from "./opening-words.ts";
import { problemPlace } from "./problem-place.ts";
import type { SaleNow } from "./sale-now.ts";
import { SaleStrip } from "./sale-strip.tsx";
import { useSpeech } from "./speech.ts";
import type { StepProps } from "./steps.tsx";
import { CodeStep, DetailsStep, PhoneStep } from "./steps.tsx";

export interface AttendAppProps extends StepProps {
  readonly now: SaleNow | null;
  readonly sales: readonly Sale[];
  readonly zones: Zones;
}

/** The whole card: how the sale stands, and the one thing to do next. */
export function AttendApp(props: AttendAppProps) {
  const card = useRef<HTMLDivElement>(null);
  useFocus(card, props.state);
  return (
    <div ref={card}>
      <SaleStrip now={props.now} />
      <Panel {...props} />
      <PurposeSwitch {...props} />
    </div>
  );
}

function Panel(props: AttendAppProps) {
  const { state, now } = props;
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
  return <Register {...props} now={now} />;
}

function Register(props: AttendAppProps & { readonly now: SaleNow }) {
  const { state, now, nowMs, zones, dispatch } = props;
  const speech = useSpeech();
  const { early, paused, phone, details } = speech.texts;
  const { opensAtMs } = now.sale;
  const isEarly = nowMs < opensAtMs;
  const standing = (
    <>
      {isEarly && <Countdown leftMs={opensAtMs - nowMs} />}
      {now.state === "paused" && <p>{paused}</p>}
    </>
  );
  switch (state.step.kind) {
    case "phone":
      return (
        <Said title={isEarly ? early.title : phone.title} place={1}>
          {standing}
          <p>{isEarly ? early.lead(openingWords(opensAtMs, zones, speech)) : phone.lead}</p>
          <PhoneStep {...props} />
        </Said>
      );
    case "code":
      return <EnterCode {...props} step={state.step} place={2} />;
    case "details":
      return (
        <Said title={isEarly ? early.readyTitle : details.title} place={3}>
          {standing}
          <p>
            {isEarly ? early.readyLead : details.lead}{" "}
            <button
              type="button"
              class="quiet"
              onClick={() => dispatch({ kind: "phone-reopened" })}
            >
              {details.otherPhone}
            </button>
          </p>
          <DetailsStep {...props} opensAtMs={opensAtMs} />
        </Said>
      );
    case "done":
      return null;
  }
}

function Recover(props: AttendAppProps) {
  const { recover } = useSpeech().texts;
  const { step } = props.state;
  if (step.kind === "code") return <EnterCode {...props} step={step} place={null} />;
  return (
    <Said title={recover.title}>
      <p>{recover.lead}</p>
      <PhoneStep {...props} />
    </Said>
  );
}

function EnterCode(
  props: AttendAppProps & {
    readonly step: Extract<Step, { kind: "code" }>;
    readonly place: number | null;
  },
) {
  const { state, dispatch, place, callingCodes } = props;
  const { code } = useSpeech().texts;
  return (
    <Said title={code.title} place={place}>
      <p>
        {state.purpose === "recover" ? code.recoverSentTo : code.sentTo}{" "}
        <bdi dir="ltr" class="number">
          {dialledNumber(state.fields, callingCodes)}
        </bdi>{" "}
        <button type="button" class="quiet" onClick={() => dispatch({ kind: "phone-reopened" })}>
          {code.changeNumber}
        </button>
      </p>
      <CodeStep {...props} />
    </Said>
  );
}

function Scheduled({ sale, nowMs, zones }: AttendAppProps & { readonly sale: Sale }) {
  const speech = useSpeech();
  const { title, opening, verifying, keepPage } = speech.texts.scheduled;
  return (
    <Said title={title}>
      <Countdown leftMs={sale.opensAtMs - nowMs} />
      <p>{opening(sale.quota, openingWords(sale.opensAtMs, zones, speech))}</p>
      {sale.verifyFromMs < sale.opensAtMs && (
        <p>{verifying(openingWords(sale.verifyFromMs, zones, speech))}</p>
      )}
      <p class="soft">{keepPage}</p>
    </Said>
  );
}

function Full({ sale, sales, zones }: AttendAppProps & { readonly sale: Sale }) {
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
}: AttendAppProps & { readonly step: Extract<Step, { kind: "done" }> }) {
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

function PurposeSwitch({ state, dispatch }: AttendAppProps) {
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

interface SaidProps {
  readonly title: string;
  /** Which of the three steps this is; absent where nothing is counted. */
  readonly place?: number | null;
  readonly children: ComponentChildren;
}

function Said({ title, place, children }: SaidProps) {
  const { texts } = useSpeech();
  return (
    <div class="panel">
      {typeof place === "number" && (
        <p class="place">
          {texts.stepOf3(place)}
          <span class={`place-bar place-${place}`} aria-hidden="true" />
        </p>
      )}
      <h2 tabIndex={-1}>{title}</h2>
      {children}
    </div>
  );
}

/** A new step takes the focus to its first input, a complaint to its field; the first drawing leaves it alone. */
function useFocus(card: { readonly current: HTMLElement | null }, state: AttendState): void {
  const { step, purpose, complaint } = state;
  const place = `${purpose} ${step.kind}`;
  const lastPlace = useRef(place);
  useEffect(() => {
    if (lastPlace.current === place) return;
    lastPlace.current = place;
    card.current?.querySelector<HTMLElement>("form input, h2")?.focus();
  }, [place]);
  useEffect(() => {
    if (complaint === null) return;
    const beside = problemPlace[complaint.code];
    if (beside !== "form") card.current?.querySelector<HTMLElement>(`#${beside}`)?.focus();
  }, [complaint]);
}
