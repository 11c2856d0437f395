import { ok as assert } from "node:assert";
import type { Sale } from "../sale/event.ts";
import type { SaleState } from "../sale/sale.ts";
import { saleState } from "../sale/sale.ts";

/** What the actor of one sale knows: the sale as stored, and how many seats are known to be given out. */
export interface QuotaState {
  readonly sale: Sale;
  readonly isPaused: boolean;
  readonly sold: number;
}

export type QuotaDecision =
  /** Ask the database; it has the last word. */
  | { readonly kind: "forward"; readonly takenAtMs: number }
  | { readonly kind: "refuse"; readonly state: Exclude<SaleState, "open"> };

/** Memory only forwards while seats are left; it never gives one out. */
export function decide(state: QuotaState, nowMs: number): QuotaDecision {
  const { sale, sold, isPaused } = state;
  const now = saleState(sale, { nowMs, sold, isPaused });
  return now === "open" ? { kind: "forward", takenAtMs: nowMs } : { kind: "refuse", state: now };
}

/** Seats are only ever given out: the larger count is the newer one, whoever brought it. */
export function withSold(state: QuotaState, sold: number): QuotaState {
  assert(Number.isInteger(sold) && sold >= 0, `bad count of seats ${sold}`);
  return sold > state.sold ? { ...state, sold } : state;
}

/** The sale as the organiser changed it: a raised quota makes a full sale open again. */
export function withSale(state: QuotaState, sale: Sale, isPaused: boolean): QuotaState {
  assert(sale.id === state.sale.id, "a quota actor keeps its sale");
  return { ...state, sale, isPaused };
}
