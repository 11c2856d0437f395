import type { EventDay, EventDetails, ProofDemand } from "../sale/event.ts";
import { FileValue } from "./file-value.ts";
import { isCalendarDate, parseInstant, parseTimeZone, tellLocal } from "./local-time.ts";
import { pictureFault } from "./picture.ts";
import type { EventDraft, SaleDraft } from "./ports.ts";

export type EventFile =
  | { readonly kind: "draft"; readonly draft: EventDraft }
  /** Every fault found, each as `path: sentence`. */
  | { readonly kind: "faulty"; readonly faults: readonly string[] };

/** The ticket code gives the ordinal 17 bits, and event day and sale 4 each in the short code. */
const QUOTA_MAX = 131_071;
const DAY_COUNT_MAX = 16;
const SALE_COUNT_MAX = 16;
const NAME_LENGTH_MAX = 120;
const DESCRIPTION_LENGTH_MAX = 4_000;
const BRING_LENGTH_MAX = 400;
/** Control characters but for the line feed, and those that turn the direction of what follows. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Reads an organiser's event file, already parsed as JSON. */
export function readEventFile(file: unknown): EventFile {
  const faults: string[] = [];
  const event = new FileValue(file, "", faults).members([
    "slug",
    "name",
    "venue",
    "description",
    "timeZone",
    "days",
    "sales",
    "theme",
    "bring",
    "picture",
    "proof",
  ]);
  const slug = event.slug.text();
  if (slug !== "" && !/^[a-z0-9-]{1,40}$/.test(slug)) {
    event.slug.refuse("must be 1 to 40 of a-z, 0-9 and -");
  }
  const name = readLine(event.name);
  const venue = readLine(event.venue);
  const description = readProse(event.description, event.description.textOrNone());
  const timeZone = readTimeZone(event.timeZone);
  const days = readDays(event.days);
  const sales = readSales(event.sales, timeZone);
  const look = readLook(event);
  const proof = readProof(event.proof);
  if (faults.length > 0) return { kind: "faulty", faults };
  const details = { name, venue, description, timeZone, days, ...look };
  return { kind: "draft", draft: { slug, details, sales, proof } };
}

/** What only tickets show; each may be absent. */
function readLook(
  event: Record<"theme" | "bring" | "picture", FileValue>,
): Pick<EventDetails, "theme" | "bring" | "picture"> {
  const { theme, bring, picture } = event;
  return {
    ...(theme.isPresent && { theme: { accent: readColour(theme.members(["accent"]).accent) } }),
    ...(bring.isPresent && { bring: readBring(bring) }),
    ...(picture.isPresent && { picture: readPicture(picture) }),
  };
}

function readProof(value: FileValue): ProofDemand {
  const text = value.isPresent ? value.text() : "off";
  if (text === "on" || text === "raised") return text;
  if (text !== "off" && text !== "") value.refuse("must be off, on or raised");
  return "off";
}

function readColour(value: FileValue): string {
  const text = value.text().toLowerCase();
  if (text !== "" && !/^#[0-9a-f]{6}$/.test(text)) value.refuse("must be a colour as in #0b6170");
  return text;
}

function readBring(value: FileValue): string {
  const text = readProse(value, value.text());
  if (text.length > BRING_LENGTH_MAX)
    value.refuse(`must be at most ${BRING_LENGTH_MAX} characters`);
  return text;
}

function readPicture(value: FileValue): string {
  const url = value.text();
  const fault = url === "" ? null : pictureFault(url);
  if (fault !== null) value.refuse(fault);
  return url;
}

function readDays(list: FileValue): EventDay[] {
  let previousDate = "";
  return list.list(DAY_COUNT_MAX).map((item, index) => {
    const { date, doorsAt } = item.members(["date", "doorsAt"]);
    const day = { day: index + 1, date: readDate(date), doorsAt: readDoors(doorsAt) };
    if (day.date === "") return day;
    if (day.date <= previousDate) date.refuse(`must be after the day before it, ${previousDate}`);
    previousDate = day.date;
    return day;
  });
}

function readSales(list: FileValue, timeZone: string): SaleDraft[] {
  let previousClosesAtMs = Number.NaN;
  return list.list(SALE_COUNT_MAX).map((item, index) => {
    const values = item.members(["verifyFrom", "opensAt", "closesAt", "quota"]);
    const { verifyFrom, opensAt, closesAt } = values;
    const first = verifyFrom.isPresent ? verifyFrom : opensAt;
    const opensAtMs = readInstant(opensAt, timeZone);
    const closesAtMs = readInstant(closesAt, timeZone);
    const verifyFromMs = verifyFrom.isPresent ? readInstant(verifyFrom, timeZone) : opensAtMs;
    if (verifyFromMs > opensAtMs) verifyFrom.refuse("must not be after opensAt");
    if (closesAtMs <= opensAtMs) closesAt.refuse("must be after opensAt");
    if (verifyFromMs < previousClosesAtMs) {
      const closing = tellLocal(previousClosesAtMs, timeZone);
      first.refuse(`must not be before the sale before it closes, ${closing}`);
    }
    previousClosesAtMs = closesAtMs;
    const quota = values.quota.whole(1, QUOTA_MAX);
    return { number: index + 1, verifyFromMs, opensAtMs, closesAtMs, quota };
  });
}

function readInstant(value: FileValue, timeZone: string): number {
  const text = value.text();
  if (text === "") return Number.NaN;
  const parsed = parseInstant(text, timeZone);
  if (parsed.kind === "instant") return parsed.epochMs;
  value.refuse(parsed.sentence);
  return Number.NaN;
}

/** With a faulty zone the times are still read, as UTC, so that their own faults show in the same run. */
function readTimeZone(value: FileValue): string {
  const text = value.text();
  if (text === "") return "UTC";
  const parsed = parseTimeZone(text);
  if (parsed.kind === "zone") return parsed.timeZone;
  value.refuse(parsed.sentence);
  return "UTC";
}

function readDate(value: FileValue): string {
  const text = value.text();
  if (text === "" || isCalendarDate(text)) return text;
  value.refuse(`${text} is not a date of the calendar, as in 2027-01-15`);
  return "";
}

function readDoors(value: FileValue): string {
  const text = value.text();
  if (text !== "" && !/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) {
    value.refuse(`${text} is not a time of day, as in 10:00`);
  }
  return text;
}

function readLine(value: FileValue): string {
  const text = readProse(value, value.text());
  if (text.includes("\n")) value.refuse("must be one line");
  if (text.length > NAME_LENGTH_MAX) value.refuse(`must be at most ${NAME_LENGTH_MAX} characters`);
  return text;
}

function readProse(value: FileValue, written: string): string {
  const text = written.normalize("NFC").replaceAll("\r\n", "\n").trim();
  if (text.length > DESCRIPTION_LENGTH_MAX) {
    value.refuse(`must be at most ${DESCRIPTION_LENGTH_MAX} characters`);
  }
  if (!text.isWellFormed() || UNPRINTABLE.test(text)) {
    value.refuse("must hold no control characters");
  }
  return text;
}
