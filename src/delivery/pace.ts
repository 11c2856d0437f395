import { ok as assert } from "node:assert";

/** Of the contracted rate; the rest is for clocks that differ from the provider's, and what a late timer makes up for. */
const USED_SHARE = 0.98;
/** By how much a timer may be late without costing anything of the rate. */
const BURST_S = 0.018;
/** What a throttled rate wins back in each second, of the contracted one; at least one unit. */
const INCREASE_SHARE = 0.01;
/** One window of answers tells of one throttling, however many they are. */
const DECREASE_EVERY_MS = 1_000;
const RATE_PER_S_MIN = 1;

/**
 * How fast one provider may be sent to: a bucket of tokens, one for each unit it counts (segments of an SMS, mails), that
 * fills at the contracted rate. Where the provider throttles, the rate is halved at once and wins back a hundredth of the contracted one each second (additive
 * increase, multiplicative decrease).
 */
export class Pace {
  readonly #contractedPerS: number;
  #ratePerS: number;
  #tokens: number;
  #filledAtMs: number;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #halvedAtMs = Number.NEGATIVE_INFINITY;

  constructor(unitsPerS: number, nowMs: number) {
    assert(unitsPerS > 0, `no provider takes ${unitsPerS} a second`);
    this.#contractedPerS = unitsPerS * USED_SHARE;
    this.#ratePerS = this.#contractedPerS;
    this.#tokens = this.#tokensMax();
    this.#filledAtMs = nowMs;
  }

  /** Units a second, of the moment. */
  get ratePerS(): number {
    return this.#ratePerS;
  }

  /** Milliseconds until the next message may go; 0 for now. */
  waitMs(nowMs: number): number {
    this.#fill(nowMs);
    const pauseMs = Math.max(0, this.#pausedUntilMs - nowMs);
    if (this.#tokens >= 1) return pauseMs;
    return Math.max(pauseMs, Math.ceil((1_000 * (1 - this.#tokens)) / this.#ratePerS));
  }

  /** A message goes whole: what it takes beyond the tokens there are is owed by the next. */
  take(unitCount: number): void {
    this.#tokens -= unitCount;
  }

  /** True while the provider asked for a pause of its own. */
  isPaused(nowMs: number): boolean {
    return nowMs < this.#pausedUntilMs;
  }

  /** The provider took nothing because messages come too fast, and asks for this pause. */
  throttled(afterMs: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + afterMs);
    if (nowMs < this.#halvedAtMs + DECREASE_EVERY_MS) return;
    this.#halvedAtMs = nowMs;
    this.#ratePerS = Math.max(RATE_PER_S_MIN, this.#ratePerS / 2);
    this.#tokens = Math.min(this.#tokens, 0);
  }

  #fill(nowMs: number): void {
    const passedS = Math.max(0, nowMs - this.#filledAtMs) / 1_000;
    this.#filledAtMs = Math.max(this.#filledAtMs, nowMs);
    this.#tokens = Math.min(this.#tokensMax(), this.#tokens + passedS * this.#ratePerS);
    const increasePerS = Math.max(1, this.#contractedPerS * INCREASE_SHARE);
    this.#ratePerS = Math.min(this.#contractedPerS, this.#ratePerS + passedS * increasePerS);
  }

  #tokensMax(): number {
    return 1 + this.#ratePerS * BURST_S;
  }
}
