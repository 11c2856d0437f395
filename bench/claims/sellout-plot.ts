import { countWords, drawPlot, durationWords, type Line } from "../harness/plot.ts";
import type { SelloutStep } from "./sellout-series.ts";

/** Registrations a second and latency over time, as one SVG. */
export function drawSellout({
  seatCount,
  tookMs,
  steps,
}: {
  readonly seatCount: number;
  readonly tookMs: number;
  readonly steps: readonly SelloutStep[];
}): string {
  const line = (name: string, valueOf: (step: SelloutStep) => number | null): Line => ({
    name,
    points: steps.map((step) => ({ x: step.atS, y: valueOf(step) })),
  });
  return drawPlot({
    title: `${seatCount.toLocaleString("en")} seats, sold out in ${(tookMs / 1_000).toFixed(1)} s`,
    caption: "A crowd of 512 at a time, on the same machine",
    xLabel: "seconds from the first request",
    marks: [],
    panels: [
      {
        title: "Answers a second",
        scale: "linear",
        words: countWords,
        lines: [
          line("registered", ({ registeredPerS }) => registeredPerS),
          line("codes sent", ({ codesPerS }) => codesPerS),
        ],
      },
      {
        title: "Latency of both calls",
        scale: "logarithmic",
        words: durationWords,
        lines: [line("p50", ({ p50Ms }) => p50Ms), line("p99", ({ p99Ms }) => p99Ms)],
      },
    ],
  });
}
