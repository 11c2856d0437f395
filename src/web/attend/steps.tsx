import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { AttendFlow } from "./attend-flow.ts";
import { CODE_LENGTH } from "./attend-flow.ts";
import type { AttendAction, AttendState, FieldName, Step } from "./attend-state.ts";
import { countdownText, waitText } from "./countdown.tsx";
import { plainDigits } from "./digits.ts";
import { Field } from "./field.tsx";
import { ComplaintWait, Notice } from "./notice.tsx";
import { problemSentences } from "./problem-sentences.ts";
import { codeFromSms } from "./web-otp.ts";

export interface StepProps {
  readonly state: AttendState;
  readonly nowMs: number;
  readonly flow: AttendFlow;
  readonly dispatch: (action: AttendAction) => void;
}

export function PhoneStep(props: StepProps) {
  const { flow, state } = props;
  return (
    <StepForm {...props} submit={() => flow.sendPhone()} label="Send me a code">
      <Field
        {...fieldProps(props, "phone")}
        label="Mobile number"
        note={
          state.purpose === "recover"
            ? "The number you registered with."
            : "Abroad? Begin with + and the country code."
        }
        input={{ type: "tel", autocomplete: "tel", inputMode: "tel", dir: "ltr", maxLength: 40 }}
      />
    </StepForm>
  );
}

type CodeStepState = Extract<Step, { kind: "code" }>;

export function CodeStep(props: StepProps & { readonly step: CodeStepState }) {
  const { step, nowMs, flow, dispatch } = props;
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
  return (
    <StepForm {...props} submit={() => flow.sendCode()} label="Confirm">
      <Field
        {...fieldProps(props, "code")}
        onText={take}
        label="Six-digit code"
        note={lifeText(step.expiresAtMs - nowMs) + attemptsText(step)}
        input={{
          class: "code-input",
          inputMode: "numeric",
          autocomplete: "one-time-code",
          dir: "ltr",
          maxLength: 16,
        }}
      />
      <p class="beside">
        <span>No message yet?</span>
        <button
          type="button"
          class="quiet"
          disabled={resendLeftMs > 0}
          onClick={() => void flow.resendCode()}
        >
          {resendLeftMs > 0 ? `Send again in ${waitText(resendLeftMs)}` : "Send again"}
        </button>
      </p>
    </StepForm>
  );
}

export function DetailsStep(props: StepProps & { readonly opensAtMs: number }) {
  const { nowMs, flow, opensAtMs } = props;
  const waitMs = opensAtMs - nowMs;
  return (
    <StepForm
      {...props}
      submit={() => flow.sendDetails()}
      label={waitMs > 0 ? `Opens in ${countdownText(waitMs)}` : "Get my ticket"}
      isClosed={waitMs > 0}
    >
      <Field
        {...fieldProps(props, "name")}
        label="Your name"
        note="As it should stand on the ticket, in any script."
        input={{ autocomplete: "name", dir: "auto", maxLength: 200 }}
      />
      <Field
        {...fieldProps(props, "email")}
        label="E-mail"
        note="Your tickets go there too, as a PDF."
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
  /** Filled in ahead of time; the button wakes at the opening. */
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

function fieldProps({ state, nowMs, dispatch }: StepProps, name: FieldName) {
  const { complaint, step } = state;
  const problem = complaint === null ? null : problemSentences[complaint.code];
  return {
    name,
    value: state.fields[name],
    onText: (text: string) => dispatch({ kind: "typed", field: name, text }),
    complaint: complaint !== null && problem?.beside === name && (
      <>
        {problem.sentence}
        {attemptsText(step)}
        <ComplaintWait complaint={complaint} nowMs={nowMs} />
      </>
    ),
  };
}

function lifeText(leftMs: number): string {
  return leftMs > 0 ? `Good for ${countdownText(leftMs)}.` : "It may have run out by now.";
}

function attemptsText(step: Step): string {
  if (step.kind !== "code" || step.attemptsLeft === null) return "";
  return step.attemptsLeft === 1 ? " One try is left." : ` ${step.attemptsLeft} tries are left.`;
}
