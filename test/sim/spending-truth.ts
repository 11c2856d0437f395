import type { SmsBudgetLimits } from "../../src/delivery/budget-limits.ts";
import { BUDGET_UNITS, hasMinuteLimit } from "../../src/delivery/budget-limits.ts";
import type { BudgetShare, SmsCost } from "../../src/delivery/budget-ports.ts";
import { CLOCK_TOLERANCE_MS } from "./code-truth.ts";
import { Purse } from "./purse.ts";
import type { SmsTrip } from "./sms-provider.ts";

export interface SpendingTruthOptions {
  readonly limits: SmsBudgetLimits;
  /** When the day turns in the database. */
  readonly midnightMs: number;
  readonly fail: (invariant: number, what: string) => void;
}

interface Charge extends SmsCost {
  readonly share: BudgetShare;
  /** True time at which the process spent it. */
  readonly atMs: number;
}

type Part = BudgetShare | "all";

const PARTS: readonly Part[] = ["codes", "others", "all"];
const SHARE_OF_LIMIT: Readonly<Record<Part, number>> = { codes: 0.8, others: 0.4, all: 1 };
/** A minute by the fastest clock: one that is slewed by 5 ms a second. */
const MINUTE_MS = 60_000 * 0.994;

/** Invariant 12, from outside: what providers charge, of all processes together. */
export class SpendingTruth {
  readonly #options: SpendingTruthOptions;
  readonly #charges: Charge[] = [];

  constructor(options: SpendingTruthOptions) {
    this.#options = options;
  }

  /** Of one process. */
  openPurse(name: string): Purse {
    const { limits, fail } = this.#options;
    return new Purse({ name, limits, fail });
  }

  charged(trip: SmsTrip): void {
    const { share, cost, leftAtMs: atMs } = trip;
    this.#charges.push({ share, atMs, ...cost });
    this.#checkMinutes(atMs);
    this.#checkDay(atMs);
  }

  /** Every minute that the instant is in. */
  #checkMinutes(atMs: number): void {
    if (!hasMinuteLimit(this.#options.limits)) return;
    const near = this.#charges.filter((other) => Math.abs(other.atMs - atMs) < MINUTE_MS);
    for (const { atMs: endMs } of near) {
      if (endMs < atMs) continue;
      const within = near.filter((other) => other.atMs <= endMs && other.atMs > endMs - MINUTE_MS);
      this.#checkSum(within, "Minute");
    }
  }

  /** Around midnight nobody can say whose day it is. */
  #checkDay(atMs: number): void {
    const { midnightMs } = this.#options;
    const isOld = atMs < midnightMs;
    const ofDay = this.#charges.filter(
      (charge) =>
        charge.atMs < midnightMs === isOld &&
        Math.abs(charge.atMs - midnightMs) > CLOCK_TOLERANCE_MS,
    );
    this.#checkSum(ofDay, "Day");
  }

  #checkSum(charges: readonly Charge[], span: "Minute" | "Day"): void {
    const { limits, fail } = this.#options;
    for (const unit of BUDGET_UNITS) {
      const limit = limits[`${unit}Per${span}`];
      if (limit === null) continue;
      for (const part of PARTS) {
        const max = SHARE_OF_LIMIT[part] * limit;
        const ofPart = charges.filter(({ share }) => part === "all" || share === part);
        const sum = ofPart.reduce((total, charge) => total + charge[unit], 0);
        if (sum > max)
          fail(12, `${part}: ${sum} ${unit} left in a ${span.toLowerCase()} of ${max}`);
      }
    }
  }
}
