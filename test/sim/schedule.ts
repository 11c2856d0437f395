import { drainMicrotasks } from "bun:jsc";

interface Entry {
  readonly atMs: number;
  readonly sequence: number;
  task: (() => void) | null;
}

/** What is to happen in a simulated world, by its time: instants in order, those of one instant as they were set. */
export class Schedule {
  /** A binary heap. */
  readonly #entries: Entry[] = [];
  #sequence = 0;
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  /** True time: no clock in the world shows exactly this. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs the task at the instant, or now where it is past; the answer cancels it. */
  at(atMs: number, task: () => void): () => void {
    this.#sequence += 1;
    const entry: Entry = { atMs: Math.max(atMs, this.#nowMs), sequence: this.#sequence, task };
    this.#entries.push(entry);
    this.#rise(this.#entries.length - 1);
    return () => {
      entry.task = null;
    };
  }

  after(delayMs: number, task: () => void): () => void {
    return this.at(this.#nowMs + delayMs, task);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Does the next thing, and everything that follows from it at once; false when nothing is left. */
  step(): boolean {
    const entry = this.#take();
    if (entry === undefined) return false;
    this.#nowMs = entry.atMs;
    if (entry.task === null) return true;
    entry.task();
    // Synchronous: the whole world runs within one turn of the real event loop.
    drainMicrotasks();
    return true;
  }

  #take(): Entry | undefined {
    const first = this.#entries[0];
    const last = this.#entries.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.#entries[0] = last;
    this.#sink();
    return first;
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(): void {
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const right = left + 1;
      let next = index;
      if (this.#isBefore(left, next)) next = left;
      if (this.#isBefore(right, next)) next = right;
      if (next === index) return;
      this.#swap(index, next);
      index = next;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [first, second] = [this.#entries[one], this.#entries[other]];
    if (first === undefined || second === undefined) return false;
    return (
      first.atMs < second.atMs || (first.atMs === second.atMs && first.sequence < second.sequence)
    );
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#entries[one], this.#entries[other]];
    if (first === undefined || second === undefined) return;
    this.#entries[one] = second;
    this.#entries[other] = first;
  }
}
