import type { Clock } from "./clock.ts";

/**
 * Numbers the passes of the event loop for all actors at once, so that bounding turns per tick costs
 * one scheduled callback per pass and not one per actor.
 */
export class Ticker {
  readonly #clock: Clock;
  #tick = 0;
  #isScheduled = false;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  current(): number {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      this.#clock.after(0, () => this.#advance());
    }
    return this.#tick;
  }

  /** Runs `resume` once in the next tick. */
  next(resume: () => void): void {
    this.current();
    this.#waiting.push(resume);
  }

  #advance(): void {
    this.#tick += 1;
    this.#isScheduled = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
