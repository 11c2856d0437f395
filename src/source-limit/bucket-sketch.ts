import { ok as assert } from "node:assert";

export interface BucketPolicy {
  /** Tokens of a full bucket. */
  readonly tokenCountMax: number;
  readonly refillEveryMs: number;
}

/** Each name is counted in one cell of every row. */
const ROW_COUNT = 4;

/**
 * A token bucket for every name there may ever be, in memory fixed from the start: a count-min sketch (Cormode and
 * Muthukrishnan, 2005) whose cells are instants. A cell holds when its bucket will be full again and is shared by the
 * names that meet in it, so a bucket may seem emptier than it is, by the fullest of four chances; it never
 * seems fuller. Nothing is evicted, so nothing can be made to be forgotten.
 */
export class BucketSketch {
  readonly #policy: BucketPolicy;
  readonly #cellsPerRow: number;
  readonly #fullAtMs: Float64Array;
  #allFullAtMs = Number.NEGATIVE_INFINITY;

  /** `cellsPerRow` is a power of two up to 65,536. */
  constructor(policy: BucketPolicy, cellsPerRow: number) {
    assert(cellsPerRow <= 65_536 && (cellsPerRow & (cellsPerRow - 1)) === 0);
    this.#policy = policy;
    this.#cellsPerRow = cellsPerRow;
    this.#fullAtMs = new Float64Array(ROW_COUNT * cellsPerRow);
  }

  /** Whether every bucket holds a token, by the emptiest of all: nobody need be looked up then. */
  isUnspent(nowMs: number, owedCountMax = 0): boolean {
    return this.#allFullAtMs - nowMs <= this.#roomMs(owedCountMax);
  }

  /** How long until the bucket holds a token, when it may owe that many; 0 when it does. */
  waitMs(digest: Buffer, nowMs: number, owedCountMax = 0): number {
    return Math.max(0, this.#missingMs(digest, nowMs) - this.#roomMs(owedCountMax));
  }

  /** Takes a token, owing it where there is none. */
  take(digest: Buffer, nowMs: number): void {
    const fullAtMs = nowMs + this.#missingMs(digest, nowMs) + this.#policy.refillEveryMs;
    for (let row = 0; row < ROW_COUNT; row += 1) {
      const index = this.#cell(digest, row);
      this.#fullAtMs[index] = Math.max(this.#fullAtMs[index] as number, fullAtMs);
    }
    this.#allFullAtMs = Math.max(this.#allFullAtMs, fullAtMs);
  }

  /** What a bucket with a token left may be short of being full. */
  #roomMs(owedCountMax: number): number {
    const { tokenCountMax, refillEveryMs } = this.#policy;
    return (tokenCountMax + owedCountMax - 1) * refillEveryMs;
  }

  #missingMs(digest: Buffer, nowMs: number): number {
    let fullAtMs = Number.POSITIVE_INFINITY;
    for (let row = 0; row < ROW_COUNT; row += 1) {
      fullAtMs = Math.min(fullAtMs, this.#fullAtMs[this.#cell(digest, row)] as number);
    }
    return Math.max(0, fullAtMs - nowMs);
  }

  #cell(digest: Buffer, row: number): number {
    return row * this.#cellsPerRow + (digest.readUInt16LE(2 * row) & (this.#cellsPerRow - 1));
  }
}
