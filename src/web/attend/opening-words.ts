import { instantWords, shortInstant, timeOfDay, zoneName } from "../parts/dates.ts";

/** An instant in the event's zone, and in the reader's own where the clocks there differ. */
export function openingWords(instantMs: number, eventZone: string, readerZone: string): string {
  const there = `${instantWords(instantMs, eventZone)}, ${zoneName(instantMs, eventZone)}`;
  const isSameClock = shortInstant(instantMs, eventZone) === shortInstant(instantMs, readerZone);
  if (isSameClock) return there;
  const isSameDay =
    dayPart(shortInstant(instantMs, eventZone)) === dayPart(shortInstant(instantMs, readerZone));
  const here = isSameDay ? timeOfDay(instantMs, readerZone) : shortInstant(instantMs, readerZone);
  return `${there} (${here} where you are)`;
}

function dayPart(words: string): string | undefined {
  return words.split(",")[0];
}
