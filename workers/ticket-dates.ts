/** Dates and times of one event day, written out for its holder. */
export interface WrittenDay {
  readonly date: string;
  readonly doors: string;
  /** Short name or offset of the event's time zone, as in `GMT+6`. */
  readonly zone: string;
}

interface LocalDay {
  /** Calendar date in the event's time zone, `YYYY-MM-DD`. */
  readonly date: string;
  /** `HH:MM` in the event's time zone. */
  readonly doorsAt: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** In the language of the locale, or in English where the locale is no BCP 47 tag or its text cannot be drawn. */
export function writeDay(
  day: LocalDay,
  locale: string,
  canDraw: (text: string) => boolean,
): WrittenDay {
  const written = isLocale(locale) ? writeIn(day, locale) : null;
  return written !== null && canDraw(written.date + written.doors + written.zone)
    ? written
    : writeIn(day, FALLBACK_LOCALE);
}

const FALLBACK_LOCALE = "en-GB";

function writeIn(day: LocalDay, locale: string): WrittenDay {
  // The date and the time are local already: formatting them as UTC leaves them as they are.
  const local = new Date(`${day.date}T${day.doorsAt}:00Z`);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
  const doors = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" });
  const zone = new Intl.DateTimeFormat(locale, { timeZone: day.timeZone, timeZoneName: "short" })
    .formatToParts(local)
    .find((part) => part.type === "timeZoneName");
  return { date: date.format(local), doors: doors.format(local), zone: zone?.value ?? "" };
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
