/**
 * What the service does to bend and not break, the least felt first. At a level of the ladder so many of them are in
 * force, from the first on: nobody's registration is ever among them.
 */
export const MEASURES = [
  "polls-slowed",
  "proofs-raised",
  "mails-paused",
  "mail-pdfs-paused",
  "verifications-paused",
  "admission-slowed",
] as const;

export type Measure = (typeof MEASURES)[number];

export const LEVEL_MAX = MEASURES.length;

export function isInForce(measure: Measure, level: number): boolean {
  return MEASURES.indexOf(measure) < level;
}

const POLL_EVERY_S = 5;
const SLOWED_POLL_EVERY_S = 10;
const SLOWEST_POLL_EVERY_S = 20;
/** Where a poll saved counts for more than that a page is up to date. */
const SLOWEST_POLLS_FROM_LEVEL = 3;

/** Seconds between two polls of a page that waits. */
export function pollEveryS(level: number): number {
  if (level >= SLOWEST_POLLS_FROM_LEVEL) return SLOWEST_POLL_EVERY_S;
  return isInForce("polls-slowed", level) ? SLOWED_POLL_EVERY_S : POLL_EVERY_S;
}

/** A line that stands would only grow: a quarter of the pace keeps it moving. */
const SLOWED_ADMISSION = 0.25;

/** By what the pace of admission from the waiting line is multiplied. */
export function admissionFactor(level: number): number {
  return isInForce("admission-slowed", level) ? SLOWED_ADMISSION : 1;
}
