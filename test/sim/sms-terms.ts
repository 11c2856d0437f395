import type { SmsBudgetLimits } from "../../src/delivery/budget-limits.ts";
import { UNLIMITED_BUDGET } from "../delivery/make.ts";
import type { Random } from "../support/random.ts";

/** What a provider and the operator of the service agreed on. */
export interface SmsContract {
  readonly name: string;
  readonly segmentsPerS: number;
  /** Messages of one process under way at once. */
  readonly inFlightMax: number;
  /** Of one segment, in millionths of the currency. */
  readonly priceMicros: number;
}

/** The first provider goes down and never comes back. */
export interface LossOfFirst {
  readonly afterMs: number;
  /** Whether it refuses what it is sent from then on, or swallows it. */
  readonly isSilent: boolean;
}

/** By whom SMS go in one seed's world, and what they may cost. */
export interface SmsTerms {
  /** One or two, in the order of preference. */
  readonly contracts: readonly SmsContract[];
  /** Null where it stays, and always where there is no second one. */
  readonly lossOfFirst: LossOfFirst | null;
  readonly codeSegments: 1 | 2;
  readonly budget: SmsBudgetLimits;
  /** From the start of the world until the day turns in the database. */
  readonly midnightAfterMs: number;
}

export interface SmsDemand {
  readonly crowd: number;
  /** Seats, and so confirmations, there can be at most. */
  readonly owedCountMax: number;
  readonly chaosMs: number;
  /** Processes are killed, each with the blocks it has. */
  readonly hasKills: boolean;
}

export function drawSmsTerms(demand: SmsDemand, random: Random): SmsTerms {
  const count = random.chance(0.3) ? 1 : 2;
  const contracts = ["first", "second"].slice(0, count).map((name) => drawContract(name, random));
  const isLost = count === 2 && random.chance(0.4);
  const { chaosMs, hasKills } = demand;
  // What is owed at the end of a day goes out on the next, of which the dead must have left enough.
  const isEarly = !hasKills && random.chance(0.6);
  return {
    contracts,
    lossOfFirst: isLost
      ? { afterMs: random.between(0, chaosMs), isSilent: random.chance(0.5) }
      : null,
    codeSegments: random.chance(0.3) ? 2 : 1,
    budget: random.chance(0.6) ? drawBudget(demand, contracts, random) : UNLIMITED_BUDGET,
    midnightAfterMs: isEarly
      ? chaosMs * random.between(0.2, 1)
      : chaosMs + random.magnitude(100, 90_000),
  };
}

function drawContract(name: string, random: Random): SmsContract {
  return {
    name,
    segmentsPerS: Math.round(random.chance(0.5) ? random.between(1, 6) : random.magnitude(6, 200)),
    inFlightMax: Math.round(random.magnitude(1, 64)),
    priceMicros: random.whole(1, 9) * 50_000,
  };
}

/**
 * A day may be too short for all codes that are asked for, never for the confirmations that are owed at its start: their
 * part is a fifth of it, of which some blocks may lie in hands that need them no more.
 */
function drawBudget(
  { crowd, owedCountMax }: SmsDemand,
  contracts: readonly SmsContract[],
  random: Random,
): SmsBudgetLimits {
  const priceMicros = Math.max(...contracts.map((contract) => contract.priceMicros));
  const limit = (min: number, max: number) =>
    random.chance(0.5) ? Math.round(random.magnitude(min, max)) : null;
  const money = (segments: number | null) => (segments === null ? null : segments * priceMicros);
  const dayMin = 10 * owedCountMax + 50;
  const minuteMin = 20 + crowd / 2;
  return {
    segmentsPerMinute: limit(minuteMin, 4 * minuteMin),
    segmentsPerDay: limit(dayMin, 2 * dayMin),
    microsPerMinute: money(limit(minuteMin, 4 * minuteMin)),
    microsPerDay: money(limit(dayMin, 2 * dayMin)),
  };
}
