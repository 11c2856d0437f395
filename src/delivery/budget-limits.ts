import { ok as assert } from "node:assert";
import type { BudgetShare, SmsCost } from "./budget-ports.ts";

/** What may be spent on SMS; money in millionths of the currency, a day is a UTC day, null is no limit. */
export interface SmsBudgetLimits {
  readonly segmentsPerMinute: number | null;
  readonly segmentsPerDay: number | null;
  readonly microsPerMinute: number | null;
  readonly microsPerDay: number | null;
}

export type BudgetSpan = "minute" | "day";
export type BudgetUnit = keyof SmsCost;

/** One limit for each share, and for both together; Infinity is none. */
export interface SpanMax extends Readonly<Record<BudgetShare, SmsCost>> {
  readonly all: SmsCost;
}

export const BUDGET_SHARES: readonly BudgetShare[] = ["codes", "others"];
export const BUDGET_UNITS: readonly BudgetUnit[] = ["segments", "micros"];

/**
 * At most so much of each limit goes to a share. What one can never take is safe for the other: 60 % for codes, 20 %
 * for the rest. The 20 % between go to who comes first, since a sale needs codes before it needs confirmations.
 */
const SHARE_PERCENT_MAX: Readonly<Record<BudgetShare, number>> = { codes: 80, others: 40 };

/** A crash loses up to one and a half blocks of each share, so blocks are small against the budget. */
const BLOCKS_PER_DAY = 100;
/** Where a minute is the tighter limit: to other processes a block counts as spent in every minute it could be. */
const BLOCKS_PER_MINUTE = 20;

export const MINUTE_MS = 60_000;

/**
 * How long a block may be spent where a minute is limited: other processes know when it was reserved and not when it is
 * spent, so they count it as spent in every minute that could be, and the sooner it ends the better.
 */
export const BLOCK_LEASE_MS = 60_000;

export function hasMinuteLimit(limits: SmsBudgetLimits): boolean {
  return limits.segmentsPerMinute !== null || limits.microsPerMinute !== null;
}

export function spanMax(limits: SmsBudgetLimits, span: BudgetSpan): SpanMax {
  const all = {
    segments: limitOf(limits, "segments", span) ?? Number.POSITIVE_INFINITY,
    micros: limitOf(limits, "micros", span) ?? Number.POSITIVE_INFINITY,
  };
  return { all, codes: shareOf(all, "codes"), others: shareOf(all, "others") };
}

export function limitOf(
  limits: SmsBudgetLimits,
  unit: BudgetUnit,
  span: BudgetSpan,
): number | null {
  const limit = span === "day" ? limits[`${unit}PerDay`] : limits[`${unit}PerMinute`];
  assert(limit === null || (Number.isSafeInteger(limit) && limit > 0), `${unit} per ${span}`);
  return limit;
}

/** What is asked for at a time; nothing of what nothing limits. */
export function blockCost(limits: SmsBudgetLimits): SmsCost {
  return { segments: blockOf(limits, "segments"), micros: blockOf(limits, "micros") };
}

function blockOf(limits: SmsBudgetLimits, unit: BudgetUnit): number {
  const part = Math.min(
    (limitOf(limits, unit, "day") ?? Number.POSITIVE_INFINITY) / BLOCKS_PER_DAY,
    (limitOf(limits, unit, "minute") ?? Number.POSITIVE_INFINITY) / BLOCKS_PER_MINUTE,
  );
  return part === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.floor(part));
}

function shareOf(all: SmsCost, share: BudgetShare): SmsCost {
  const part = (limit: number) => Math.floor((limit / 100) * SHARE_PERCENT_MAX[share]);
  return { segments: part(all.segments), micros: part(all.micros) };
}
