import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Sale } from "../../sale/event.ts";
import { countWords } from "../parts/dates.ts";
import type { AttendState, Step } from "./attend-state.ts";
import { Countdown } from "./countdown.tsx";
import { openingWords } from "./opening-words.ts";
import { problemSentences } from "./problem-sentences.ts";
import type { SaleNow } from "./sale-now.ts";
import { SaleStrip } from "./sale-strip.tsx";
import type { StepProps } from "./steps.tsx";
import { CodeStep, DetailsStep, PhoneStep } from "./steps.tsx";

export interface AttendAppProps extends StepProps {
  readonly now: SaleNow | null;
  readonly sales: readonly Sale[];
  readonly timeZone: string;
  readonly readerZone: string;
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
  const { step, purpose } = state;
  if (step.kind === "done") return <Done {...props} step={step} />;
  if (purpose === "recover") return <Recover {...props} />;
  if (now === null || now.state === "closed") {
    return (
      <Said title="Registration has ended">
        <p>Thank you to everyone who came by. If you hold a ticket, you can get it back here.</p>
      </Said>
    );
  }
  if (now.state === "full") return <Full {...props} sale={now.sale} />;
  if (now.state === "scheduled" && step.kind !== "details") {
    return <Scheduled {...props} sale={now.sale} />;
  }
  return <Register {...props} now={now} />;
}

const PAUSED =
  "The organiser has paused registration. Go on all the same: what you send waits, and goes through by itself.";

function Register(props: AttendAppProps & { readonly now: SaleNow }) {
  const { state, now, nowMs, timeZone, readerZone, dispatch } = props;
  const { opensAtMs } = now.sale;
  const isEarly = nowMs < opensAtMs;
  const isPaused = now.state === "paused";
  const countdown = isEarly && <Countdown label="Opens in" leftMs={opensAtMs - nowMs} />;
  switch (state.step.kind) {
    case "phone":
      return (
        <Said title={isEarly ? "Confirm your phone now" : "Get your ticket"} place={1}>
          {countdown}
          {isPaused && <p>{PAUSED}</p>}
          <p>
            {isEarly
              ? `Registration opens on ${openingWords(opensAtMs, timeZone, readerZone)}. Confirm your phone now, and one tap is enough then.`
              : "We send a code to your phone. One phone, one ticket, free of charge."}
          </p>
          <PhoneStep {...props} />
        </Said>
      );
    case "code":
      return <EnterCode {...props} step={state.step} place={2} />;
    case "details":
      return (
        <Said title={isEarly ? "You are ready" : "Who is coming?"} place={3}>
          {countdown}
          {isPaused && <p>{PAUSED}</p>}
          <p>
            {isEarly
              ? "Your phone is confirmed. Fill this in, come back for the opening, and tap once."
              : "Your phone is confirmed. This is the last step."}{" "}
            <button
              type="button"
              class="quiet"
              onClick={() => dispatch({ kind: "phone-reopened" })}
            >
              Use another phone
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
  const { step } = props.state;
  if (step.kind === "code") return <EnterCode {...props} step={step} place={null} />;
  return (
    <Said title="Get your ticket back">
      <p>We send a code to the phone you registered with; then your ticket opens.</p>
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
  const { state, dispatch, place } = props;
  const isRecovery = state.purpose === "recover";
  return (
    <Said title="Enter the code" place={place}>
      <p>
        {isRecovery ? "If a ticket belongs to " : "We sent it to "}
        <bdi dir="ltr" class="number">
          {state.fields.phone}
        </bdi>
        {isRecovery ? ", a code is on its way there." : "."}{" "}
        <button type="button" class="quiet" onClick={() => dispatch({ kind: "phone-reopened" })}>
          Change the number
        </button>
      </p>
      <CodeStep {...props} />
    </Said>
  );
}

function Scheduled({
  sale,
  nowMs,
  timeZone,
  readerZone,
}: AttendAppProps & { readonly sale: Sale }) {
  const isVerifiedFirst = sale.verifyFromMs < sale.opensAtMs;
  return (
    <Said title="Registration opens soon">
      <Countdown label="Opens in" leftMs={sale.opensAtMs - nowMs} />
      <p>
        {countWords(sale.quota)} seats on {openingWords(sale.opensAtMs, timeZone, readerZone)}.
      </p>
      {isVerifiedFirst && (
        <p>
          You can confirm your phone from {openingWords(sale.verifyFromMs, timeZone, readerZone)}.
          Whoever did needs one tap at the opening.
        </p>
      )}
      <p class="soft">This page opens by itself; there is no need to load it again.</p>
    </Said>
  );
}

function Full(props: AttendAppProps & { readonly sale: Sale }) {
  const { sale, sales, timeZone, readerZone } = props;
  const next = sales.find(({ number }) => number > sale.number);
  return (
    <Said title={`All ${countWords(sale.quota)} seats are taken`}>
      {next === undefined ? (
        <p>There is no further registration for this event.</p>
      ) : (
        <p>
          The next {countWords(next.quota)} seats are given out on{" "}
          {openingWords(next.opensAtMs, timeZone, readerZone)}.
        </p>
      )}
      <p>Did you register already? Your seat is yours, and your ticket is a code away.</p>
    </Said>
  );
}

function Done({
  step,
  dispatch,
}: AttendAppProps & { readonly step: Extract<Step, { kind: "done" }> }) {
  const { ticket, isNew } = step;
  return (
    <Said title={isNew ? "You are in" : "Here is your ticket"}>
      <p class="figure">
        <span class="figure-label">Your number</span>
        <span class="figure-value">{countWords(ticket.ordinal)}</span>
      </p>
      <p>
        {isNew
          ? "Your tickets also come by SMS and mail."
          : "This phone holds a seat already, and it stays yours."}
      </p>
      <a class="primary" href={ticket.ticketUrl}>
        Open my ticket
      </a>
      <p class="beside">
        <a href={ticket.pdfUrl}>Download the PDF</a>
        <button type="button" class="quiet" onClick={() => dispatch({ kind: "started-over" })}>
          Register another phone
        </button>
      </p>
    </Said>
  );
}

function PurposeSwitch({ state, dispatch }: AttendAppProps) {
  if (state.step.kind === "done") return null;
  const isRecovery = state.purpose === "recover";
  return (
    <p class="switch">
      {isRecovery ? "No ticket yet?" : "Lost your ticket?"}{" "}
      <button
        type="button"
        class="quiet"
        onClick={() =>
          dispatch({ kind: "purpose-chosen", purpose: isRecovery ? "register" : "recover" })
        }
      >
        {isRecovery ? "Back to registration" : "Get it back"}
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
  return (
    <div class="panel">
      {typeof place === "number" && (
        <p class="place">
          Step {place} of 3
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
    const { beside } = problemSentences[complaint.code];
    if (beside !== "form") card.current?.querySelector<HTMLElement>(`#${beside}`)?.focus();
  }, [complaint]);
}
