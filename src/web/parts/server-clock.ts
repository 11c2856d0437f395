/**
 * The server's time as this device can know it, over a monotonic clock, so that a phone set to the wrong hour
 * opens nothing early. Every answer is late by its journey and by its age in a cache; the least late one is
 * kept. So the estimate is never ahead of the server, and a claim sent at the opening is not sent too soon.
 */
export class ServerClock {
  readonly #elapsedMs: () => number;
  #aheadMs = Number.NEGATIVE_INFINITY;

  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  /** Takes the time an answer carried (ms since the epoch), just after it arrived. */
  learn(serverNowMs: number): void {
    this.#aheadMs = Math.max(this.#aheadMs, serverNowMs - this.#elapsedMs());
  }

  /** Milliseconds since the epoch. Something must have been learnt before. */
  nowMs(): number {
    return this.#elapsedMs() + this.#aheadMs;
  }
}
