/** So many in a row are no accident of single messages. */
const FAILURES_IN_A_ROW_MAX = 5;
const OPEN_FIRST_MS = 2_000;
const OPEN_MAX_MS = 30_000;

export type BreakerState = "closed" | "open" | "half-open";

/**
 * Keeps messages from a gateway that fails. After some failures in a row it opens; then one message at a time probes, and
 * the first that is answered closes it. Each probe that fails doubles the wait for the next.
 */
export class Breaker {
  #state: BreakerState = "closed";
  #failuresInARow = 0;
  #openForMs = OPEN_FIRST_MS;
  #probeAtMs = 0;
  #isProbing = false;

  get state(): BreakerState {
    return this.#state;
  }

  /** Milliseconds until a message may go; 0 for now. While a probe is under way, until it would be given up. */
  waitMs(nowMs: number): number {
    if (this.#state === "closed") return 0;
    if (this.#isProbing) return OPEN_FIRST_MS;
    return Math.max(0, this.#probeAtMs - nowMs);
  }

  /** A message goes; true where it is the probe, whose end must be told as such. */
  begin(): boolean {
    if (this.#state === "closed") return false;
    this.#state = "half-open";
    this.#isProbing = true;
    return true;
  }

  /** The gateway answered, whatever it said of the message. */
  answered(isProbe: boolean): void {
    if (isProbe) this.#isProbing = false;
    this.#state = "closed";
    this.#failuresInARow = 0;
    this.#openForMs = OPEN_FIRST_MS;
  }

  /** Nothing came of a message, or nobody knows what. Those that went before it opened say nothing new. */
  failed(isProbe: boolean, nowMs: number): void {
    if (isProbe) {
      this.#isProbing = false;
      if (this.#state !== "closed") this.#open(nowMs, Math.min(2 * this.#openForMs, OPEN_MAX_MS));
      return;
    }
    if (this.#state !== "closed") return;
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= FAILURES_IN_A_ROW_MAX) this.#open(nowMs, OPEN_FIRST_MS);
  }

  #open(nowMs: number, forMs: number): void {
    this.#state = "open";
    this.#failuresInARow = 0;
    this.#openForMs = forMs;
    this.#probeAtMs = nowMs + forMs;
  }
}
