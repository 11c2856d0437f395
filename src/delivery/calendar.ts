import { localDigits } from "../language/counting.ts";
import type { TicketSheet } from "../ticket/ticket.ts";
import { calendarTimeZone } from "./calendar-time-zone.ts";
import { MAIL_PHRASES, mailLanguage } from "./mail-phrases.ts";

/** RFC 5545 section 3.1, the line end not counted. */
const LINE_OCTETS_MAX = 75;

/**
 * The days of a ticket as a calendar file (RFC 5545): one entry a day, at the hour the doors open. How long a day lasts
 * nobody has told us, so an entry has no end, which makes it a moment (RFC 5545 section 3.6.1) rather than a guess.
 * It holds no link: calendars are shared, and whoever has the link has the tickets. There is no METHOD, for nobody
 * is invited and no answer is asked for. `nowMs` dates the entries: of two with one UID the newer counts.
 */
export function ticketCalendar(sheet: TicketSheet, nowMs: number): string {
  const { event } = sheet;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Floodgate//Tickets//EN",
    ...calendarTimeZone(event.timeZone, event.days.map(doorsOpening)),
    ...event.days.flatMap((day) => dayEntry(sheet, day, nowMs)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

type Day = TicketSheet["event"]["days"][number];

function dayEntry({ registrationId, locale, event }: TicketSheet, day: Day, nowMs: number) {
  const now = Temporal.Instant.fromEpochMilliseconds(Math.trunc(nowMs));
  const language = mailLanguage(locale);
  const doors = MAIL_PHRASES[language].doorsOpen(localDigits(day.doorsAt, language));
  return [
    "BEGIN:VEVENT",
    // Unique by itself: RFC 7986 section 5.3 wants no host in it any more.
    `UID:${registrationId}-${day.day}`,
    `DTSTAMP:${compact(now.toString({ smallestUnit: "second" }))}`,
    `DTSTART;TZID=${event.timeZone}:${compact(`${doorsOpening(day)}:00`)}`,
    `SUMMARY:${escaped(event.name)}`,
    `LOCATION:${escaped(event.venue)}`,
    `DESCRIPTION:${escaped(doors)}`,
    "END:VEVENT",
  ];
}

/** In the event's zone, as in `2027-01-15T17:00`. */
function doorsOpening({ date, doorsAt }: Day): string {
  return `${date}T${doorsAt}`;
}

/** `20270115T170000` of `2027-01-15T17:00:00`. */
function compact(time: string): string {
  return time.replaceAll(/[-:]/g, "");
}

/** RFC 5545 section 3.3.11. */
function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, "\\$&").replaceAll(/\r\n|[\r\n]/g, "\\n");
}

/** Between characters, never within one. */
function folded(line: string): string {
  let text = "";
  let octets = 0;
  for (const character of line) {
    const more = Buffer.byteLength(character);
    if (octets + more > LINE_OCTETS_MAX) {
      text += "\r\n ";
      octets = 1;
    }
    text += character;
    octets += more;
  }
  return text;
}
