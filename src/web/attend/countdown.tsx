import { countdownText, durationWords } from "../../language/durations.ts";
import { useSpeech } from "./speech.ts";

/** The time left in large figures; in words for those who listen, who need no seconds. */
export function Countdown({ leftMs }: { readonly leftMs: number }) {
  const { language, texts } = useSpeech();
  return (
    <p class="figure">
      <span class="figure-label">{texts.opensIn}</span>
      <span class="figure-value" aria-hidden="true">
        {countdownText(leftMs, language)}
      </span>
      <span class="hidden-text">{durationWords(leftMs, language)}</span>
    </p>
  );
}
