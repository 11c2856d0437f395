interface Step {
  /** Index of the first who was let in with it. */
  readonly from: number;
  atMs: number;
  /** Holds that still follow from it alone. */
  count: number;
}

/**
 * Holds of one length that nobody has done anything with: each follows from the step it was let in with, so nothing
 * is kept of a person. At most `stepCountMax` steps: then the newest is renewed, and its holds last a little longer.
 */
export class HoldWindow {
  readonly #holdMs: number;
  readonly #stepCountMax: number;
  /** Oldest first. */
  readonly #steps: Step[] = [];
  #count = 0;

  constructor(holdMs: number, stepCountMax: number) {
    this.#holdMs = holdMs;
    this.#stepCountMax = stepCountMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Lets in so many of those from the index on; instants never go back. */
  open(from: number, count: number, atMs: number): void {
    if (count === 0) return;
    this.#count += count;
    const newest = this.#steps.at(-1);
    if (newest === undefined || this.#steps.length < this.#stepCountMax) {
      this.#steps.push({ from, atMs, count });
      return;
    }
    newest.atMs = atMs;
    newest.count += count;
  }

  /** When the hold of one who was let in with this length ends; null when it has. */
  untilMs(index: number): number | null {
    const step = this.#stepOf(index);
    return step === undefined ? null : step.atMs + this.#holdMs;
  }

  /** The hold goes on elsewhere. */
  release(index: number): void {
    const step = this.#stepOf(index);
    if (step === undefined) return;
    step.count -= 1;
    this.#count -= 1;
  }

  /** How many holds ended by this instant; they are forgotten with their steps. */
  lapse(nowMs: number): number {
    const before = this.#count;
    for (let [step] = this.#steps; step !== undefined; [step] = this.#steps) {
      if (step.atMs + this.#holdMs > nowMs) break;
      this.#steps.shift();
      this.#count -= step.count;
    }
    return before - this.#count;
  }

  #stepOf(index: number): Step | undefined {
    return this.#steps.findLast(({ from }) => from <= index);
  }
}
