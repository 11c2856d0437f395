import { countdownText } from "../../../language/durations.ts";
import { useSpeech } from "../speech.ts";
import type { StepProps } from "../steps.tsx";

interface SeatKeptProps extends StepProps {
  readonly untilMs: number;
  readonly saleNumber: number;
}

/** How long the seat is kept; then the way back into the line, for whether it has lapsed only the service knows. */
export function SeatKept({ untilMs, nowMs, flow, saleNumber }: SeatKeptProps) {
  const { language, texts } = useSpeech();
  const { turn, joinAgain } = texts.line;
  if (nowMs < untilMs) {
    return (
      <p class="figure">
        <span class="figure-label">{turn.keptFor}</span>
        <span class="figure-value" role="timer">
          {countdownText(untilMs - nowMs, language)}
        </span>
      </p>
    );
  }
  return (
    <p class="notice" role="status">
      {turn.over}{" "}
      <button type="button" class="quiet" onClick={() => void flow.join(saleNumber)}>
        {joinAgain}
      </button>
    </p>
  );
}
