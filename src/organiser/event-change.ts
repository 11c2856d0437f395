import type { Event, EventDay, Sale } from "../sale/event.ts";
import type { EventSnapshot } from "../sale/ports.ts";
import type { EventDecision, EventDraft, SaleDraft } from "./ports.ts";

/**
 * Whether an event may become what its file says. Sold tickets carry the event's days, the number of their sale
 * and an ordinal under its quota; a change that would make them wrong is refused with every reason.
 */
export function decideChange(current: EventSnapshot | null, draft: EventDraft): EventDecision {
  const faults = current === null ? [] : brokenPromises(current, draft);
  return faults.length === 0 ? { kind: "write", draft } : { kind: "refuse", faults };
}

/** Why a pause (or its end) cannot be: there is no such event. */
export function decidePause(
  current: EventSnapshot | null,
  { slug, isPaused }: { readonly slug: string; readonly isPaused: boolean },
): EventDecision {
  if (current !== null) return { kind: "pause", isPaused };
  return { kind: "refuse", faults: [`there is no event ${slug}`] };
}

function brokenPromises({ event, soldBySale }: EventSnapshot, draft: EventDraft): string[] {
  const promised = event.sales
    .map((sale) => ({ sale, sold: soldBySale.get(sale.id) ?? 0 }))
    .filter(({ sold }) => sold > 0);
  if (promised.length === 0) return [];
  return [
    ...brokenDays(event, draft),
    ...promised.flatMap(({ sale, sold }) => brokenSale(sale, sold, draft.sales)),
  ];
}

function brokenDays(event: Event, { details }: EventDraft): string[] {
  const faults: string[] = [];
  if (details.timeZone !== event.details.timeZone) {
    faults.push(`timeZone: must stay ${event.details.timeZone}, in which sold tickets are dated`);
  }
  const before = dates(event.details.days);
  if (dates(details.days) !== before) {
    faults.push(`days: must stay ${before}, the days printed on sold tickets`);
  }
  return faults;
}

function dates(days: readonly EventDay[]): string {
  return days.map(({ date }) => date).join(", ");
}

function brokenSale(sale: Sale, sold: number, drafts: readonly SaleDraft[]): string[] {
  const index = sale.number - 1;
  const draft = drafts[index];
  const seats = `${sold.toLocaleString("en")} seats of sale ${sale.number} are given out`;
  if (draft?.opensAtMs !== sale.opensAtMs) {
    const moved = drafts.findIndex(({ opensAtMs }) => opensAtMs === sale.opensAtMs);
    if (moved !== -1) {
      return [`sales[${moved}]: must stay at sales[${index}]; ${seats} with its number on them`];
    }
    if (draft === undefined) return [`sales: sale ${sale.number} must stay; ${seats}`];
  }
  const faults: string[] = [];
  if (draft.opensAtMs !== sale.opensAtMs) {
    faults.push(`sales[${index}].opensAt: must stay as it was; ${seats}`);
  }
  if (draft.quota < sold)
    faults.push(`sales[${index}].quota: must not be below what is sold; ${seats}`);
  return faults;
}
