import type { Language } from "./language.ts";
import { LANGUAGE_TRAITS } from "./language.ts";
import { oncePerWords } from "./once.ts";

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
export const dayWords = oncePerWords((date: string, language: Language): DayWords => {
  const dateMs = Date.parse(`${date}T00:00:00Z`);
  const word = (options: Intl.DateTimeFormatOptions) =>
    format(dateMs, language, { ...options, timeZone: "UTC" });
  return {
    weekday: word({ weekday: "short" }),
    dayOfMonth: word({ day: "numeric" }),
    month: word({ month: "short" }),
    full: word({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  };
});

/** How a day and a time of day join; `Intl`'s own joints differ between a server and a browser. */
const AT: Readonly<Record<Language, (day: string, time: string) => string>> = {
  en: (day, time) => `${day} at ${time}`,
  bn: (day, time) => `${day}, ${time}`,
  he: (day, time) => `${day} בשעה ${time}`,
  ar: (day, time) => `${day} الساعة ${time}`,
};

const COMMA: Readonly<Record<Language, string>> = { en: ",", bn: ",", he: ",", ar: "،" };

/** An instant (ms since the epoch) as in `Sunday 10 January at 10:00`. */
export function instantWords(instantMs: number, timeZone: string, language: Language): string {
  const options = { weekday: "long", day: "numeric", month: "long", timeZone } as const;
  return AT[language](
    format(instantMs, language, options),
    timeOfDay(instantMs, timeZone, language),
  );
}

/** As in `Sunday 10 January at 10:00, Bangladesh Time`. */
export function zonedInstantWords(instantMs: number, timeZone: string, language: Language): string {
  const instant = instantWords(instantMs, timeZone, language);
  return `${instant}${COMMA[language]} ${zoneName(instantMs, timeZone, language)}`;
}

/** As in `10:00`. */
export function timeOfDay(instantMs: number, timeZone: string, language: Language): string {
  return format(instantMs, language, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  });
}

/** As in `Sun 10 Jan`. */
export function shortDay(instantMs: number, timeZone: string, language: Language): string {
  const options = { weekday: "short", day: "numeric", month: "short", timeZone } as const;
  return format(instantMs, language, options).replace(/(^[A-Z][a-z]+),/, "$1");
}

/** As in `Sun 10 Jan, 10:00`. */
export function shortInstant(instantMs: number, timeZone: string, language: Language): string {
  return `${shortDay(instantMs, timeZone, language)}${COMMA[language]} ${timeOfDay(instantMs, timeZone, language)}`;
}

/** The zone by the name people use for it, as in `Bangladesh Time`. */
export function zoneName(instantMs: number, timeZone: string, language: Language): string {
  const options = { timeZone, timeZoneName: "longGeneric" } as const;
  const parts = formatter(language, options).formatToParts(instantMs);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
}

function format(
  instantMs: number,
  language: Language,
  options: Intl.DateTimeFormatOptions,
): string {
  return formatter(language, options).format(instantMs);
}

/** Making one costs a hundred times what using it does, and every mail says a dozen dates. */
const formatters = new Map<string, Intl.DateTimeFormat>();
/** Languages by ways of saying a date by the zones of the events that run; begun anew when it is full. */
const FORMATTER_COUNT_MAX = 512;

function formatter(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  if (formatters.size >= FORMATTER_COUNT_MAX) formatters.clear();
  const made = new Intl.DateTimeFormat(LANGUAGE_TRAITS[language].tag, options);
  formatters.set(key, made);
  return made;
}
