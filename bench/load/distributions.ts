import type { Random } from "../../test/support/random.ts";

/** As durations of human doing are: never below zero, mostly near the median, now and then far above it. */
export function logNormal(random: Random, { median, spread }: LogNormal): number {
  return median * Math.exp(spread * normal(random));
}

export interface LogNormal {
  readonly median: number;
  /** Standard deviation of the logarithm: with 0.5, one in twenty takes more than twice the median. */
  readonly spread: number;
}

/** Waiting for what happens at any instant alike. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.fraction());
}

/** By Box and Muller. */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
  return radius * Math.cos(2 * Math.PI * random.fraction());
}
