import { countdownText, durationWords } from "../../language/durations.ts";
import { useSpeech } from "./speech.ts";

interface CountdownProps {
  /** What it runs to. */
  readonly label: string;
  readonly leftMs: number;
}

/** The time left in large figures; in words for those who listen, who need no seconds. */
export function Countdown({ label, leftMs }: CountdownProps) {
  const { language } = useSpeech();
  return (
    <p class="figure">
      <span class="figure-label">{label}</span>
      <span class="figure-value" aria-hidden="true">
        {countdownText(leftMs, language)}
      </span>
      <span class="hidden-text">{durationWords(leftMs, language)}</span>
    </p>
  );
}
