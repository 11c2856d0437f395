import type { Lobby, Sale } from "../sale/event.ts";
import type { EventSnapshot } from "../sale/ports.ts";
import { saleState } from "../sale/sale.ts";
import { tellLocal } from "./local-time.ts";

/**
 * Every sale's opening in UTC, by the event's own clocks and as a distance from now: a sale scheduled for the
 * wrong hour shows in at least one of the three.
 */
export function openingLines(events: readonly EventSnapshot[], nowMs: number): readonly string[] {
  if (events.length === 0) return ["no events yet; make one with: bun run event apply FILE"];
  return events.flatMap((snapshot) => [
    heading(snapshot),
    ...snapshot.event.sales.map((sale) => saleLine(sale, snapshot, nowMs)),
  ]);
}

/** The distance to an instant in its two largest units: `in 5 h 12 min`, `3 d 4 h ago`, `now`. */
export function tellDistance(distanceMs: number): string {
  const seconds = Math.floor(Math.abs(distanceMs) / 1_000);
  if (seconds === 0) return "now";
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const largest = parts.findIndex(([count]) => count > 0);
  const told = parts
    .slice(largest, largest + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
  return distanceMs > 0 ? `in ${told}` : `${told} ago`;
}

function heading({ event }: EventSnapshot): string {
  const { name, timeZone, days } = event.details;
  const dates = days.map(({ date }) => date).join(", ");
  return `${event.slug}: ${name}, ${dates} (${timeZone})${event.isPaused ? ", PAUSED" : ""}`;
}

function saleLine(sale: Sale, { event, soldBySale }: EventSnapshot, nowMs: number): string {
  const sold = soldBySale.get(sale.id) ?? 0;
  const state = saleState(sale, { nowMs, sold, isPaused: event.isPaused });
  const { timeZone } = event.details;
  const opening = [
    `${tellLocal(sale.opensAtMs, "UTC").replace(/ \+00:00$/, "")} UTC`,
    `${tellLocal(sale.opensAtMs, timeZone)} ${timeZone}`,
    tellDistance(sale.opensAtMs - nowMs),
  ].join(" = ");
  const lobby = sale.lobby === undefined ? "" : `; ${tellLobby(sale.lobby, nowMs)}`;
  const seats = `${sold.toLocaleString("en")} of ${sale.quota.toLocaleString("en")} seats given out`;
  return `  sale ${`${sale.number}`.padEnd(2)} ${state.padEnd(9)} opens ${opening}${lobby}; ${seats}`;
}

function tellLobby({ fromMs, beacon }: Lobby, nowMs: number): string {
  const begin = `lobby ${tellDistance(fromMs - nowMs)}`;
  return beacon === undefined ? begin : `${begin}, drawn with ${beacon}`;
}
