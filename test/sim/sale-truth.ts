import type { Event, Sale } from "../../src/sale/event.ts";

/** When a service heard of the world last, when the request came, when it was answered. */
export interface Span {
  readonly fromMs: number;
  readonly arrivedAtMs: number;
  readonly untilMs: number;
}

/** A quota, and from when on it was in force. */
interface QuotaSince {
  readonly quota: number;
  readonly sinceMs: number;
}

/** What was true of the sales of one event, and until when. */
export class SaleTruth {
  #sales: readonly Sale[] = [];
  #isPaused = false;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  readonly #quotas = new Map<number, QuotaSince[]>();
  readonly #sold = new Map<number, number>();

  /** The state of things from this instant on. */
  note(event: Event, soldOf: (saleId: number) => number, nowMs: number): void {
    if (this.#isPaused || event.isPaused) this.#pausedUntilMs = nowMs;
    this.#sales = event.sales;
    this.#isPaused = event.isPaused;
    for (const { id, quota } of event.sales) {
      this.#sold.set(id, soldOf(id));
      const quotas = this.#quotas.get(id) ?? [];
      this.#quotas.set(id, quotas);
      if (quotas.at(-1)?.quota !== quota) quotas.push({ quota, sinceMs: nowMs });
    }
  }

  quotaOf(saleId: number): number {
    return this.#sales.find(({ id }) => id === saleId)?.quota ?? 0;
  }

  soldOf(saleId: number): number {
    return this.#sold.get(saleId) ?? 0;
  }

  wasLowered(saleId: number): boolean {
    const quotas = this.#quotas.get(saleId) ?? [];
    return quotas.some(({ quota }, index) => quota < (quotas[index - 1]?.quota ?? 0));
  }

  windowOf(saleId: number): Pick<Sale, "opensAtMs" | "closesAtMs"> {
    const sale = this.#sales.find(({ id }) => id === saleId);
    return sale ?? { opensAtMs: Number.POSITIVE_INFINITY, closesAtMs: Number.NEGATIVE_INFINITY };
  }

  /** In words, why the answer was not true at any instant of the span; null when it was, or is no such answer. */
  lieIn(kind: string, span: Span, toleranceMs: number): string | null {
    switch (kind) {
      case "sale-full":
        return this.#sales.some(({ id }) => this.#wasFull(id, span.fromMs))
          ? null
          : "full was told while seats were left";
      case "sale-paused":
        return this.#isPaused || this.#pausedUntilMs >= span.fromMs
          ? null
          : "paused was told and nobody had paused";
      case "sale-closed":
        return this.#sales.some(({ closesAtMs }) => span.untilMs >= closesAtMs - toleranceMs)
          ? null
          : "closed was told before the closing";
      case "not-open":
        return this.#isBeforeAnOpening(span, toleranceMs)
          ? null
          : "not open was told while the sale was open";
      default:
        return null;
    }
  }

  /** Judged by any quota since then: a process hears of another one with its next look at the events. */
  #wasFull(saleId: number, fromMs: number): boolean {
    const quotas = this.#quotas.get(saleId) ?? [];
    const inForce = quotas.filter((_, index) => (quotas[index + 1]?.sinceMs ?? Infinity) >= fromMs);
    return inForce.some(({ quota }) => (this.#sold.get(saleId) ?? 0) >= quota);
  }

  #isBeforeAnOpening({ arrivedAtMs, untilMs }: Span, toleranceMs: number): boolean {
    return this.#sales.some(({ opensAtMs }, index) => {
      const closedAtMs = this.#sales[index - 1]?.closesAtMs ?? Number.NEGATIVE_INFINITY;
      return arrivedAtMs <= opensAtMs + toleranceMs && untilMs >= closedAtMs - toleranceMs;
    });
  }
}
