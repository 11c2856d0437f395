import type { BudgetSpan, BudgetUnit, SpanMax } from "./budget-limits.ts";
import { BUDGET_UNITS } from "./budget-limits.ts";
import type { BudgetShare, SmsCost } from "./budget-ports.ts";

export type BudgetLimit = `${BudgetUnit}-${BudgetSpan}`;

/** So much of what the share may take of the limit is gone, by its own messages or by those of the other. */
export interface BudgetReached {
  readonly limit: BudgetLimit;
  readonly share: BudgetShare;
  /** At 100 a message was turned away, or the next one will be. */
  readonly percent: 50 | 80 | 100;
}

/** What stands against the limits of a span. */
export interface BudgetUse extends Readonly<Record<BudgetShare, SmsCost>> {
  readonly span: BudgetSpan;
  readonly max: SpanMax;
}

interface AlertTimes {
  readonly nowMs: number;
  /** Until the same is told again. */
  readonly quietMs: number;
}

const PERCENTS = [50, 80, 100] as const;
const PERCENT_MIN = PERCENTS[0];

/** Tells of each limit, share and threshold once, until it is due again. */
export class BudgetAlerts {
  readonly #onReached: (reached: BudgetReached) => void;
  /** At most four limits, two shares and three thresholds. */
  readonly #quietUntilMs = new Map<string, number>();

  constructor(onReached: (reached: BudgetReached) => void) {
    this.#onReached = onReached;
  }

  judge(use: BudgetUse, share: BudgetShare, { nowMs, quietMs }: AlertTimes): void {
    for (const unit of BUDGET_UNITS) {
      const used = percentUsed(use, share, unit);
      if (used < PERCENT_MIN) continue;
      const limit: BudgetLimit = `${unit}-${use.span}`;
      for (const percent of PERCENTS) {
        if (used >= percent) this.#tell({ limit, share, percent }, nowMs, quietMs);
      }
    }
  }

  #tell(reached: BudgetReached, nowMs: number, quietMs: number): void {
    const key = `${reached.limit} ${reached.share} ${reached.percent}`;
    if (nowMs < (this.#quietUntilMs.get(key) ?? 0)) return;
    this.#quietUntilMs.set(key, nowMs + quietMs);
    this.#onReached(reached);
  }
}

function percentUsed({ codes, others, max }: BudgetUse, share: BudgetShare, unit: BudgetUnit) {
  const own = (share === "codes" ? codes : others)[unit] / max[share][unit];
  const all = (codes[unit] + others[unit]) / max.all[unit];
  return 100 * Math.max(own, all);
}
