import { Histogram } from "../harness/histogram.ts";
import { short } from "../harness/table.ts";

/** What came to an end within one quarter of a second. */
export interface SelloutStep {
  /** Its start, seconds after the first request. */
  readonly atS: number;
  readonly registeredPerS: number;
  readonly codesPerS: number;
  /** Of both calls; null where nothing was answered. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export type SelloutCall = "codes" | "registrations";

const STEP_MS = 250;

/** A sell-out over time: both calls as they are answered. */
export class SelloutSeries {
  readonly #steps: { readonly counts: Record<SelloutCall, number>; readonly latency: Histogram }[] =
    [];
  readonly #calls: Readonly<Record<SelloutCall, Histogram>> = {
    codes: new Histogram(),
    registrations: new Histogram(),
  };

  /** `atMs` counts from the first request. */
  record(call: SelloutCall, atMs: number, latencyMs: number): void {
    const index = Math.floor(atMs / STEP_MS);
    while (this.#steps.length <= index) {
      this.#steps.push({ counts: { codes: 0, registrations: 0 }, latency: new Histogram() });
    }
    const step = this.#steps[index];
    if (step !== undefined) {
      step.counts[call] += 1;
      step.latency.record(latencyMs);
    }
    this.#calls[call].record(latencyMs);
  }

  steps(): readonly SelloutStep[] {
    return this.#steps.map(({ counts, latency }, index) => ({
      atS: (index * STEP_MS) / 1_000,
      registeredPerS: (counts.registrations * 1_000) / STEP_MS,
      codesPerS: (counts.codes * 1_000) / STEP_MS,
      p50Ms: latency.count === 0 ? null : latency.quantileMs(0.5),
      p99Ms: latency.count === 0 ? null : latency.quantileMs(0.99),
    }));
  }

  /** The latencies of each call, as sentences. */
  notes(): readonly string[] {
    return Object.entries(this.#calls).map(([call, histogram]) => {
      const { count, p50Ms, p99Ms, p999Ms, maxMs } = histogram.summary();
      return `${count} ${call}: p50 ${short(p50Ms)}, p99 ${short(p99Ms)}, p99.9 ${short(p999Ms)}, max ${short(maxMs)} ms, as fast as the answers came`;
    });
  }
}
