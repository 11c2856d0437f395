import { durationWords, waitText } from "../../language/durations.ts";
import type { SmsBudgetLimits, SpanMax } from "../budget-limits.ts";
import { spanMax } from "../budget-limits.ts";
import type { BudgetShare, SmsCost } from "../budget-ports.ts";
import type { Finding } from "./finding.ts";
import { about, amount, counted } from "./finding.ts";

/** A sale in which every seat goes: a code and a confirmation for each. Codes that are sent again are left out. */
export interface SaleOut {
  readonly quota: number;
  /** Codes that go out later than so long after they were asked for are worth nothing. */
  readonly codesWithinMs: number;
  /** Of one message, in the language that takes the most. */
  readonly codeSegments: number;
  readonly confirmationSegments: number;
  /** At least one; they share the load. */
  readonly gateways: readonly {
    readonly segmentsPerS: number;
    /** Of one segment, in millionths of the currency. */
    readonly priceMicros: number;
  }[];
  readonly budget: SmsBudgetLimits;
}

/** Whether the codes of a sale can all go out while those who asked for them wait. */
export function checkRate(saleOut: SaleOut): Finding {
  const finding = about("SMS rate");
  const { quota, codesWithinMs, codeSegments, confirmationSegments } = saleOut;
  const contractedPerS = saleOut.gateways.reduce((sum, each) => sum + each.segmentsPerS, 0);
  const budgetedPerS = budgetPerS(saleOut);
  const ratePerS = Math.min(contractedPerS, budgetedPerS);
  const codesMs = (quota * codeSegments * 1_000) / ratePerS;
  const allMs = (quota * (codeSegments + confirmationSegments) * 1_000) / ratePerS;
  const told =
    `${codes(saleOut)} at ${perSecond(ratePerS)} take ${duration(codesMs)}, ` +
    `with the confirmations ${duration(allMs)}`;
  if (codesMs <= codesWithinMs) return finding.ok(told);
  const needed = perSecond(Math.ceil((quota * codeSegments * 1_000) / codesWithinMs));
  const remedy =
    budgetedPerS < contractedPerS
      ? `the budget of a minute holds them up, which would have to allow codes ${needed}`
      : `ask the provider for ${needed}`;
  return finding.warning(
    `${told}, where a code is no use after ${duration(codesWithinMs)}: ${remedy}`,
  );
}

/** What all of it costs, by the dearest gateway, against what a day may cost. */
export function checkPrice(saleOut: SaleOut): Finding {
  const finding = about("SMS price");
  const codes = costOf(saleOut, saleOut.codeSegments);
  const others = costOf(saleOut, saleOut.confirmationSegments);
  const all = { segments: codes.segments + others.segments, micros: codes.micros + others.micros };
  const told = `a sale-out of ${counted(saleOut.quota, "seat")} takes ${costText(all)}`;
  const { budget } = saleOut;
  if (budget.segmentsPerDay === null && budget.microsPerDay === null) {
    return finding.warning(`${told}, and nothing limits a day: set SMS_SPEND_PER_DAY`);
  }
  const max = spanMax(budget, "day");
  const short = shortOf({ codes, others, all }, max);
  if (short.length === 0) return finding.ok(`${told}, which the budget of a day allows`);
  return finding.fault(`${told}; the budget of a day allows ${short.join(", ")}: raise it`);
}

/** Segments of codes a second; Infinity where no minute is limited. */
function budgetPerS({ budget, gateways }: SaleOut): number {
  const { segments, micros } = spanMax(budget, "minute").codes;
  const priceMicros = dearest(gateways);
  return (
    Math.min(segments, priceMicros === 0 ? Number.POSITIVE_INFINITY : micros / priceMicros) / 60
  );
}

function dearest(gateways: SaleOut["gateways"]): number {
  return Math.max(...gateways.map(({ priceMicros }) => priceMicros));
}

function costOf({ quota, gateways }: SaleOut, segmentsEach: number): SmsCost {
  const segments = quota * segmentsEach;
  return { segments, micros: segments * dearest(gateways) };
}

/** What is too little, each with how much it allows. */
function shortOf(needed: Readonly<Record<BudgetShare | "all", SmsCost>>, max: SpanMax) {
  const names = { codes: "codes", others: "confirmations", all: "all SMS" };
  return (["codes", "others", "all"] as const).flatMap((share) => [
    ...(needed[share].segments > max[share].segments
      ? [`${names[share]} ${counted(max[share].segments, "segment")}`]
      : []),
    ...(needed[share].micros > max[share].micros
      ? [`${names[share]} ${amount(max[share].micros)}`]
      : []),
  ]);
}

function costText({ segments, micros }: SmsCost): string {
  const price =
    micros === 0 ? " at no price (pricePerSegment says none)" : ` and ${amount(micros)}`;
  return `${counted(segments, "segment")}${price}`;
}

function codes({ quota, codeSegments }: SaleOut): string {
  const count = counted(quota, "code");
  return codeSegments === 1 ? count : `${count} of ${codeSegments} segments`;
}

function perSecond(rate: number): string {
  return `${rate.toLocaleString("en", { maximumFractionDigits: 1 })}/s`;
}

function duration(ms: number): string {
  return ms < 60_000 ? waitText(ms, "en") : durationWords(ms, "en");
}
