import type { Clock } from "../../src/actor/clock.ts";

interface Timer {
  readonly dueMs: number;
  readonly task: () => void;
}

/** Time that moves only when told to; everything due on the way runs in order. */
export class ManualClock implements Clock {
  #nowMs: number;
  /** By instant, then by order of setting. */
  readonly #timers: Timer[] = [];

  constructor(startMs = Date.UTC(2026, 10, 22)) {
    this.#nowMs = startMs;
  }

  /** Timers that are set and have neither run nor been cancelled. */
  get timerCount(): number {
    return this.#timers.length;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), task };
    const at = this.#timers.findLastIndex(({ dueMs }) => dueMs <= timer.dueMs) + 1;
    this.#timers.splice(at, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index !== -1) this.#timers.splice(index, 1);
    };
  }

  /** Moves on, stopping at each timer to let the promises it resolves settle; 0 runs what is due now. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await settled();
    for (let next = this.#timers[0]; next !== undefined; next = this.#timers[0]) {
      if (next.dueMs > untilMs) break;
      this.#timers.shift();
      this.#nowMs = next.dueMs;
      next.task();
      await settled();
    }
    this.#nowMs = untilMs;
  }
}

/** Resolves when every promise that can settle without time or the outside world has. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
