import type { Random } from "../../test/support/random.ts";
import { exponential } from "./distributions.ts";

export interface ArrivalOptions {
  readonly visitorCount: number;
  /** From the first arrival to the last. */
  readonly durationMs: number;
  readonly random: Random;
}

/** Of the whole time, the part before the opening. */
const RAMP_SHARE = 0.3;
/** Of all people: who is there early, who comes at the very instant, and who comes after. */
const EARLY_SHARE = 0.4;
const PUNCTUAL_SHARE = 0.12;
/** How far from the instant the punctual come, and how fast the late grow fewer, as shares of the whole time. */
const PUNCTUAL_MEAN_SHARE = 0.012;
const LATE_MEAN_SHARE = 0.25;

/** Milliseconds from the first arrival possible to the opening. */
export function rampMs({ durationMs }: Pick<ArrivalOptions, "durationMs">): number {
  return RAMP_SHARE * durationMs;
}

/**
 * When people come, in milliseconds from the opening, in order: more and more in the minutes before, most in the second
 * of the opening, fewer and fewer after.
 */
export function arrivals(options: ArrivalOptions): readonly number[] {
  const instants = Array.from({ length: options.visitorCount }, () => arrival(options));
  return Float64Array.from(instants).sort().values().toArray();
}

function arrival({ durationMs, random }: ArrivalOptions): number {
  const firstMs = -rampMs({ durationMs });
  const lastMs = durationMs + firstMs;
  const kind = random.fraction();
  // The crowd before the door grows with the square of the time.
  if (kind < EARLY_SHARE) return firstMs * (1 - Math.cbrt(random.fraction()));
  if (kind < EARLY_SHARE + PUNCTUAL_SHARE) {
    const offMs = exponential(random, PUNCTUAL_MEAN_SHARE * durationMs);
    return clamped(random.chance(0.3) ? -offMs : offMs, firstMs, lastMs);
  }
  // Drawn from the exponential distribution that ends where the time does.
  const meanMs = LATE_MEAN_SHARE * durationMs;
  const withinShare = 1 - Math.exp(-lastMs / meanMs);
  return -meanMs * Math.log(1 - withinShare * random.fraction());
}

function clamped(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
