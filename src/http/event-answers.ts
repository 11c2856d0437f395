import type { EventView, SaleView } from "../registration/event-view.ts";
import type { EventBody } from "./wire.ts";

/** RFC 3339 in UTC. */
export function instant(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

/** What everyone may know of an event. */
export function eventBodyOf(view: EventView): EventBody {
  const { slug, details } = view.event;
  return {
    slug,
    name: details.name,
    venue: details.venue,
    description: details.description,
    timeZone: details.timeZone,
    days: details.days.map(({ day, date, doorsAt }) => ({ day, date, doorsAt })),
    now: instant(view.nowMs),
    currentSale: view.current?.sale.number ?? null,
    sales: view.sales.map(saleBodyOf),
  };
}

function saleBodyOf({ sale, state, remaining }: SaleView): EventBody["sales"][number] {
  return {
    number: sale.number,
    state,
    verifyFrom: instant(sale.verifyFromMs),
    opensAt: instant(sale.opensAtMs),
    closesAt: instant(sale.closesAtMs),
    quota: sale.quota,
    remaining,
  };
}
