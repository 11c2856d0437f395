import { seedHash } from "./draw.ts";

export const DRAW_METHOD = "floodgate-draw-1";

/** The draw of one sale, as it is published. Instants are milliseconds since the Unix epoch. */
export interface Draw {
  /** The event's slug. */
  readonly event: string;
  readonly sale: number;
  /** 32 bytes. */
  readonly seed: Uint8Array;
  /** Of the closed list, 32 bytes. */
  readonly root: Uint8Array;
  readonly closedAtMs: number;
  readonly drawnAtMs: number;
  /** Null where none was named. */
  readonly beacon: DrawBeacon | null;
  /** In order of place. */
  readonly places: readonly PublishedPlace[];
}

/** Either what it said, or why it was done without. */
export interface DrawBeacon {
  readonly name: string;
  readonly value: string | null;
  readonly missing: string | null;
}

export interface PublishedPlace {
  /** 16 bytes. */
  readonly passId: Uint8Array;
  readonly place: number;
}

/** A draw with what the file says of it, true or not. */
export interface DrawFile extends Draw {
  readonly seedHash: Uint8Array;
  readonly count: number;
}

const LINE_CHARACTERS_MAX = 500;
/** What breaks a line, and what turns the direction of what follows. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Some milliseconds of work. */
const SLICE_COUNT = 1_000;

/** JSON in which the same draw has the same bytes; `breathe` lets others have the event loop. */
export async function writeDrawFile(draw: Draw, breathe: () => Promise<void>): Promise<string> {
  const { event, sale, seed, root, closedAtMs, drawnAtMs, beacon, places } = draw;
  const facts = JSON.stringify({
    format: DRAW_METHOD,
    event,
    sale,
    seedHash: base64url(seedHash(seed)),
    seed: base64url(seed),
    root: base64url(root),
    count: places.length,
    closedAt: new Date(closedAtMs).toISOString(),
    drawnAt: new Date(drawnAtMs).toISOString(),
    beacon,
  });
  const slices: string[] = [];
  for (let from = 0; from < places.length; from += SLICE_COUNT) {
    await breathe();
    const slice = places.slice(from, from + SLICE_COUNT);
    slices.push(slice.map(({ passId, place }) => `["${base64url(passId)}",${place}]`).join(","));
  }
  return `${facts.slice(0, -1)},"places":[${slices.join(",")}]}`;
}

/** What such a file says, with nothing recomputed; of one that cannot be read, a sentence of the first fault. */
export function readDrawFile(
  text: string,
):
  | { readonly kind: "file"; readonly file: DrawFile }
  | { readonly kind: "faulty"; readonly fault: string } {
  const value = parseJson(text);
  const fault = firstFault(value);
  if (fault !== null) return { kind: "faulty", fault };
  return { kind: "file", file: fromWire(value as WireFile) };
}

/** The 16 bytes of a pass id as it is written, or null. */
export function parsePassId(text: string): Uint8Array | null {
  return isPassId(text) ? Buffer.from(text, "base64url") : null;
}

/** One line of 1 to 500 characters with no space at its ends: what a beacon may be called and may say. */
export function isBeaconLine(text: string): boolean {
  const isWhole = text !== "" && text === text.trim() && text.isWellFormed();
  return isWhole && text.length <= LINE_CHARACTERS_MAX && !UNPRINTABLE.test(text);
}

interface WireFile {
  readonly event: string;
  readonly sale: number;
  readonly seedHash: string;
  readonly seed: string;
  readonly root: string;
  readonly count: number;
  readonly closedAt: string;
  readonly drawnAt: string;
  readonly beacon: DrawBeacon | null;
  readonly places: readonly (readonly [passId: string, place: number])[];
}

function fromWire(wire: WireFile): DrawFile {
  return {
    event: wire.event,
    sale: wire.sale,
    seedHash: Buffer.from(wire.seedHash, "base64url"),
    seed: Buffer.from(wire.seed, "base64url"),
    root: Buffer.from(wire.root, "base64url"),
    count: wire.count,
    closedAtMs: Date.parse(wire.closedAt),
    drawnAtMs: Date.parse(wire.drawnAt),
    beacon: wire.beacon,
    places: wire.places.map(([id, place]) => ({ passId: Buffer.from(id, "base64url"), place })),
  };
}

type Rule = readonly [name: keyof WireFile, isKept: (value: unknown) => boolean, sentence: string];

const RULES: readonly Rule[] = [
  ["event", isSlug, "must be the name of an event in a-z, 0-9 and -"],
  ["sale", isCount, "must be a whole number"],
  ["seedHash", isKey, "must be 32 bytes in base64url"],
  ["seed", isKey, "must be 32 bytes in base64url"],
  ["root", isKey, "must be 32 bytes in base64url"],
  ["count", isCount, "must be a whole number"],
  ["closedAt", isInstant, "must be an instant as in 2027-01-10T08:58:00.000Z"],
  ["drawnAt", isInstant, "must be an instant as in 2027-01-10T08:58:00.000Z"],
  ["beacon", isBeacon, "must be null, or a name with a value or with why it is missing"],
  ["places", isPlaces, "must be a list of pairs: 16 bytes in base64url, a whole number"],
];

function firstFault(value: unknown): string | null {
  if (!isObject(value)) return "It is no JSON object.";
  if (value["format"] !== DRAW_METHOD) return `Its format is not ${DRAW_METHOD}.`;
  const broken = RULES.find(([name, isKept]) => !isKept(value[name]));
  return broken === undefined ? null : `Its ${broken[0]} ${broken[2]}.`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSlug(value: unknown): boolean {
  return typeof value === "string" && /^[a-z0-9-]{1,40}$/.test(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** In the one spelling of those bytes: the bits that are left over at the end are zero. */
function isKey(value: unknown): boolean {
  return typeof value === "string" && /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(value);
}

function isPassId(value: unknown): boolean {
  return typeof value === "string" && /^[\w-]{21}[AQgw]$/.test(value);
}

function isInstant(value: unknown): boolean {
  const instantMs = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(instantMs) && new Date(instantMs).toISOString() === value;
}

function isBeacon(value: unknown): boolean {
  if (value === null) return true;
  if (!isObject(value)) return false;
  const { name, value: said, missing } = value;
  return isLine(name) && ((isLine(said) && missing === null) || (said === null && isLine(missing)));
}

function isLine(value: unknown): boolean {
  return typeof value === "string" && isBeaconLine(value);
}

function isPlaces(value: unknown): boolean {
  return Array.isArray(value) && value.every(isPair);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && isPassId(value[0]) && isCount(value[1]);
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}
