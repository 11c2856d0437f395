import { LANGUAGE_TRAITS, parseLanguage } from "../src/language/language.ts";

/** Dates and times of one event day, written out for its holder. */
export interface WrittenDay {
  readonly weekday: string;
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
  const written = isLocale(locale) ? writeIn(day, tagOf(locale)) : null;
  return written !== null && canDraw(Object.values(written).join(" "))
    ? written
    : writeIn(day, LANGUAGE_TRAITS.en.tag);
}

function writeIn(day: LocalDay, tag: string): WrittenDay {
  // The date and the time are local already: formatting them as UTC leaves them as they are.
  const local = new Date(`${day.date}T${day.doorsAt}:00Z`);
  const word = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(tag, { ...options, timeZone: "UTC" }).format(local);
  const zone = new Intl.DateTimeFormat(tag, { timeZone: day.timeZone, timeZoneName: "short" })
    .formatToParts(local)
    .find((part) => part.type === "timeZoneName");
  return {
    weekday: word({ weekday: "long" }),
    date: word({ dateStyle: "long" }),
    doors: word({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    zone: zone?.value ?? "",
  };
}

/** The languages of the pages are written on a ticket as they are there, digits included. */
function tagOf(locale: string): string {
  const language = parseLanguage(locale);
  return language === null ? locale : LANGUAGE_TRAITS[language].tag;
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
