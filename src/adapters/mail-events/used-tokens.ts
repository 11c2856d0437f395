/** Tokens that are good for one use, remembered for a time; when too many are, none is taken. */
export class UsedTokens {
  readonly #keepMs: number;
  readonly #countMax: number;
  /** When each is forgotten, the earliest first: all are kept for the same time. */
  readonly #forgetAtMs = new Map<string, number>();

  constructor(keepMs: number, countMax: number) {
    this.#keepMs = keepMs;
    this.#countMax = countMax;
  }

  use(token: string, nowMs: number): "fresh" | "used" | "full" {
    this.#forget(nowMs);
    if (this.#forgetAtMs.has(token)) return "used";
    if (this.#forgetAtMs.size === this.#countMax) return "full";
    this.#forgetAtMs.set(token, nowMs + this.#keepMs);
    return "fresh";
  }

  /** As if it had never been used. */
  release(token: string): void {
    this.#forgetAtMs.delete(token);
  }

  #forget(nowMs: number): void {
    for (const [token, atMs] of this.#forgetAtMs) {
      if (atMs >= nowMs) return;
      this.#forgetAtMs.delete(token);
    }
  }
}
