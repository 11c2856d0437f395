import { expect, test } from "bun:test";
import fc from "fast-check";
import type { SmsBudgetLimits } from "../../src/delivery/budget-limits.ts";
import type { BudgetShare, SmsCost } from "../../src/delivery/budget-ports.ts";
import type { SmsBudget, TakenCost } from "../../src/delivery/sms-budget.ts";
import { Random } from "../support/random.ts";
import { BudgetWorld } from "./sms-budget-world.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SHARE_MAX = { codes: 0.8, others: 0.4 } as const;

interface Sent {
  readonly share: BudgetShare;
  readonly cost: SmsCost;
  readonly atMs: number;
}

type Step =
  | {
      readonly kind: "burst";
      readonly process: number;
      readonly share: BudgetShare;
      readonly count: number;
      readonly cost: SmsCost;
    }
  | { readonly kind: "refuse"; readonly process: number; readonly count: number }
  | { readonly kind: "later"; readonly byMs: number }
  | { readonly kind: "crash" | "restart"; readonly process: number }
  /** Until some time has passed. */
  | { readonly kind: "store"; readonly is: "away" | "deaf" };

const anyProcess = fc.nat(1);
const anyShare = fc.constantFrom<BudgetShare>("codes", "codes", "others");
const anyCost = fc.record({
  segments: fc.integer({ min: 1, max: 3 }),
  micros: fc.integer({ min: 0, max: 40 }),
});
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("burst" as const),
      process: anyProcess,
      share: anyShare,
      count: fc.integer({ min: 1, max: 60 }),
      cost: anyCost,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("later" as const),
      byMs: fc.constantFrom(0, 1, 40, 999, 1_000, 20_000, 59_001, 60_000, 61_500, 130_000, DAY_MS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("refuse" as const),
      process: anyProcess,
      count: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("crash" as const, "restart" as const),
      process: anyProcess,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("store" as const),
      is: fc.constantFrom("away" as const, "deaf" as const),
    }),
  },
);

const anyMax = (max: number) => fc.option(fc.integer({ min: max / 5, max }), { nil: null });
const anyLimits: fc.Arbitrary<SmsBudgetLimits> = fc.record({
  segmentsPerMinute: anyMax(200),
  segmentsPerDay: anyMax(600),
  microsPerMinute: anyMax(3_000),
  microsPerDay: anyMax(8_000),
});

test("no crash, refusal, lost answer, second process, minute or midnight spends more than a limit", async () => {
  let sentCount = 0;
  let turnedAwayCount = 0;
  await fc.assert(
    fc.asyncProperty(
      anyLimits,
      fc.array(anyStep, { minLength: 5, maxLength: 60, size: "max" }),
      fc.integer(),
      async (limits, story, seed) => {
        const play = new Play(limits, seed);
        for (const step of story) await play.take(step);
        for (const problem of overspent(play.sent, limits)) throw new Error(problem);
        sentCount += play.sent.size;
        turnedAwayCount += play.turnedAwayCount;
      },
    ),
    { numRuns: 500 },
  );
  expect(sentCount).toBeGreaterThan(5_000);
  expect(turnedAwayCount).toBeGreaterThan(500);
});

class Play {
  readonly sent = new Set<Sent>();
  turnedAwayCount = 0;
  readonly #world: BudgetWorld;
  readonly #processes: SmsBudget[];
  /** Of each process: what a gateway may still refuse. */
  readonly #underWay: [TakenCost, Sent][][] = [[], []];

  constructor(limits: SmsBudgetLimits, seed: number) {
    const random = new Random(seed);
    const latencyMs = () => (random.chance(0.05) ? random.magnitude(1, 9_000) : 0);
    const startMs = Date.UTC(2026, 10, 22, random.pick([12, 23]), 58);
    this.#world = new BudgetWorld(limits, latencyMs, startMs);
    this.#processes = [this.#world.start(), this.#world.start()];
  }

  async take(step: Step): Promise<void> {
    const { clock, store } = this.#world;
    switch (step.kind) {
      case "burst":
        for (let index = 0; index < step.count && (await this.#send(step)); index += 1);
        return;
      case "refuse":
        for (const [taken, sent] of this.#underWay[step.process]?.splice(-step.count) ?? []) {
          this.#processes[step.process]?.putBack(taken);
          this.sent.delete(sent);
        }
        return;
      case "later":
        await clock.advance(Math.min(step.byMs, 2 * MINUTE_MS));
        store.isAway = false;
        store.isDeaf = false;
        return await clock.advance(Math.max(0, step.byMs - 2 * MINUTE_MS));
      case "restart":
        // The next one starts while this one is still giving back.
        void this.#processes[step.process]?.giveBack();
        return this.#replace(step.process);
      case "crash":
        return this.#replace(step.process);
      case "store":
        store.isAway = step.is === "away";
        store.isDeaf = step.is === "deaf";
        return;
    }
  }

  /** False when it has to wait for long. */
  async #send({ process, share, cost }: Extract<Step, { readonly kind: "burst" }>) {
    const budget = this.#processes[process];
    let outcome = budget?.take(share, cost);
    if (outcome?.kind === "wait" && outcome.untilMs === null) {
      await this.#world.clock.advance(5);
      outcome = budget?.take(share, cost);
    }
    if (outcome?.kind !== "taken") {
      this.turnedAwayCount += 1;
      return false;
    }
    const sent = { share, cost, atMs: this.#world.clock.nowMs() };
    this.sent.add(sent);
    this.#underWay[process]?.push([outcome, sent]);
    return true;
  }

  #replace(process: number): void {
    this.#processes[process] = this.#world.start();
    this.#underWay[process] = [];
  }
}

/** Judged from what went out alone, by adding it all up. */
function overspent(all: ReadonlySet<Sent>, limits: SmsBudgetLimits): readonly string[] {
  const problems: string[] = [];
  for (const unit of ["segments", "micros"] as const) {
    for (const part of ["codes", "others", "all"] as const) {
      const sent = [...all].filter(({ share }) => part === "all" || share === part);
      const fraction = part === "all" ? 1 : SHARE_MAX[part];
      const perDay = fraction * (limits[`${unit}PerDay`] ?? Number.POSITIVE_INFINITY);
      const perMinute = fraction * (limits[`${unit}PerMinute`] ?? Number.POSITIVE_INFINITY);
      for (const { atMs } of sent) {
        const day = Math.floor(atMs / DAY_MS);
        const ofDay = sent.filter((other) => Math.floor(other.atMs / DAY_MS) === day);
        const ofMinute = sent.filter(
          (other) => other.atMs <= atMs && other.atMs > atMs - MINUTE_MS,
        );
        const daySum = sum(ofDay, unit);
        const minuteSum = sum(ofMinute, unit);
        if (daySum > perDay) problems.push(`${part}: ${daySum} ${unit} in a day of ${perDay}`);
        if (minuteSum > perMinute) {
          problems.push(`${part}: ${minuteSum} ${unit} in a minute of ${perMinute}`);
        }
      }
    }
  }
  return problems;
}

function sum(sent: readonly Sent[], unit: keyof SmsCost): number {
  return sent.reduce((total, { cost }) => total + cost[unit], 0);
}
