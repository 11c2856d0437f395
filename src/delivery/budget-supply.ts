import type { Clock } from "../actor/clock.ts";
import type { BudgetHand } from "./budget-hand.ts";
import type { SmsBudgetLimits } from "./budget-limits.ts";
import { BLOCK_LEASE_MS, blockCost, hasMinuteLimit, MINUTE_MS, spanMax } from "./budget-limits.ts";
import type { BlockAnswer, BlockWish, BudgetShare, BudgetStore, SmsCost } from "./budget-ports.ts";
import { retryDelayMs } from "./retry.ts";

export interface BlockSupplyOptions {
  readonly store: BudgetStore;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter of retries. */
  readonly random: () => number;
  readonly limits: SmsBudgetLimits;
  readonly hands: Readonly<Record<BudgetShare, BudgetHand>>;
  /** A block it brought is in the hand already. */
  readonly onAnswer: (answered: AnsweredWish) => void;
  readonly onStoreFailed: (error: unknown) => void;
}

export interface AnsweredWish {
  readonly share: BudgetShare;
  readonly least: SmsCost;
  readonly answer: BlockAnswer;
  /** When it came. */
  readonly nowMs: number;
}

const BACKOFF = { firstMs: 250, maxMs: 30_000 };

/** Brings blocks from the store into the hands: one call at a time, each tried until it is answered. */
export class BlockSupply {
  readonly #options: BlockSupplyOptions;
  readonly #isLeased: boolean;
  readonly #wanted = new Map<BudgetShare, SmsCost>();
  #newestId = 0;
  #failures = 0;
  #isAsking = false;
  #asked: Promise<void> = Promise.resolve();
  #cancelRetry: (() => void) | null = null;
  #isDrained = false;

  constructor(options: BlockSupplyOptions) {
    this.#options = options;
    this.#isLeased = hasMinuteLimit(options.limits);
  }

  get isStoreAway(): boolean {
    return this.#failures > 0;
  }

  /** Has a block of no less fetched, unless one for the share is on its way. */
  want(share: BudgetShare, least: SmsCost): void {
    if (this.#isDrained) return;
    this.#wanted.set(share, least);
    if (!this.#isAsking && this.#cancelRetry === null) this.#begin();
  }

  /** Asks for nothing more and gives back everything in hand; what the store does not take is lost. */
  async drain(): Promise<void> {
    this.#isDrained = true;
    this.#cancelRetry?.();
    await this.#asked;
    const { hands, store, onStoreFailed } = this.#options;
    const rests = [...hands.codes.releaseAll(), ...hands.others.releaseAll()];
    if (rests.length === 0) return;
    try {
      await store.giveBack(rests);
    } catch (error) {
      onStoreFailed(error);
    }
  }

  #begin(): void {
    this.#isAsking = true;
    this.#asked = this.#askAll();
  }

  async #askAll(): Promise<void> {
    for (const [share, least] of this.#wanted) {
      if (this.#isDrained || !(await this.#ask(share, least))) break;
    }
    this.#isAsking = false;
  }

  /** False where the store is away. */
  async #ask(share: BudgetShare, least: SmsCost): Promise<boolean> {
    const { clock, hands, onAnswer } = this.#options;
    const askedMs = clock.nowMs();
    const answer = await this.#reserve(share, least);
    if (answer === null) return false;
    const nowMs = clock.nowMs();
    this.#wanted.delete(share);
    this.#newestId = answer.newestId;
    if (answer.block !== null) {
      const { id, cost } = answer.block;
      // From before the call, so that by no clock a block outlives its day or its lease.
      const leaseMs = this.#isLeased ? BLOCK_LEASE_MS : Number.POSITIVE_INFINITY;
      const untilMs = askedMs + Math.min(leaseMs, answer.dayEndsInMs);
      hands[share].add({ id, granted: cost, untilMs, ...cost });
    }
    onAnswer({ share, least, answer, nowMs });
    return true;
  }

  /** A rest goes back first: when the day is nearly spent, it is in the next block. */
  async #reserve(share: BudgetShare, least: SmsCost): Promise<BlockAnswer | null> {
    const { store, hands, onStoreFailed } = this.#options;
    try {
      const rests = hands[share].releaseAside();
      if (rests.length > 0) await store.giveBack(rests);
      const answer = await store.reserve(this.#wish(share, least));
      this.#failures = 0;
      return answer;
    } catch (error) {
      this.#retryLater();
      onStoreFailed(error);
      return null;
    }
  }

  #wish(share: BudgetShare, least: SmsCost): BlockWish {
    const { limits } = this.#options;
    const usual = blockCost(limits);
    const dayMax = spanMax(limits, "day");
    const segments = Math.max(least.segments, usual.segments);
    const micros = Math.max(least.micros, usual.micros);
    const ageMsMax = this.#isLeased ? BLOCK_LEASE_MS + MINUTE_MS : 0;
    return {
      share,
      least,
      most: { segments, micros },
      shareMax: dayMax[share],
      allMax: dayMax.all,
      news: { afterId: this.#newestId, ageMsMax },
    };
  }

  #retryLater(): void {
    this.#failures += 1;
    if (this.#isDrained) return;
    const { clock, random } = this.#options;
    const delayMs = retryDelayMs(BACKOFF, { tries: this.#failures, afterMs: 0 }, random);
    this.#cancelRetry = clock.after(delayMs, () => {
      this.#cancelRetry = null;
      this.#begin();
    });
  }
}
