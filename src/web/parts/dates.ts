/** British English writes the day first and the hours to 24, as the tickets do. */
const LOCALE = "en-GB";

export interface DayWords {
  /** As in `Fri`. */
  readonly weekday: string;
  readonly dayOfMonth: string;
  /** As in `Jan`. */
  readonly month: string;
  /** As in `Friday, 15 January 2027`. */
  readonly full: string;
}

/** A calendar date (`YYYY-MM-DD`) in words; it has no time zone, so none is applied. */
export function dayWords(date: string): DayWords {
  const dateMs = Date.parse(`${date}T00:00:00Z`);
  const word = (options: Intl.DateTimeFormatOptions) => inZone(dateMs, "UTC", options);
  return {
    weekday: word({ weekday: "short" }),
    dayOfMonth: word({ day: "numeric" }),
    month: word({ month: "short" }),
    full: word({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  };
}

/** An instant (ms since the epoch) as in `Sunday 10 January at 10:00`. */
export function instantWords(instantMs: number, timeZone: string): string {
  const day = inZone(instantMs, timeZone, { weekday: "long", day: "numeric", month: "long" });
  return `${day} at ${timeOfDay(instantMs, timeZone)}`;
}

/** As in `10:00`. */
export function timeOfDay(instantMs: number, timeZone: string): string {
  return inZone(instantMs, timeZone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** As in `Sun 10 Jan, 10:00`. */
export function shortInstant(instantMs: number, timeZone: string): string {
  const day = inZone(instantMs, timeZone, { weekday: "short", day: "numeric", month: "short" });
  return `${day.replace(",", "")}, ${timeOfDay(instantMs, timeZone)}`;
}

/** The zone by the name people use for it, as in `Bangladesh Time`. */
export function zoneName(instantMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat(LOCALE, { timeZone, timeZoneName: "longGeneric" });
  const part = format.formatToParts(instantMs).find(({ type }) => type === "timeZoneName");
  return part?.value ?? timeZone;
}

/** As in `60,000`. */
export function countWords(count: number): string {
  return count.toLocaleString(LOCALE);
}

function inZone(instantMs: number, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALE, { ...options, timeZone }).format(instantMs);
}
