import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { QuotaState } from "../../src/quota/quota.ts";
import { decide, withSale, withSold } from "../../src/quota/quota.ts";
import type { Sale } from "../../src/sale/event.ts";
import { saleState } from "../../src/sale/sale.ts";

const QUOTA_MAX = 131_071;

/** What a sale is, told by counting: seats in a box, a door with a bell at three instants. */
interface Model {
  sale: Sale;
  isPaused: boolean;
  /** The largest number of seats anybody has ever reported. */
  sold: number;
}

type Step =
  | { readonly kind: "claim"; readonly nowMs: number }
  | { readonly kind: "sold"; readonly sold: number }
  | { readonly kind: "sale"; readonly sale: Sale; readonly isPaused: boolean };

const anyInstantMs = fc.integer({ min: 0, max: 40 });
const anySale: fc.Arbitrary<Sale> = fc
  .record({
    instants: fc.tuple(anyInstantMs, anyInstantMs, anyInstantMs),
    quota: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: QUOTA_MAX })),
  })
  .map(({ instants, quota }) => {
    const [verifyFromMs = 0, opensAtMs = 0, last = 0] = instants.toSorted((one, two) => one - two);
    return { id: 7, number: 1, verifyFromMs, opensAtMs, closesAtMs: last + 1, quota };
  });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("claim"), nowMs: anyInstantMs }) },
  fc.record({
    kind: fc.constant("sold"),
    sold: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: QUOTA_MAX })),
  }),
  fc.record({ kind: fc.constant("sale"), sale: anySale, isPaused: fc.boolean() }),
);

/** One sentence for each state, in no order that matters: at most one of them holds. */
const SENTENCES = {
  closed: ({ sale }: Model, nowMs: number) => nowMs >= sale.closesAtMs,
  scheduled: ({ sale }: Model, nowMs: number) => nowMs < sale.verifyFromMs,
  full: (model: Model, nowMs: number) => isRunning(model, nowMs) && seatsLeft(model) <= 0,
  paused: (model: Model, nowMs: number) =>
    isRunning(model, nowMs) && seatsLeft(model) > 0 && model.isPaused,
  verifying: (model: Model, nowMs: number) =>
    isGiving(model, nowMs) && nowMs < model.sale.opensAtMs,
  open: (model: Model, nowMs: number) => isGiving(model, nowMs) && nowMs >= model.sale.opensAtMs,
} as const;

describe("the quota of a sale", () => {
  test("invariants 1 and 6: whatever it is told in whatever order, it agrees with counting", () => {
    fc.assert(
      fc.property(anySale, fc.array(anyStep, { maxLength: 60 }), (sale, steps) => {
        const model: Model = { sale, isPaused: false, sold: 0 };
        let state: QuotaState = Object.freeze({ ...model });
        for (const step of steps) state = Object.freeze(take(step, state, model));
      }),
      { numRuns: 3_000 },
    );
  });

  test("invariant 1: a batch each time is forwarded and the database cuts, never more than the quota", () => {
    const anyBatches = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), anyBatches, (quota, batches) => {
        const sale = { id: 7, number: 1, verifyFromMs: 0, opensAtMs: 0, closesAtMs: 10, quota };
        let state: QuotaState = { sale, isPaused: false, sold: 0 };
        let taken = 0;
        for (const count of batches) {
          const decision = decide(state, 5);
          expect(decision.kind).toBe(taken < quota ? "forward" : "refuse");
          if (decision.kind === "forward") taken = Math.min(quota, taken + count);
          state = withSold(state, taken);
        }
        expect(state.sold).toBe(
          Math.min(
            quota,
            batches.reduce((sum, count) => sum + count, 0),
          ),
        );
      }),
    );
  });

  test("a sale passes through its states in order, each from its own instant on", () => {
    const order = ["scheduled", "verifying", "open", "closed"] as const;
    fc.assert(
      fc.property(anySale, (sale) => {
        const at = { sold: 0, isPaused: false };
        const states = Array.from({ length: 50 }, (_, nowMs) => saleState(sale, { ...at, nowMs }));
        const places = states.map((state) => order.indexOf(state as (typeof order)[number]));
        expect(places).not.toContain(-1);
        expect(places).toEqual(places.toSorted((one, two) => one - two));
        const openMs = states.filter((state) => state === "open").length;
        expect(openMs).toBe(sale.closesAtMs - sale.opensAtMs);
      }),
    );
  });
});

function take(step: Step, state: QuotaState, model: Model): QuotaState {
  switch (step.kind) {
    case "claim": {
      const decision = decide(state, step.nowMs);
      const told = decision.kind === "refuse" ? decision.state : "open";
      const holding = Object.entries(SENTENCES).filter(([, holds]) => holds(model, step.nowMs));
      expect(holding.map(([name]) => name)).toEqual([told]);
      if (decision.kind === "forward") expect(decision.takenAtMs).toBe(step.nowMs);
      return state;
    }
    case "sold":
      model.sold = Math.max(model.sold, step.sold);
      return withSold(state, step.sold);
    case "sale":
      model.sale = step.sale;
      model.isPaused = step.isPaused;
      return withSale(state, step.sale, step.isPaused);
  }
}

function seatsLeft({ sale, sold }: Model): number {
  return sale.quota - sold;
}

function isRunning({ sale }: Model, nowMs: number): boolean {
  return nowMs >= sale.verifyFromMs && nowMs < sale.closesAtMs;
}

function isGiving(model: Model, nowMs: number): boolean {
  return isRunning(model, nowMs) && seatsLeft(model) > 0 && !model.isPaused;
}
