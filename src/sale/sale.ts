import type { Event, Sale } from "./event.ts";

export type SaleState = "scheduled" | "verifying" | "lobby" | "open" | "paused" | "full" | "closed";

/** The state of one sale at an instant. A pause covers only the states in which something is given out. */
export function saleState(
  sale: Sale,
  at: { readonly nowMs: number; readonly sold: number; readonly isPaused: boolean },
): SaleState {
  if (at.nowMs >= sale.closesAtMs) return "closed";
  const lobbyFromMs = sale.lobby?.fromMs ?? sale.opensAtMs;
  if (at.nowMs < Math.min(sale.verifyFromMs, lobbyFromMs)) return "scheduled";
  if (at.sold >= sale.quota) return "full";
  if (at.isPaused) return "paused";
  if (at.nowMs >= sale.opensAtMs) return "open";
  return at.nowMs < lobbyFromMs ? "verifying" : "lobby";
}

/** The earliest sale whose closing is ahead, full or not; null when the event's last sale has closed. */
export function currentSale(event: Event, nowMs: number): Sale | null {
  return event.sales.find((sale) => nowMs < sale.closesAtMs) ?? null;
}

/** The instant at which the sale's state changes by itself next, or null after its closing. */
export function nextInstantMs(sale: Sale, nowMs: number): number | null {
  const { opensAtMs, closesAtMs } = sale;
  const lobbyFromMs = sale.lobby?.fromMs ?? opensAtMs;
  const firstMs = Math.min(sale.verifyFromMs, lobbyFromMs);
  const instants = [firstMs, lobbyFromMs, opensAtMs, closesAtMs];
  return instants.find((instantMs) => instantMs > nowMs) ?? null;
}

/** Whether codes prove phones before the opening, so that a place in the lobby takes a verification. */
export function isVerifiedEarly(sale: Sale): boolean {
  return sale.verifyFromMs < sale.opensAtMs;
}

/** Whether a code may be asked for to register with, as far as the sale is concerned. */
export function givesCodes(sale: Sale, state: SaleState, nowMs: number): boolean {
  if (state === "lobby") return nowMs >= sale.verifyFromMs;
  return state === "verifying" || state === "open";
}
