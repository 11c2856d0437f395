import type { ReservedBlock, SmsCost } from "./budget-ports.ts";

/** A reserved block and what is left of it. */
export interface Block {
  readonly id: number;
  readonly granted: SmsCost;
  /** Its lease ends (ms since the epoch): not a segment of it is spent from then on. */
  readonly untilMs: number;
  segments: number;
  micros: number;
}

/** More are forgotten, and their money is lost, as after a crash. */
const PUT_ASIDE_COUNT_MAX = 64;

/** The blocks of one share: one that is being spent, the next one, and rests of those put aside, to be given back. */
export class BudgetHand {
  #current: Block | null = null;
  #next: Block | null = null;
  readonly #aside = new Set<Block>();

  /** The block the cost was taken out of; null where none has all of it. */
  spend(cost: SmsCost, nowMs: number): Block | null {
    this.#putAsideLapsed(nowMs);
    if (!covers(this.#current, cost) && covers(this.#next, cost)) this.#turnToNext();
    const block = this.#current;
    if (!covers(block, cost)) return null;
    block.segments -= cost.segments;
    block.micros -= cost.micros;
    return block;
  }

  /** True when it is time to ask for the next block. */
  isLow(): boolean {
    if (this.#next !== null) return false;
    const block = this.#current;
    if (block === null) return true;
    const { granted } = block;
    return block.segments < granted.segments / 2 || block.micros < granted.micros / 2;
  }

  add(block: Block): void {
    if (this.#next !== null) this.#turnToNext();
    this.#next = block;
    if (this.#current === null) this.#turnToNext();
  }

  /** Money that was not spent after all goes where it came from: in hand it can be spent again, aside it is given back. */
  putBack(block: Block, cost: SmsCost): void {
    block.segments += cost.segments;
    block.micros += cost.micros;
    if (block !== this.#current && block !== this.#next) this.#putAside(block);
  }

  rest(nowMs: number): SmsCost {
    this.#putAsideLapsed(nowMs);
    const [current, next] = [this.#current, this.#next];
    return {
      segments: (current?.segments ?? 0) + (next?.segments ?? 0),
      micros: (current?.micros ?? 0) + (next?.micros ?? 0),
    };
  }

  /** The rests that are put aside, which are the caller's now: here they are no more. */
  releaseAside(): readonly ReservedBlock[] {
    return Array.from(this.#aside, (block) => {
      this.#aside.delete(block);
      const cost = { segments: block.segments, micros: block.micros };
      block.segments = 0;
      block.micros = 0;
      return { id: block.id, cost };
    });
  }

  releaseAll(): readonly ReservedBlock[] {
    this.#turnToNext();
    this.#turnToNext();
    return this.releaseAside();
  }

  #putAsideLapsed(nowMs: number): void {
    if (this.#current !== null && nowMs >= this.#current.untilMs) this.#turnToNext();
    if (this.#current !== null && nowMs >= this.#current.untilMs) this.#turnToNext();
  }

  #turnToNext(): void {
    if (this.#current !== null) this.#putAside(this.#current);
    this.#current = this.#next;
    this.#next = null;
  }

  #putAside(block: Block): void {
    const hasRest = block.segments > 0 || block.micros > 0;
    if (hasRest && this.#aside.size < PUT_ASIDE_COUNT_MAX) this.#aside.add(block);
  }
}

function covers(block: Block | null, cost: SmsCost): block is Block {
  return block !== null && block.segments >= cost.segments && block.micros >= cost.micros;
}
