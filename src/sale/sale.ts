import type { Event, Sale } from "./event.ts";

export type SaleState = "scheduled" | "verifying" | "open" | "paused" | "full" | "closed";

/** The state of one sale at an instant. A pause covers only the states in which something is given out. */
export function saleState(
  sale: Sale,
  at: { readonly nowMs: number; readonly sold: number; readonly isPaused: boolean },
): SaleState {
  if (at.nowMs >= sale.closesAtMs) return "closed";
  if (at.nowMs < sale.verifyFromMs) return "scheduled";
  if (at.sold >= sale.quota) return "full";
  if (at.isPaused) return "paused";
  return at.nowMs < sale.opensAtMs ? "verifying" : "open";
}

/** The earliest sale whose closing is ahead, full or not; null when the event's last sale has closed. */
export function currentSale(event: Event, nowMs: number): Sale | null {
  return event.sales.find((sale) => nowMs < sale.closesAtMs) ?? null;
}

/** The instant at which the sale's state changes by itself next, or null after its closing. */
export function nextInstantMs(sale: Sale, nowMs: number): number | null {
  const instants = [sale.verifyFromMs, sale.opensAtMs, sale.closesAtMs];
  return instants.find((instantMs) => instantMs > nowMs) ?? null;
}
