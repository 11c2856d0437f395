import { ok as assert } from "node:assert";

/** Small numbers in the order in which they came; never more than its capacity. Nothing is allocated for one. */
export class IndexQueue {
  readonly #ring: Int32Array;
  #first = 0;
  #count = 0;

  constructor(capacity: number) {
    this.#ring = new Int32Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  push(index: number): void {
    assert(this.#count < this.#ring.length, "each is in it once at most");
    this.#ring[(this.#first + this.#count) % this.#ring.length] = index;
    this.#count += 1;
  }

  shift(): number {
    assert(this.#count > 0, "the count is looked at first");
    const index = this.#ring[this.#first]!;
    this.#first = (this.#first + 1) % this.#ring.length;
    this.#count -= 1;
    return index;
  }
}
