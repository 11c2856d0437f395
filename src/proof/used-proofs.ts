export interface UsedProofsOptions {
  /** Of all that are remembered. */
  readonly countMax: number;
  /** No proof is brought later than this after it was used: it has expired by then. */
  readonly lifeMs: number;
}

/**
 * The proofs that were used, each remembered for one to two lives. None is forgotten to make room, or the room could
 * be made on purpose and a proof used twice: a full set takes no further one.
 */
export class UsedProofs {
  readonly #options: UsedProofsOptions;
  #current = new Set<number>();
  #previous = new Set<number>();
  #turnsAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: UsedProofsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#current.size + this.#previous.size;
  }

  /** Marks it used, within the call that asks. */
  use(key: number, nowMs: number): "taken" | "used" | "full" {
    if (nowMs >= this.#turnsAtMs) this.#turn(nowMs);
    if (this.#current.has(key) || this.#previous.has(key)) return "used";
    if (this.count >= this.#options.countMax) return "full";
    this.#current.add(key);
    return "taken";
  }

  #turn(nowMs: number): void {
    const { lifeMs } = this.#options;
    const isNext = nowMs < this.#turnsAtMs + lifeMs;
    this.#previous = isNext ? this.#current : new Set();
    this.#current = new Set();
    this.#turnsAtMs = lifeMs + (isNext ? this.#turnsAtMs : nowMs);
  }
}
