import { readDrawFile } from "../../src/waiting-room/draw-file.ts";
import { verifyDraw } from "../../src/waiting-room/draw-verification.ts";

export interface DrawChecked {
  /** People in the list. */
  readonly count: number;
  /** Of those, who worked out their own places, each the same as in the list. */
  readonly toldCount: number;
  /** What does not hold, in sentences. */
  readonly faults: readonly string[];
}

export interface DrawWitness {
  /** Of the service. */
  readonly url: string;
  readonly eventSlug: string;
  /** As it was public while the lobby was open. */
  readonly seedHash: string;
  /** By pass id: what people took for their places. */
  readonly placesById: ReadonlyMap<string, number>;
}

/** The published list recomputed, as `bun run verify-draw` does, and held against what people saw before and after. */
export async function checkDraw(witness: DrawWitness): Promise<DrawChecked> {
  const { url, eventSlug, seedHash, placesById } = witness;
  const answer = await fetch(`${drawUrl(url, eventSlug)}/list?sale=1`);
  const read = readDrawFile(await answer.text());
  const toldCount = placesById.size;
  if (read.kind === "faulty") return { count: 0, toldCount, faults: [read.fault] };
  const { file } = read;
  const verdict = verifyDraw(file);
  const faults = verdict.kind === "true" ? [] : [...verdict.faults];
  if (Buffer.from(file.seedHash).toString("base64url") !== seedHash) {
    faults.push("The seed is not the one whose hash was public in the lobby.");
  }
  const listed = new Map(
    file.places.map(({ passId, place }) => [Buffer.from(passId).toString("base64url"), place]),
  );
  const strayCount = [...placesById].filter(([id, place]) => listed.get(id) !== place).length;
  if (strayCount > 0) faults.push(`${strayCount} people have another place than the list.`);
  return { count: file.count, toldCount, faults };
}

/** What is public of a draw that has not been held; the room may take a moment to open. */
export async function publishedSeedHash(url: string, eventSlug: string): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(drawUrl(url, eventSlug));
    const { seedHash } = (await answer.json()) as { readonly seedHash?: string };
    if (seedHash !== undefined) return seedHash;
    if (tries === TRIES_MAX) throw new Error(`the draw was answered ${answer.status}`);
    await Bun.sleep(TRY_EVERY_MS);
  }
}

const TRIES_MAX = 50;
const TRY_EVERY_MS = 100;

function drawUrl(url: string, eventSlug: string): string {
  return `${new URL(url).origin}/api/v1/events/${eventSlug}/draw`;
}
