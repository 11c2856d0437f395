import { ok as assert } from "node:assert";
import type { SpanMax } from "./budget-limits.ts";
import { BLOCK_LEASE_MS, MINUTE_MS } from "./budget-limits.ts";
import type { BudgetShare, SmsCost } from "./budget-ports.ts";

interface ReservedByOthers {
  readonly cost: SmsCost;
  readonly ageMs: number;
}

const SECOND_MS = 1_000;
/** Clocks of other processes run a little faster or slower while they are being set. */
const CLOCKS_APART_MS = 1_000;
/** A minute back, and as far ahead as others may spend. */
const SECOND_COUNT = (MINUTE_MS + BLOCK_LEASE_MS + CLOCKS_APART_MS) / SECOND_MS + 2;
/** Segments and money of codes, then of others. */
const SHARE_WIDTH = 2;
const COLUMN_COUNT = 2 * SHARE_WIDTH;

/**
 * What was spent, or may have been, within the last 60 s: a ring of whole seconds, each of which counts until all of it
 * is that old, so that the window is never shorter than a minute and at most a second longer.
 */
export class SpendWindow {
  readonly #max: SpanMax;
  readonly #seconds = new Float64Array(SECOND_COUNT * COLUMN_COUNT);
  readonly #sums = new Float64Array(COLUMN_COUNT);
  readonly #trial = new Float64Array(COLUMN_COUNT);
  /** The oldest second that counts. */
  #first = 0;

  constructor(max: SpanMax) {
    this.#max = max;
  }

  spent(share: BudgetShare, nowMs: number): SmsCost {
    this.#advance(nowMs);
    const column = columnOf(share);
    return { segments: at(this.#sums, column), micros: at(this.#sums, column + 1) };
  }

  /** The earliest instant (ms since the epoch) at which the cost fits under all limits, now if it fits at once. */
  roomAtMs(share: BudgetShare, cost: SmsCost, nowMs: number): number {
    this.#advance(nowMs);
    if (this.#fits(this.#sums, share, cost)) return nowMs;
    this.#trial.set(this.#sums);
    const end = this.#first + SECOND_COUNT - 1;
    let second = this.#first;
    for (; second < end; second += 1) {
      this.#subtract(this.#trial, second);
      if (this.#fits(this.#trial, share, cost)) break;
    }
    return forgottenAtMs(second);
  }

  /** At the instant that room was found for. */
  add(share: BudgetShare, cost: SmsCost, atMs: number): void {
    this.#change(share, atMs, cost.segments, cost.micros);
  }

  /** Undoes an `add` of the same instant, which may be forgotten by now. */
  remove(share: BudgetShare, cost: SmsCost, atMs: number): void {
    this.#change(share, atMs, -cost.segments, -cost.micros);
  }

  /** What others reserved so long ago, or longer: it counts until nothing of it can be spent within the minute. */
  addReserved(share: BudgetShare, { cost, ageMs }: ReservedByOthers, nowMs: number): void {
    this.#advance(nowMs);
    this.add(share, cost, nowMs - ageMs + BLOCK_LEASE_MS + CLOCKS_APART_MS);
  }

  #change(share: BudgetShare, atMs: number, segments: number, micros: number): void {
    const second = Math.floor(atMs / SECOND_MS);
    if (second < this.#first) return;
    assert(second < this.#first + SECOND_COUNT, "nothing is dated that far ahead");
    const column = columnOf(share);
    const place = placeOf(second) + column;
    increase(this.#seconds, place, segments);
    increase(this.#seconds, place + 1, micros);
    increase(this.#sums, column, segments);
    increase(this.#sums, column + 1, micros);
  }

  #fits(sums: Float64Array, share: BudgetShare, cost: SmsCost): boolean {
    const own = this.#max[share];
    const { all } = this.#max;
    const column = columnOf(share);
    return (
      at(sums, column) + cost.segments <= own.segments &&
      at(sums, column + 1) + cost.micros <= own.micros &&
      at(sums, 0) + at(sums, SHARE_WIDTH) + cost.segments <= all.segments &&
      at(sums, 1) + at(sums, SHARE_WIDTH + 1) + cost.micros <= all.micros
    );
  }

  #advance(nowMs: number): void {
    const first = Math.floor((nowMs - MINUTE_MS) / SECOND_MS);
    const passed = Math.min(first - this.#first, SECOND_COUNT);
    for (let second = this.#first; second < this.#first + passed; second += 1) {
      this.#subtract(this.#sums, second);
      this.#seconds.fill(0, placeOf(second), placeOf(second) + COLUMN_COUNT);
    }
    this.#first = Math.max(this.#first, first);
  }

  #subtract(sums: Float64Array, second: number): void {
    for (let column = 0; column < COLUMN_COUNT; column += 1) {
      increase(sums, column, -at(this.#seconds, placeOf(second) + column));
    }
  }
}

function forgottenAtMs(second: number): number {
  return (second + 1) * SECOND_MS + MINUTE_MS;
}

function placeOf(second: number): number {
  return (second % SECOND_COUNT) * COLUMN_COUNT;
}

/** Of the share's segments; its money stands beside them. */
function columnOf(share: BudgetShare): number {
  return share === "codes" ? 0 : SHARE_WIDTH;
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}

function increase(values: Float64Array, index: number, by: number): void {
  values[index] = at(values, index) + by;
}
