const SLICE_MS = 1_000;
/**
 * The second under way and two before it: shorter than a line must be passed for a step of the ladder, so that one hiccup
 * is none.
 */
const SLICE_COUNT = 3;
/** Of fewer, a 99th percentile is the slowest of all. */
const COUNT_MIN = 100;
/** Per power of two: a percentile is told at most 5 % too high. */
const BUCKETS_PER_POWER = 16;
/** Up to 65 s, which stands for all above. */
const BUCKET_COUNT = 16 * BUCKETS_PER_POWER;

/**
 * Quantiles of the last two to three seconds, out of counts of a fixed size: nothing is allocated per time, so
 * it may stand in the way of every call. Instants are those of one clock that never goes back.
 */
export class RecentTimes {
  /** One slice after the other, each of one second. */
  readonly #counts = new Uint32Array(SLICE_COUNT * BUCKET_COUNT);
  #newestSlice = 0;

  record(tookMs: number, nowMs: number): void {
    this.#forget(nowMs);
    const index = (this.#newestSlice % SLICE_COUNT) * BUCKET_COUNT + bucketOf(tookMs);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** What `share` of them did not exceed, in milliseconds; 0 where fewer than a hundred were recorded. */
  quantileMs(share: number, nowMs: number): number {
    this.#forget(nowMs);
    const count = this.#counts.reduce((sum, each) => sum + each, 0);
    if (count < COUNT_MIN) return 0;
    let slower = 0;
    let bucket = BUCKET_COUNT;
    while (slower <= (1 - share) * count) {
      bucket -= 1;
      slower += this.#countOf(bucket);
    }
    return 2 ** ((bucket + 1) / BUCKETS_PER_POWER) - 1;
  }

  #countOf(bucket: number): number {
    let count = 0;
    for (let index = bucket; index < this.#counts.length; index += BUCKET_COUNT) {
      count += this.#counts[index] ?? 0;
    }
    return count;
  }

  #forget(nowMs: number): void {
    const slice = Math.floor(nowMs / SLICE_MS);
    if (slice === this.#newestSlice) return;
    const first = Math.max(this.#newestSlice + 1, slice - SLICE_COUNT + 1);
    for (let stale = first; stale <= slice; stale += 1) {
      const start = (stale % SLICE_COUNT) * BUCKET_COUNT;
      this.#counts.fill(0, start, start + BUCKET_COUNT);
    }
    this.#newestSlice = slice;
  }
}

/** A logarithm of the time and a millisecond, so that what takes no time has a bucket too. */
function bucketOf(ms: number): number {
  return Math.min(BUCKET_COUNT - 1, Math.floor(Math.log2(1 + ms) * BUCKETS_PER_POWER));
}
