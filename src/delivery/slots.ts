/** So many tasks at once; the rest wait in line. Callers bound how many they have. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #freeCount: number;

  constructor(count: number) {
    this.#freeCount = count;
  }

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#freeCount > 0) this.#freeCount -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#freeCount += 1;
      else next();
    }
  }
}
