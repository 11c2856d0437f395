import type { EventDay, EventDetails } from "../sale/event.ts";
import { readSales } from "./event-file-sales.ts";
import { readLine, readProse } from "./event-file-text.ts";
import { FileValue } from "./file-value.ts";
import { isCalendarDate, parseTimeZone } from "./local-time.ts";
import { pictureFault } from "./picture.ts";
import type { EventDraft } from "./ports.ts";

export type EventFile =
  | { readonly kind: "draft"; readonly draft: EventDraft }
  /** Every fault found, each as `path: sentence`. */
  | { readonly kind: "faulty"; readonly faults: readonly string[] };

/** The short code gives the event day 4 bits. */
const DAY_COUNT_MAX = 16;
const BRING_LENGTH_MAX = 400;

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
    "waitingRoom",
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
  // Whoever misspells "on" is told of the faults of the lobbies as well.
  const hasLobbies = readChoice(event.waitingRoom, ["off", "on"]) !== "off";
  const sales = readSales(event.sales, { timeZone, hasLobbies });
  const look = readLook(event);
  const proof = readChoice(event.proof, ["off", "on", "raised"]) ?? "off";
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

/** One of the words, the first where nothing is said; null for a fault. */
function readChoice<Word extends string>(
  value: FileValue,
  words: readonly [Word, ...Word[]],
): Word | null {
  if (!value.isPresent) return words[0];
  const text = value.text();
  const chosen = words.find((word) => word === text) ?? null;
  if (chosen === null && text !== "") {
    value.refuse(`must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);
  }
  return chosen;
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
