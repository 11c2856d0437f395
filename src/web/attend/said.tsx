import type { ComponentChildren } from "preact";
import { useSpeech } from "./speech.ts";

interface SaidProps {
  readonly title: string;
  /** Which of the three steps this is; absent where nothing is counted. */
  readonly place?: number | null;
  readonly children: ComponentChildren;
}

/** The body of the card: a heading and what belongs under it. */
export function Said({ title, place, children }: SaidProps) {
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
