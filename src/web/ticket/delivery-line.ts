import type { ChannelStatus } from "../../delivery/ports.ts";
import { countText, pluralForm } from "../../language/counting.ts";
import { durationWords } from "../../language/durations.ts";
import type { Language } from "../../language/language.ts";
import type { DeliveryTexts } from "../texts/page-texts.ts";

const MINUTE_MS = 60_000;
/** What a wait is rounded up to, by how long it is: nobody counts the minutes of an hour. */
const STEPS: readonly { readonly belowMs: number; readonly stepMs: number }[] = [
  { belowMs: 20 * MINUTE_MS, stepMs: MINUTE_MS },
  { belowMs: 60 * MINUTE_MS, stepMs: 5 * MINUTE_MS },
  { belowMs: 180 * MINUTE_MS, stepMs: 15 * MINUTE_MS },
  { belowMs: Infinity, stepMs: 60 * MINUTE_MS },
];

/** Where a message stands, in the words of the ticket page. */
export function deliveryLine(
  { state, ahead, waitMs }: ChannelStatus,
  texts: DeliveryTexts,
  language: Language,
): string {
  if (state !== "queued" || ahead === null || ahead === 0) return texts.states[state];
  const { queuedBehind } = texts;
  const behind = (queuedBehind[pluralForm(ahead, language)] ?? queuedBehind.other).replace(
    "#",
    countText(ahead, language),
  );
  return waitMs === null ? behind : behind + texts.comma + aboutText(waitMs, texts, language);
}

function aboutText(waitMs: number, texts: DeliveryTexts, language: Language): string {
  if (waitMs < MINUTE_MS) return texts.underMinute;
  const { stepMs } = STEPS.find(({ belowMs }) => waitMs < belowMs) ?? { stepMs: MINUTE_MS };
  const roundedMs = Math.ceil(waitMs / stepMs) * stepMs;
  return texts.about.replace("#", durationWords(roundedMs, language));
}
