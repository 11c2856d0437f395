import type { Random } from "../../test/support/random.ts";

export interface Intervals {
  readonly waiterCount: number;
  /** From one poll of a waiter to the next, give or take the share. */
  readonly everyMs: number;
  readonly jitterShare: number;
}

const NONE = -1;

/**
 * When each of very many waiters polls next: a wheel with a slot for each millisecond of the longest interval, whose
 * waiters are chained by number. It starts in full swing, as if they had come one by one.
 */
export class PollSchedule {
  readonly #intervals: Intervals;
  readonly #random: Random;
  readonly #slots: Int32Array;
  readonly #chain: Int32Array;
  readonly #dueAtMs: Float64Array;
  /** All before it has been taken. */
  #nowMs = 0;

  constructor(intervals: Intervals, random: Random) {
    this.#intervals = intervals;
    this.#random = random;
    const { waiterCount, everyMs, jitterShare } = intervals;
    this.#slots = new Int32Array(Math.ceil(everyMs * (1 + jitterShare)) + 1).fill(NONE);
    this.#chain = new Int32Array(waiterCount);
    this.#dueAtMs = new Float64Array(waiterCount);
    for (let waiter = 0; waiter < waiterCount; waiter += 1) {
      this.#enter(waiter, random.between(0, everyMs));
    }
  }

  /** Of the poll under way, or the one to come. */
  dueAtMs(waiter: number): number {
    return this.#dueAtMs[waiter]!;
  }

  /** After the poll before was answered; it falls due at once where that took longer than the interval. */
  next(waiter: number): void {
    const { everyMs, jitterShare } = this.#intervals;
    const intervalMs = everyMs * (1 + jitterShare * this.#random.between(-1, 1));
    this.#enter(waiter, Math.max(this.dueAtMs(waiter) + intervalMs, this.#nowMs));
  }

  /** Those whose poll falls due before the instant, to the millisecond. */
  takeDue(untilMs: number, take: (waiter: number) => void): void {
    for (; this.#nowMs + 1 <= untilMs; this.#nowMs += 1) {
      const slot = this.#nowMs % this.#slots.length;
      let waiter = this.#slots[slot]!;
      this.#slots[slot] = NONE;
      while (waiter !== NONE) {
        const following = this.#chain[waiter]!;
        take(waiter);
        waiter = following;
      }
    }
  }

  #enter(waiter: number, dueAtMs: number): void {
    const slot = Math.floor(dueAtMs) % this.#slots.length;
    this.#dueAtMs[waiter] = dueAtMs;
    this.#chain[waiter] = this.#slots[slot]!;
    this.#slots[slot] = waiter;
  }
}
