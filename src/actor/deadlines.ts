import type { Clock } from "./clock.ts";

export interface TimedOut {
  readonly kind: "timed-out";
}

interface Pending {
  readonly deadlineMs: number;
  readonly expire: () => void;
}

/** Deadlines of one length for very many promises, on one timer: a set keeps them in order of expiry. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #pending = new Set<Pending>();
  #isArmed = false;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** When a race that begins now is over. */
  endMs(): number {
    return this.#clock.nowMs() + this.#timeoutMs;
  }

  /** What the promise settles to, or `timed-out`; the promise itself goes on. */
  race<Value>(promise: Promise<Value>): Promise<Value | TimedOut> {
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        deadlineMs: this.#clock.nowMs() + this.#timeoutMs,
        expire: () => resolve({ kind: "timed-out" }),
      };
      this.#pending.add(pending);
      this.#arm(this.#timeoutMs);
      promise.then(
        (value) => {
          this.#pending.delete(pending);
          resolve(value);
        },
        (error: unknown) => {
          this.#pending.delete(pending);
          reject(error);
        },
      );
    });
  }

  #arm(delayMs: number): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#clock.after(delayMs, () => this.#sweep());
  }

  #sweep(): void {
    this.#isArmed = false;
    const nowMs = this.#clock.nowMs();
    for (const pending of this.#pending) {
      if (pending.deadlineMs > nowMs) {
        this.#arm(pending.deadlineMs - nowMs);
        return;
      }
      this.#pending.delete(pending);
      pending.expire();
    }
  }
}
