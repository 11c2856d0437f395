import { ok as assert } from "node:assert";

/** Latencies in milliseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** Buckets per power of two: a quantile is at most 1/64 too high. */
const STEPS = 64;
const STEP_BITS = 6;
const POWERS = 32 - STEP_BITS;

/**
 * Latencies in buckets that grow with the value, as HdrHistogram has them: microseconds up to 71 minutes in 13 kB,
 * nothing allocated per value.
 */
export class Histogram {
  readonly #counts = new Float64Array(STEPS * (POWERS + 1));
  #count = 0;
  #maxMs = 0;

  record(ms: number): void {
    assert(ms >= 0);
    this.#counts[bucketOf(ms * 1_000)]! += 1;
    this.#count += 1;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  /** What another one recorded counts here too. */
  add(other: Histogram): void {
    for (const [bucket, count] of other.#counts.entries()) this.#counts[bucket]! += count;
    this.#count += other.#count;
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
  }

  get count(): number {
    return this.#count;
  }

  /** The value that `share` of all do not exceed; 0 where there is none. */
  quantileMs(share: number): number {
    const rank = Math.ceil(this.#count * share);
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (count > 0 && seen >= rank) return Math.min(highestOf(bucket) / 1_000, this.#maxMs);
    }
    return this.#maxMs;
  }

  summary(): LatencySummary {
    return {
      count: this.#count,
      p50Ms: this.quantileMs(0.5),
      p99Ms: this.quantileMs(0.99),
      p999Ms: this.quantileMs(0.999),
      maxMs: this.#maxMs,
    };
  }
}

function bucketOf(microseconds: number): number {
  const value = Math.min(Math.round(microseconds), 0xffff_ffff);
  if (value < STEPS) return value;
  const power = 31 - Math.clz32(value) - STEP_BITS;
  return STEPS * (power + 1) + ((value >>> power) - STEPS);
}

/** In microseconds. */
function highestOf(bucket: number): number {
  if (bucket < STEPS) return bucket;
  const power = Math.floor(bucket / STEPS) - 1;
  return ((bucket % STEPS) + STEPS + 1) * 2 ** power - 1;
}
