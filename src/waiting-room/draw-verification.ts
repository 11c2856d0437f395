import type { DrawTerms } from "./draw.ts";
import { listRoot, placeOf, seedHash } from "./draw.ts";
import type { DrawFile, PublishedPlace } from "./draw-file.ts";

export type DrawVerdict =
  | { readonly kind: "true"; readonly count: number }
  /** A sentence for each kind of fault. */
  | { readonly kind: "false"; readonly faults: readonly string[] };

/**
 * Recomputes everything that follows from the seed, the beacon and the pass ids of a file. That its hash, root and
 * beacon are those which were public before the draw is for the reader to compare.
 */
export function verifyDraw(file: DrawFile): DrawVerdict {
  const { places, count } = file;
  const terms = { seed: file.seed, root: file.root, beacon: file.beacon?.value ?? null };
  const faults = [
    isSame(seedHash(file.seed), file.seedHash) ? null : "The seed is not the one that was hashed.",
    places.length === count ? null : `It counts ${count}, but it lists ${places.length}.`,
    ...listFaults(places, file.root),
    placeFault(places, terms),
    orderFault(places),
  ].filter((fault) => fault !== null);
  return faults.length === 0 ? { kind: "true", count } : { kind: "false", faults };
}

/** From 1, in the order of the file; null for a pass that is not in it. */
export function rankOf(passId: Uint8Array, { places }: DrawFile): number | null {
  const index = places.findIndex((place) => isSame(place.passId, passId));
  return index === -1 ? null : index + 1;
}

function listFaults(places: readonly PublishedPlace[], root: Uint8Array): (string | null)[] {
  const ids = places
    .map(({ passId }) => passId)
    .toSorted((one, other) => Buffer.compare(one, other));
  const isTwice = ids.some((id, index) => isSame(id, ids[index + 1]));
  return [
    isTwice ? "A pass is listed twice." : null,
    isSame(listRoot(ids), root) ? null : "The list is not the one that the root stands for.",
  ];
}

function placeFault(places: readonly PublishedPlace[], terms: DrawTerms): string | null {
  const wrong = places.filter(({ passId, place }) => placeOf(passId, terms) !== place);
  if (wrong.length === 0) return null;
  return `${wrong.length} of ${places.length} places are not what seed, root and beacon give.`;
}

function orderFault(places: readonly PublishedPlace[]): string | null {
  const index = places.findIndex((place, at) => isBefore(place, places[at - 1]));
  return index === -1 ? null : `The pass at rank ${index + 1} stands behind one it comes before.`;
}

/** By place and, where those are equal, by pass id. */
function isBefore(one: PublishedPlace, other: PublishedPlace | undefined): boolean {
  if (other === undefined || one.place !== other.place) return one.place < (other?.place ?? 0);
  return Buffer.compare(one.passId, other.passId) < 0;
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.compare(one, other) === 0;
}
