import type { Tick } from "../../parts/api.ts";
import type { Standing } from "./standing.ts";

/** How long a wait is thought to be, and how it is said. */
export interface WaitEstimate {
  readonly waitMs: number;
  readonly atMs: number;
  /** Index of what is shown among `SHOWN_MINUTES`. */
  readonly rung: number;
}

/** What is ever said; the first stands for less than a minute, beyond the last for longer than it. */
export const SHOWN_MINUTES = [
  0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180,
] as const;

const MINUTE_MS = 60_000;
/** How fast a new measure is believed. */
const TRUST = 0.25;

/** Follows the wait from answer to answer. */
export class WaitWatch {
  #last: { readonly tick: Tick; readonly estimate: WaitEstimate | null } | null = null;

  /** Null while it cannot be told. Asked again of the same answer, it says the same. */
  of(tick: Tick, standing: Standing): WaitEstimate | null {
    if (standing.kind !== "ahead-of-me" || tick.line === null) {
      this.#last = null;
      return null;
    }
    if (this.#last?.tick !== tick) {
      const measured = { ahead: standing.ahead, perMinute: tick.line.perMinute, nowMs: tick.nowMs };
      const estimate = nextEstimate(this.#last?.estimate ?? null, measured);
      this.#last = { tick, estimate };
    }
    return this.#last.estimate;
  }
}

/**
 * The next estimate after a measure of the line, or the one before where nothing moves. The wait runs down with
 * the clock and is drawn towards what is measured; what is shown moves by one rung at a time, and only when the
 * next one has been reached, so that it neither jumps nor flutters.
 */
export function nextEstimate(
  before: WaitEstimate | null,
  measured: { readonly ahead: number; readonly perMinute: number; readonly nowMs: number },
): WaitEstimate | null {
  const { ahead, perMinute, nowMs } = measured;
  if (perMinute <= 0) return before;
  const measuredMs = (ahead / perMinute) * MINUTE_MS;
  if (before === null) {
    return { waitMs: measuredMs, atMs: nowMs, rung: rungAbove(measuredMs) };
  }
  const expectedMs = Math.max(0, before.waitMs - (nowMs - before.atMs));
  const waitMs = expectedMs + (measuredMs - expectedMs) * TRUST;
  return { waitMs, atMs: nowMs, rung: nextRung(before.rung, waitMs) };
}

/** Minutes to say: those of a rung; `null` when it is longer than the last. */
export function shownMinutes({ rung }: WaitEstimate): number | null {
  return SHOWN_MINUTES[rung] ?? null;
}

function rungAbove(waitMs: number): number {
  const rung = SHOWN_MINUTES.findIndex((minutes) => minutes * MINUTE_MS >= waitMs);
  return rung === -1 ? SHOWN_MINUTES.length : rung;
}

function nextRung(rung: number, waitMs: number): number {
  const minutes = waitMs / MINUTE_MS;
  const below = SHOWN_MINUTES[rung - 1];
  const here = SHOWN_MINUTES[rung];
  const above = SHOWN_MINUTES[rung + 1];
  if (below !== undefined && minutes <= below) return rung - 1;
  if (here !== undefined && minutes >= (above ?? here * 1.2)) return rung + 1;
  return rung;
}
