import { closestWord } from "./spelling.ts";

export type InstantParse =
  | { readonly kind: "instant"; readonly epochMs: number }
  | { readonly kind: "fault"; readonly sentence: string };

export type TimeZoneParse =
  | { readonly kind: "zone"; readonly timeZone: string }
  | { readonly kind: "fault"; readonly sentence: string };

const INSTANT = /^2\d{3}-\d\d-\d\dT\d\d:\d\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads RFC 3339 with its offset, or a local time as the zone's clocks show it. A local time that those clocks
 * skip or show twice is a fault: guessing would open a sale an hour off.
 */
export function parseInstant(text: string, timeZone: string): InstantParse {
  const match = INSTANT.exec(text);
  if (match === null) {
    return fault("must be a time as in 2027-01-10T10:00 (local) or 2027-01-10T10:00:00+06:00");
  }
  try {
    if (match[3] !== undefined) return instant(Temporal.Instant.from(text));
    return parseLocal(Temporal.PlainDateTime.from(text), timeZone);
  } catch (error) {
    if (error instanceof RangeError) return fault(`${text} is not in the calendar`);
    throw error;
  }
}

/** An IANA name in its own spelling; a bare offset is refused, since it knows no daylight saving time. */
export function parseTimeZone(name: string): TimeZoneParse {
  try {
    if (/^[a-z]/i.test(name)) {
      const moment = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
      return { kind: "zone", timeZone: moment.timeZoneId };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const names = Intl.supportedValuesOf("timeZone");
  const meant = closestWord(name, names) ?? names.find((known) => known.endsWith(`/${name}`));
  const hint = meant === undefined ? " such as Asia/Dhaka" : `; did you mean ${meant}?`;
  return { kind: "fault", sentence: `${name} is not an IANA time zone${hint}` };
}

/** A day that exists, `YYYY-MM-DD`. */
export function isCalendarDate(text: string): boolean {
  if (!/^2\d{3}-\d\d-\d\d$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** An instant as the zone's clocks show it, with weekday and offset: `Sun 2027-01-10 10:00:00 +06:00`. */
export function tellLocal(epochMs: number, timeZone: string): string {
  const moment = Temporal.Instant.fromEpochMilliseconds(Math.trunc(epochMs));
  const local = moment.toZonedDateTimeISO(timeZone);
  const weekday = local.toLocaleString("en", { weekday: "short" });
  const time = local.toPlainTime().toString({ smallestUnit: "second" });
  return `${weekday} ${local.toPlainDate().toString()} ${time} ${local.offset}`;
}

function parseLocal(local: Temporal.PlainDateTime, timeZone: string): InstantParse {
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  const later = local.toZonedDateTime(timeZone, { disambiguation: "later" });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return instant(earlier);
  const text = local.toString();
  if (!earlier.toPlainDateTime().equals(local)) {
    return fault(`${text} does not exist in ${timeZone}: the clocks go forward over it`);
  }
  const choices = `${text}${earlier.offset} (the first) or ${text}${later.offset}`;
  return fault(`${text} comes twice in ${timeZone}, where the clocks go back; write ${choices}`);
}

function instant(moment: Temporal.Instant | Temporal.ZonedDateTime): InstantParse {
  return { kind: "instant", epochMs: moment.epochMilliseconds };
}

function fault(sentence: string): InstantParse {
  return { kind: "fault", sentence };
}
