import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { countdownText, waitText } from "../../language/durations.ts";
import type { AttendFlow } from "./attend-flow.ts";
import { CODE_LENGTH } from "./attend-flow.ts";
import type { AttendAction, AttendState, Step, TypedField } from "./attend-state.ts";
import { CountryChoice } from "./country-choice.tsx";
import type { CallingCode } from "./dialled-number.ts";
import { plainDigits } from "./digits.ts";
import { Field } from "./field.tsx";
import { ComplaintWait, Notice } from "./notice.tsx";
import { problemPlace } from "./problem-place.ts";
import type { Speech } from "./speech.ts";
import { useSpeech } from "./speech.ts";
import { codeFromSms } from "./web-otp.ts";

export interface StepProps {
  readonly state: AttendState;
  readonly nowMs: number;
  readonly flow: AttendFlow;
  readonly dispatch: (action: AttendAction) => void;
  readonly callingCodes: readonly CallingCode[];
}

interface PhoneStepProps extends StepProps {
  readonly submit: () => Promise<void>;
  readonly send: string;
  readonly note: string;
}

export function PhoneStep(props: PhoneStepProps) {
  const { state, dispatch, callingCodes, submit, send, note } = props;
  const speech = useSpeech();
  return (
    <StepForm {...props} submit={submit} label={send}>
      <Field
        {...fieldProps(props, "phone", speech)}
        label={speech.texts.phone.label}
        note={note}
        input={{ type: "tel", autocomplete: "tel", inputMode: "tel", dir: "ltr", maxLength: 40 }}
        before={
          <CountryChoice
            country={state.fields.country}
            callingCodes={callingCodes}
            onCountry={(text) => dispatch({ kind: "typed", field: "country", text })}
          />
        }
      />
    </StepForm>
  );
}

/** A shorter wait is over before it is read. */
const LEAVES_SOON_MS = 3_000;

type CodeStepState = Extract<Step, { kind: "code" }>;

export function CodeStep(props: StepProps & { readonly step: CodeStepState }) {
  const { step, nowMs, flow, dispatch } = props;
  const speech = useSpeech();
  const texts = speech.texts.code;
  const take = (text: string) => {
    dispatch({ kind: "typed", field: "code", text });
    if (plainDigits(text).length === CODE_LENGTH) void flow.sendCode();
  };
  useEffect(() => {
    const abort = new AbortController();
    void codeFromSms(abort.signal).then((code) => {
      if (code !== null) take(code);
    });
    return () => abort.abort();
  }, [step.challenge]);
  const resendLeftMs = step.resendAtMs - nowMs;
  const leavesInMs = step.leavesAtMs - nowMs;
  return (
    <StepForm {...props} submit={() => flow.sendCode()} label={texts.confirm}>
      <Field
        {...fieldProps(props, "code", speech)}
        onText={take}
        label={texts.label}
        note={lifeText(step.expiresAtMs - nowMs, speech) + attemptsText(step, speech)}
        input={{
          class: "code-input",
          inputMode: "numeric",
          autocomplete: "one-time-code",
          dir: "ltr",
          maxLength: 16,
        }}
      />
      <p class="beside">
        <span>
          {leavesInMs > LEAVES_SOON_MS
            ? texts.leavesIn(waitText(leavesInMs, speech.language))
            : texts.noMessage}
        </span>
        <button
          type="button"
          class="quiet"
          disabled={resendLeftMs > 0}
          onClick={() => void flow.resendCode()}
        >
          {resendLeftMs > 0
            ? texts.sendAgainIn(waitText(resendLeftMs, speech.language))
            : texts.sendAgain}
        </button>
      </p>
    </StepForm>
  );
}

interface DetailsStepProps extends StepProps {
  /** Filled in ahead of time, it says what its button waits for. */
  readonly closedLabel: string | null;
}

export function DetailsStep(props: DetailsStepProps) {
  const { flow, closedLabel } = props;
  const speech = useSpeech();
  const { details } = speech.texts;
  return (
    <StepForm
      {...props}
      submit={() => flow.sendDetails()}
      label={closedLabel ?? details.send}
      isClosed={closedLabel !== null}
    >
      <Field
        {...fieldProps(props, "name", speech)}
        label={details.name}
        note={details.nameNote}
        input={{ autocomplete: "name", dir: "auto", maxLength: 200 }}
      />
      <Field
        {...fieldProps(props, "email", speech)}
        label={details.email}
        note={details.emailNote}
        input={{
          type: "email",
          autocomplete: "email",
          inputMode: "email",
          dir: "ltr",
          maxLength: 254,
        }}
      />
    </StepForm>
  );
}

interface StepFormProps extends StepProps {
  readonly submit: () => Promise<void>;
  readonly label: string;
  readonly isClosed?: boolean;
  readonly children: ComponentChildren;
}

function StepForm({ state, nowMs, flow, submit, label, isClosed, children }: StepFormProps) {
  const isBusy = state.activity.kind !== "idle";
  return (
    // Our own sentences stand beside the fields; the browser's bubbles would cover them.
    <form
      noValidate
      aria-busy={isBusy}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isClosed) void submit();
      }}
    >
      {children}
      <button
        type="submit"
        class={isBusy ? "primary busy" : "primary"}
        aria-disabled={isBusy || isClosed === true}
      >
        {label}
      </button>
      <Notice state={state} nowMs={nowMs} flow={flow} />
    </form>
  );
}

function fieldProps({ state, nowMs, dispatch }: StepProps, name: TypedField, speech: Speech) {
  const { complaint, step } = state;
  return {
    name,
    value: state.fields[name],
    onText: (text: string) => dispatch({ kind: "typed", field: name, text }),
    complaint: complaint !== null && problemPlace[complaint.code] === name && (
      <>
        {speech.texts.problems[complaint.code]}
        {attemptsText(step, speech)}
        <ComplaintWait complaint={complaint} nowMs={nowMs} />
      </>
    ),
  };
}

function lifeText(leftMs: number, { language, texts }: Speech): string {
  const { goodFor, mayHaveRunOut } = texts.code;
  return leftMs > 0 ? goodFor(countdownText(leftMs, language)) : mayHaveRunOut;
}

function attemptsText(step: Step, { texts }: Speech): string {
  if (step.kind !== "code" || step.attemptsLeft === null) return "";
  return ` ${texts.code.triesLeft(step.attemptsLeft)}`;
}
