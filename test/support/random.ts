import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

const TWO_TO_32 = 0x1_0000_0000;
const WARM_UP_COUNT = 16;

/** The same for the same seed. A fork is a chance of its own, so that one more draw here moves nothing there. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    // Seeds that lie beside each other give a plain xoroshiro first numbers that do so too.
    this.#generator = xoroshiro128plus(Bun.hash.murmur32v3(`seed ${seed}`));
    for (let index = 0; index < WARM_UP_COUNT; index += 1) this.#generator.next();
  }

  fork(): Random {
    return new Random(this.#generator.next());
  }

  /** Uniform in [0, 1). */
  fraction(): number {
    return (this.#generator.next() >>> 0) / TWO_TO_32;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  between(min: number, max: number): number {
    return min + (max - min) * this.fraction();
  }

  /** A whole number from 0 to `countMax - 1`. */
  below(countMax: number): number {
    return Math.floor(countMax * this.fraction());
  }

  /** A whole number, both ends included. */
  whole(min: number, max: number): number {
    return min + Math.floor((max - min + 1) * this.fraction());
  }

  /** As `between`, with every order of magnitude as likely as the next. */
  magnitude(min: number, max: number): number {
    return min * (max / min) ** this.fraction();
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.whole(0, values.length - 1)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  }
}
