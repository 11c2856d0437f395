import { Histogram, type LatencySummary } from "../harness/histogram.ts";

const EVERY_MS = 10;

/**
 * Beats every ten milliseconds on the thread that starts it, and keeps by how much each beat was late. Beats that fell
 * due while the thread was busy count too, each from its own instant.
 */
export class Heartbeat {
  readonly #delays = new Histogram();
  #dueMs = performance.now() + EVERY_MS;
  #timer = setTimeout(() => this.#beat(), EVERY_MS);

  stop(): LatencySummary {
    clearTimeout(this.#timer);
    this.#countDue();
    return this.#delays.summary();
  }

  #beat(): void {
    this.#countDue();
    this.#timer = setTimeout(() => this.#beat(), Math.max(0, this.#dueMs - performance.now()));
  }

  #countDue(): void {
    const nowMs = performance.now();
    for (; this.#dueMs <= nowMs; this.#dueMs += EVERY_MS) this.#delays.record(nowMs - this.#dueMs);
  }
}
