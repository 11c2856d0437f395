import type { Clock } from "../actor/clock.ts";
import { RecentTimes } from "./recent-times.ts";

const BEAT_EVERY_MS = 10;
/** What a loop that stood for longer missed is forgotten with the beats before. */
const MISSED_MS_MAX = 3_000;

/**
 * By how much a beat every ten milliseconds is late on the thread that starts it, at the 90th percentile of the last two
 * to three seconds: a thread with more work than it can do is late nearly always, one that a neighbour on the machine or a
 * collection of garbage halts for a tenth of a second is not, and has nothing to slow down for. A beat that fell due while
 * the thread was busy counts too, from its own instant, which `monitorEventLoopDelay` leaves out (Bun 1.4.5): to it, a loop
 * that stands for a second is one late beat.
 */
export class LoopLag implements Disposable {
  readonly #clock: Clock;
  readonly #delays = new RecentTimes();
  #dueMs: number;
  #cancel: () => void;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#dueMs = clock.nowMs() + BEAT_EVERY_MS;
    this.#cancel = clock.after(BEAT_EVERY_MS, () => this.#beat());
  }

  p90Ms(): number {
    const nowMs = this.#clock.nowMs();
    this.#countDue(nowMs);
    return this.#delays.quantileMs(0.9, nowMs);
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #beat(): void {
    const nowMs = this.#clock.nowMs();
    this.#countDue(nowMs);
    this.#cancel = this.#clock.after(this.#dueMs - nowMs, () => this.#beat());
  }

  #countDue(nowMs: number): void {
    this.#dueMs = Math.max(this.#dueMs, nowMs - MISSED_MS_MAX);
    for (; this.#dueMs <= nowMs; this.#dueMs += BEAT_EVERY_MS) {
      this.#delays.record(nowMs - this.#dueMs, nowMs);
    }
  }
}
