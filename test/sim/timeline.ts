/** What happened in one run, line by line, and a hash of all of it: the same seed gives the same hash. */
export class Timeline {
  readonly #nowMs: () => number;
  readonly #startMs: number;
  readonly #lines: string[] = [];
  #hash = 0n;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  note(who: string, what: string): void {
    const atS = ((this.#nowMs() - this.#startMs) / 1_000).toFixed(4);
    const line = `${atS.padStart(10)}  ${who.padEnd(12)} ${what}`;
    this.#lines.push(line);
    this.#hash = Bun.hash.wyhash(line, this.#hash);
  }

  get hash(): string {
    return this.#hash.toString(16).padStart(16, "0");
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}
