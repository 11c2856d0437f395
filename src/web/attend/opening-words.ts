import { shortDay, shortInstant, timeOfDay, zonedInstantWords } from "../../language/dates.ts";
import type { Speech } from "./speech.ts";

export interface Zones {
  readonly event: string;
  readonly reader: string;
}

/** An instant in the event's zone, and in the reader's own where the clocks there differ. */
export function openingWords(instantMs: number, zones: Zones, { language, texts }: Speech): string {
  const { event, reader } = zones;
  const there = zonedInstantWords(instantMs, event, language);
  const inZone = (zone: string) => shortInstant(instantMs, zone, language);
  if (inZone(event) === inZone(reader)) return there;
  const isSameDay = shortDay(instantMs, event, language) === shortDay(instantMs, reader, language);
  const here = isSameDay ? timeOfDay(instantMs, reader, language) : inZone(reader);
  return `${there} (${texts.whereYouAre(here)})`;
}
