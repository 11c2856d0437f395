import { sleep } from "../../src/actor/clock.ts";
import type { BudgetReached } from "../../src/delivery/budget-alerts.ts";
import type { SmsBudgetLimits } from "../../src/delivery/budget-limits.ts";
import type { BudgetShare, BudgetStore } from "../../src/delivery/budget-ports.ts";
import type { TakenCost, TakeOutcome } from "../../src/delivery/sms-budget.ts";
import { SmsBudget } from "../../src/delivery/sms-budget.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { BudgetTable, MemoryBudgetStore } from "../support/memory-budget-store.ts";

export const NO_LIMITS: SmsBudgetLimits = {
  segmentsPerMinute: null,
  segmentsPerDay: null,
  microsPerMinute: null,
  microsPerDay: null,
};

/** One table, one clock, and processes that come and go. */
export class BudgetWorld {
  readonly clock: ManualClock;
  readonly store: MemoryBudgetStore;
  readonly reached: BudgetReached[] = [];
  readonly storeFailures: unknown[] = [];
  readonly #limits: SmsBudgetLimits;
  readonly #latencyMs: () => number;

  constructor(
    limits: Partial<SmsBudgetLimits>,
    latencyMs: () => number = () => 0,
    startMs = Date.UTC(2026, 10, 22),
  ) {
    this.clock = new ManualClock(startMs);
    this.store = new MemoryBudgetStore(new BudgetTable(), this.clock);
    this.#limits = { ...NO_LIMITS, ...limits };
    this.#latencyMs = latencyMs;
  }

  start(onRoom: (share: BudgetShare) => void = () => undefined): SmsBudget {
    return new SmsBudget({
      limits: this.#limits,
      store: this.#distantStore(),
      clock: this.clock,
      random: () => 0.5,
      observer: {
        onRoom,
        onReached: (reached) => this.reached.push(reached),
        onStoreFailed: (error) => this.storeFailures.push(error),
      },
    });
  }

  /** Takes as many messages as it can, waiting for blocks but not for the next minute. */
  async takeAll(budget: SmsBudget, share: BudgetShare, cost = { segments: 1, micros: 0 }) {
    const taken: TakenCost[] = [];
    for (;;) {
      const outcome = await this.take(budget, share, cost);
      if (outcome.kind !== "taken") return { taken, end: outcome };
      taken.push(outcome);
    }
  }

  /** What becomes of it once the store has answered. */
  async take(
    budget: SmsBudget,
    share: BudgetShare,
    cost = { segments: 1, micros: 0 },
  ): Promise<TakeOutcome> {
    const first = budget.take(share, cost);
    if (first.kind !== "wait" || first.untilMs !== null) return first;
    await this.clock.advance(0);
    return budget.take(share, cost);
  }

  /** It takes a while to get there and back. */
  #distantStore(): BudgetStore {
    const { store } = this;
    const reach = async <Answer>(call: () => Promise<Answer>) => {
      await this.#travel();
      const answer = await call();
      await this.#travel();
      return answer;
    };
    return {
      reserve: (wish) => reach(() => store.reserve(wish)),
      giveBack: (rests) => reach(() => store.giveBack(rests)),
    };
  }

  async #travel(): Promise<void> {
    const latencyMs = this.#latencyMs();
    if (latencyMs > 0) await sleep(this.clock, latencyMs);
  }
}
