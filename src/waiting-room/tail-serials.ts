import type { WaitingRoomStore } from "./ports.ts";

export interface TailSerialsOptions {
  readonly saleId: number;
  readonly store: Pick<WaitingRoomStore, "reserveTail" | "returnTail">;
  /** Reserved at once while few come; what a crash leaves of them are places that nobody has. */
  readonly blockCount: number;
  readonly blockCountMax: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Numbers of places behind the lobby, each given out once by any process: reserved in blocks, the next one ahead. A block is
 * twice what was given out while the one before it was reserved, so that a rush is served after a few of them.
 */
export class TailSerials {
  readonly #options: TailSerialsOptions;
  readonly #blocks: { next: number; readonly end: number }[] = [];
  #reserving: Promise<void> | null = null;
  #isOver = false;
  /** Since the last reservation began. */
  #givenCount = 0;

  constructor(options: TailSerialsOptions) {
    this.#options = options;
  }

  /** Has the first ones reserved before anybody comes. */
  prepare(): void {
    const { blockCount } = this.#options;
    const left = this.#blocks.reduce((sum, { next, end }) => sum + end - next, 0);
    if (left > blockCount / 2 || this.#isOver) return;
    this.#reserving ??= this.#reserve().finally(() => {
      this.#reserving = null;
    });
  }

  /** Resolves when the reservation under way has ended, however. */
  async reserved(): Promise<void> {
    await this.#reserving;
  }

  /** Null while none is reserved: the database is away, or people come faster than it answers. */
  next(): number | null {
    this.prepare();
    if (this.#isOver) return null;
    const [block] = this.#blocks;
    if (block === undefined) return null;
    const serial = block.next;
    block.next += 1;
    this.#givenCount += 1;
    if (block.next === block.end) this.#blocks.shift();
    return serial;
  }

  /**
   * At the end of the process: nobody is given a place any more, and what is left at the end of the line is given back, so
   * that no gap waits there for people who do not exist. Never rejects: a gap costs the line two minutes.
   */
  async giveBack(): Promise<void> {
    this.#isOver = true;
    await this.#reserving;
    const { store, saleId, onError } = this.#options;
    const last = this.#blocks.at(-1);
    if (last === undefined) return;
    let first = last.next;
    for (const { next, end } of this.#blocks.toReversed()) if (end === first) first = next;
    this.#blocks.length = 0;
    await store.returnTail(saleId, { first, end: last.end }).catch(onError);
  }

  /** Never rejects: without a block people are told to come again. */
  async #reserve(): Promise<void> {
    const { store, saleId, blockCount, blockCountMax, onError } = this.#options;
    const count = Math.min(blockCountMax, Math.max(blockCount, 2 * this.#givenCount));
    this.#givenCount = 0;
    try {
      const first = await store.reserveTail(saleId, count);
      this.#blocks.push({ next: first, end: first + count });
    } catch (error) {
      onError(error);
    }
  }
}
