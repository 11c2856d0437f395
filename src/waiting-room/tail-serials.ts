import type { WaitingRoomStore } from "./ports.ts";

export interface TailSerialsOptions {
  readonly saleId: number;
  readonly store: Pick<WaitingRoomStore, "reserveTail">;
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
  #isReserving = false;
  /** Since the last reservation began. */
  #givenCount = 0;

  constructor(options: TailSerialsOptions) {
    this.#options = options;
  }

  /** Has the first ones reserved before anybody comes. */
  prepare(): void {
    const { blockCount } = this.#options;
    const left = this.#blocks.reduce((sum, { next, end }) => sum + end - next, 0);
    if (left <= blockCount / 2) void this.#reserve();
  }

  /** Null while none is reserved: the database is away, or people come faster than it answers. */
  next(): number | null {
    this.prepare();
    const [block] = this.#blocks;
    if (block === undefined) return null;
    const serial = block.next;
    block.next += 1;
    this.#givenCount += 1;
    if (block.next === block.end) this.#blocks.shift();
    return serial;
  }

  /** Never rejects: without a block people are told to come again. */
  async #reserve(): Promise<void> {
    if (this.#isReserving) return;
    const { store, saleId, blockCount, blockCountMax, onError } = this.#options;
    const count = Math.min(blockCountMax, Math.max(blockCount, 2 * this.#givenCount));
    this.#givenCount = 0;
    this.#isReserving = true;
    try {
      const first = await store.reserveTail(saleId, count);
      this.#blocks.push({ next: first, end: first + count });
    } catch (error) {
      onError(error);
    } finally {
      this.#isReserving = false;
    }
  }
}
