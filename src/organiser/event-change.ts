import type { Event, EventDay, Sale } from "../sale/event.ts";
import type { EventSnapshot } from "../sale/ports.ts";
import type { EventDecision, EventDraft, SaleDraft } from "./ports.ts";

/**
 * Whether an event may become what its file says. Sold tickets carry the event's days, the number of their sale
 * and an ordinal under its quota, and whoever is in a lobby was told how it is drawn; a change that would make
 * that wrong is refused with every reason. A sale that is over keeps the lobby it had, so that the waiting room
 * can be turned on or off for those that are to come.
 */
export function decideChange(
  current: EventSnapshot | null,
  wanted: EventDraft,
  nowMs: number,
): EventDecision {
  const draft = keepPastLobbies(current?.event.sales ?? [], wanted, nowMs);
  const faults = [
    ...(current === null ? [] : brokenPromises(current, draft, nowMs)),
    ...lateBeacons(current?.event.sales ?? [], draft, nowMs),
  ];
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

function keepPastLobbies(sales: readonly Sale[], draft: EventDraft, nowMs: number): EventDraft {
  const isOver = ({ closesAtMs }: SaleDraft) => closesAtMs <= nowMs;
  const past = new Map(sales.filter(isOver).map(({ number, lobby }) => [number, lobby]));
  const kept = draft.sales.map((sale): SaleDraft => {
    if (!isOver(sale) || !past.has(sale.number)) return sale;
    const { lobby: _, ...window } = sale;
    const lobby = past.get(sale.number);
    return lobby === undefined ? window : { ...window, lobby };
  });
  return { ...draft, sales: kept };
}

/** What may be known already is no beacon. Of lobbies that had begun `brokenPromises` has told all there is. */
function lateBeacons(sales: readonly Sale[], draft: EventDraft, nowMs: number): string[] {
  const begun = sales.filter((sale) => hasLobbyBegun(sale, nowMs));
  const isTold = ({ number, opensAtMs }: SaleDraft) =>
    begun.some((sale) => sale.number === number || sale.opensAtMs === opensAtMs);
  return draft.sales
    .filter((sale) => sale.lobby?.beacon !== undefined && hasLobbyBegun(sale, nowMs))
    .filter((sale) => !isTold(sale))
    .map(({ number }) => `sales[${number - 1}].beacon: must be named before the lobby begins`);
}

function hasLobbyBegun({ lobby }: SaleDraft, nowMs: number): boolean {
  return lobby !== undefined && lobby.fromMs <= nowMs;
}

function brokenPromises(
  { event, soldBySale }: EventSnapshot,
  draft: EventDraft,
  nowMs: number,
): string[] {
  const hasSeats = event.sales.some(({ id }) => (soldBySale.get(id) ?? 0) > 0);
  const faults = hasSeats ? brokenDays(event, draft) : [];
  for (const sale of event.sales) {
    const sold = soldBySale.get(sale.id) ?? 0;
    const hasLobby = hasLobbyBegun(sale, nowMs);
    if (sold > 0 || hasLobby) faults.push(...brokenSale(sale, sold, draft.sales));
    if (hasLobby) faults.push(...brokenLobby(sale, draft.sales));
  }
  return faults;
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
  const reason =
    sold > 0
      ? `${sold.toLocaleString("en")} seats of sale ${sale.number} are given out`
      : lobbyReason(sale);
  if (draft?.opensAtMs !== sale.opensAtMs) {
    const moved = drafts.findIndex(({ opensAtMs }) => opensAtMs === sale.opensAtMs);
    if (moved !== -1) {
      return [`sales[${moved}]: must stay at sales[${index}]; ${reason} under its number`];
    }
    if (draft === undefined) return [`sales: sale ${sale.number} must stay; ${reason}`];
  }
  const faults: string[] = [];
  if (draft.opensAtMs !== sale.opensAtMs) {
    faults.push(`sales[${index}].opensAt: must stay as it was; ${reason}`);
  }
  if (draft.quota < sold)
    faults.push(`sales[${index}].quota: must not be below what is sold; ${reason}`);
  return faults;
}

function brokenLobby(sale: Sale, drafts: readonly SaleDraft[]): string[] {
  const index = sale.number - 1;
  const draft = drafts[index];
  // That the sale itself must stay has been said.
  if (draft?.opensAtMs !== sale.opensAtMs) return [];
  if (draft.lobby === undefined) return [`waitingRoom: must stay on; ${lobbyReason(sale)}`];
  const faults: string[] = [];
  if (draft.lobby.fromMs !== sale.lobby?.fromMs) {
    faults.push(`sales[${index}].lobbyFrom: must stay as it was; ${lobbyReason(sale)}`);
  }
  if (draft.lobby.beacon !== sale.lobby?.beacon) {
    faults.push(`sales[${index}].beacon: must stay as it was; ${lobbyReason(sale)}`);
  }
  return faults;
}

function lobbyReason({ number }: Sale): string {
  return `the lobby of sale ${number} has begun`;
}
