import type { DrawnPlace, DrawTerms } from "../../src/waiting-room/draw.ts";
import { drawPlaces, listRoot } from "../../src/waiting-room/draw.ts";
import type { Draw, DrawBeacon } from "../../src/waiting-room/draw-file.ts";
import { writeDrawFile } from "../../src/waiting-room/draw-file.ts";
import type { LobbyMember } from "../../src/waiting-room/ports.ts";
import { Random } from "../support/random.ts";

export const BEACON: DrawBeacon = {
  name: "drand round 5512345",
  value: '8f3a11c0 "ক" é',
  missing: null,
};

export const noBreath = () => Promise.resolve();

export function bytesOf(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.below(256));
}

/** People with random passes, in ascending order of those; every third is verified. */
export function lobbyOf(count: number, random: Random): readonly LobbyMember[] {
  return Array.from({ length: count }, () => bytesOf(random, 16))
    .sort((one, other) => Buffer.compare(one, other))
    .map((passId, index) => ({ passId, isVerified: index % 3 === 0 }));
}

export function drawAll(
  members: readonly LobbyMember[],
  terms: DrawTerms,
): Promise<readonly DrawnPlace[]> {
  return drawPlaces(members, terms, noBreath);
}

/** The draw of a lobby of so many, the same for the same count. */
export function sampleDraw(count: number, beacon: DrawBeacon | null = null): Promise<Draw> {
  return drawOf(lobbyOf(count, new Random(count)), beacon);
}

export async function drawOf(
  members: readonly LobbyMember[],
  beacon: DrawBeacon | null,
): Promise<Draw> {
  const seed = bytesOf(new Random(members.length), 32);
  const root = listRoot(members.map(({ passId }) => passId));
  return {
    event: "river-songs",
    sale: 2,
    seed,
    root,
    closedAtMs: Date.UTC(2027, 0, 10, 8, 58),
    drawnAtMs: Date.UTC(2027, 0, 10, 8, 59, 30, 250),
    beacon,
    places: await drawAll(members, { seed, root, beacon: beacon?.value ?? null }),
  };
}

export async function sampleFile(count: number, beacon: DrawBeacon | null = null): Promise<string> {
  return writeDrawFile(await sampleDraw(count, beacon), noBreath);
}
