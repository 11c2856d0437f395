import type { Journal } from "./journal.ts";

/** One person's time: what they do next falls due at an instant of its own, however late the machine is. */
export class Timeline {
  /** By `performance.now()`. */
  atMs: number;
  readonly #journal: Journal;

  constructor(atMs: number, journal: Journal) {
    this.atMs = atMs;
    this.#journal = journal;
  }

  rest(ms: number): Promise<void> {
    return this.restUntil(this.atMs + ms);
  }

  async restUntil(atMs: number): Promise<void> {
    this.atMs = Math.max(this.atMs, atMs);
    const aheadMs = this.atMs - performance.now();
    if (aheadMs > 0) await sleep(aheadMs);
    this.#journal.lag.record(Math.max(0, performance.now() - this.atMs));
  }

  /** After waiting for something that has no time of its own, as an answer. */
  catchUp(): void {
    this.atMs = performance.now();
  }
}

/** Does not keep the process alive: nobody waits for who has left. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)).unref());
}

/** What comes first: the value, or null at the end of the time. */
export function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), Math.max(0, ms));
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
