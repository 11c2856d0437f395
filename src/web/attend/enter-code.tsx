import type { Step } from "./attend-state.ts";
import { dialledNumber } from "./dialled-number.ts";
import { Said } from "./said.tsx";
import { useSpeech } from "./speech.ts";
import type { StepProps } from "./steps.tsx";
import { CodeStep } from "./steps.tsx";

interface EnterCodeProps extends StepProps {
  readonly step: Extract<Step, { kind: "code" }>;
  readonly place: number | null;
}

/** The code, and the number it went to. */
export function EnterCode(props: EnterCodeProps) {
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
