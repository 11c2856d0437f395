import type { Event, Sale } from "../sale/event.ts";
import type { SaleState } from "../sale/sale.ts";
import { currentSale, nextInstantMs, saleState } from "../sale/sale.ts";
import type { LineView } from "../waiting-room/waiting-room.ts";

/** What everyone may know of one sale now. */
export interface SaleView {
  readonly sale: Sale;
  readonly state: SaleState;
  readonly remaining: number;
}

/** What everyone may know of an event at an instant. */
export interface EventView {
  readonly event: Event;
  readonly nowMs: number;
  readonly sales: readonly SaleView[];
  /** The earliest sale whose closing is ahead; null when the event is closed. */
  readonly current: SaleView | null;
  /** When the current sale's state changes by itself next. */
  readonly nextInstantMs: number | null;
  /** The waiting line of the current sale; null where none is kept. */
  readonly line: LineView | null;
}

/** The events as known now: refreshed from the database at least once a second, sold counts fresher. */
export interface EventViews {
  all(): readonly EventView[];
  find(slug: string): EventView | null;
}

export function eventView(
  event: Event,
  at: {
    readonly nowMs: number;
    readonly soldOf: (saleId: number) => number;
    readonly lineOf?: (saleId: number) => LineView | null;
  },
): EventView {
  const sales = event.sales.map((sale): SaleView => {
    const sold = at.soldOf(sale.id);
    const state = saleState(sale, { nowMs: at.nowMs, sold, isPaused: event.isPaused });
    return { sale, state, remaining: Math.max(0, sale.quota - sold) };
  });
  const currentId = currentSale(event, at.nowMs)?.id;
  const current = sales.find(({ sale }) => sale.id === currentId) ?? null;
  const nextMs = current === null ? null : nextInstantMs(current.sale, at.nowMs);
  return {
    event,
    nowMs: at.nowMs,
    sales,
    current,
    nextInstantMs: nextMs,
    // Only the tick looks at it: every other call would count the line for nothing.
    get line() {
      return currentId === undefined ? null : (at.lineOf?.(currentId) ?? null);
    },
  };
}
