/** So few under way tell nothing of how fast they go. */
const COUNT_MIN = 64;

/**
 * Work that waits for the database. By Little's law the average age of what is under way tells how far it is behind,
 * however long one piece takes, and needs no memory of each.
 */
export class Backlog {
  readonly #nowMs: () => number;
  #count = 0;
  /** Of the instants at which those under way began. */
  #startsMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get count(): number {
    return this.#count;
  }

  /** On average; 0 while there are too few to tell. */
  ageMs(nowMs: number): number {
    return this.#count < COUNT_MIN ? 0 : nowMs - this.#startsMs / this.#count;
  }

  /** Counts it for as long as it is under way, whatever becomes of it or of the client. */
  async during<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    const startMs = this.#nowMs();
    this.#count += 1;
    this.#startsMs += startMs;
    try {
      return await work();
    } finally {
      this.#count -= 1;
      // From nothing again: sums of fractions drift.
      this.#startsMs = this.#count === 0 ? 0 : this.#startsMs - startMs;
    }
  }
}
