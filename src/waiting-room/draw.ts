import { ok as assert } from "node:assert";
import type { LobbyMember } from "./ports.ts";

/** What decides every place. Each is public before the next: the seed's hash, the root, the beacon, the seed. */
export interface DrawTerms {
  /** 32 bytes. */
  readonly seed: Uint8Array;
  /** Of the closed list, 32 bytes. */
  readonly root: Uint8Array;
  /** What the beacon said, taken as UTF-8; null where the draw goes without one. */
  readonly beacon: string | null;
}

export interface DrawnPlace extends LobbyMember {
  /** Smaller is earlier. */
  readonly place: number;
}

const PLACE_BYTES = 6;
/** Places of the lobby lie below it, those behind the lobby begin here. */
export const TAIL_PLACE_MIN = 2 ** (8 * PLACE_BYTES);

const LIST_HEADING = "floodgate list 1\n";
/** People between two breaths: the work of a millisecond. */
const SLICE_COUNT = 500;

/** SHA-256 of the seed: public from the first, so that the seed cannot be another one later. */
export function seedHash(seed: Uint8Array): Uint8Array {
  return new Bun.CryptoHasher("sha256").update(seed).digest();
}

/** What stands for the closed list: SHA-256 over its heading and the pass ids, in ascending order of their bytes. */
export function listRoot(passIdsAscending: readonly Uint8Array[]): Uint8Array {
  const list = Buffer.concat(passIdsAscending);
  return new Bun.CryptoHasher("sha256").update(LIST_HEADING).update(list).digest();
}

/** The first 48 bits of HMAC-SHA-256 (RFC 2104) over the pass id, under seed ‖ root ‖ beacon. */
export function placeOf(passId: Uint8Array, terms: DrawTerms): number {
  return placeUnder(drawKey(terms), passId);
}

/**
 * Everybody in order of place, and of pass id where places are equal. The members come in ascending order of their
 * pass ids; `breathe` lets others have the event loop, each time after some 500 people.
 */
export async function drawPlaces(
  members: readonly LobbyMember[],
  terms: DrawTerms,
  breathe: () => Promise<void>,
): Promise<readonly DrawnPlace[]> {
  const key = drawKey(terms);
  const parts = emptyParts(members.length);
  for (const [index, { passId, isVerified }] of members.entries()) {
    if (index % SLICE_COUNT === 0) await breathe();
    const place = placeUnder(key, passId);
    const part = parts[Math.floor((place / TAIL_PLACE_MIN) * parts.length)];
    assert(part !== undefined, "a place lies within the places");
    part.push({ place, passId, isVerified });
  }
  for (const part of parts) {
    await breathe();
    // Stable, so that equal places stay in order of pass id.
    part.sort((one, other) => one.place - other.place);
  }
  return parts.flat();
}

/** Places are spread evenly, so that each of these parts of all places takes about a slice of the people. */
function emptyParts(memberCount: number): readonly DrawnPlace[][] {
  return Array.from({ length: Math.ceil(memberCount / SLICE_COUNT) }, () => []);
}

/** With its schedule made once: a copy of it costs a third of a new one. */
function drawKey({ seed, root, beacon }: DrawTerms): Bun.CryptoHasher {
  return new Bun.CryptoHasher("sha256", Buffer.concat([seed, root, Buffer.from(beacon ?? "")]));
}

function placeUnder(key: Bun.CryptoHasher, passId: Uint8Array): number {
  return key.copy().update(passId).digest().readUIntBE(0, PLACE_BYTES);
}
