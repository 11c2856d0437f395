import { countWords, drawPlot, durationWords, type Line, type Mark } from "../harness/plot.ts";
import type { SecondResult, SurgeResult } from "./surge-result.ts";

/** Registrations, people in line, requests and latency over time, as one SVG. */
export function drawSurge({ options, soldOutAfterMs, seconds, line: inLine }: SurgeResult): string {
  const { visitorCount, minutes, compress, quota } = options;
  const marks: Mark[] = [{ x: 0, label: "opening" }];
  if (soldOutAfterMs !== null) marks.push({ x: soldOutAfterMs / 1_000, label: "sold out" });
  const line = (name: string, valueOf: (second: SecondResult) => number | null): Line => ({
    name,
    points: seconds.map((second) => ({ x: second.atS, y: valueOf(second) })),
  });
  return drawPlot({
    title: `A sale of ${quota.toLocaleString("en")} seats`,
    caption: `${visitorCount.toLocaleString("en")} visitors, ${minutes} minutes in ${minutes / compress}`,
    xLabel: "seconds from the opening",
    marks,
    panels: [
      {
        title: "Registrations a second",
        scale: "linear",
        words: countWords,
        lines: [line("registered", ({ registered }) => registered)],
      },
      ...(inLine === null
        ? []
        : [
            {
              title: "People in line, let in since the opening, and seats kept",
              scale: "linear",
              words: countWords,
              lines: [
                line("waiting", (second) => second.line?.waitingCount ?? null),
                line("let in", (second) => second.line?.admittedCount ?? null),
                line("kept", (second) => second.line?.heldCount ?? null),
              ],
            } as const,
          ]),
      {
        title: "Requests a second",
        scale: "linear",
        words: countWords,
        lines: [
          line("offered", ({ offered }) => offered),
          line("answered", ({ ended }) => ended.done + ended.refused + ended.unproven),
          line("told to wait", ({ ended }) => ended.later),
        ],
      },
      {
        title: "Latency of the calls, and of the page",
        scale: "logarithmic",
        words: durationWords,
        lines: [
          line("p50", ({ awaitedP50Ms }) => awaitedP50Ms),
          line("p99", ({ awaitedP99Ms }) => awaitedP99Ms),
          line("page p99", ({ pageP99Ms }) => pageP99Ms),
        ],
      },
      ...(seconds.every(({ stolenShare }) => stolenShare === null)
        ? []
        : [
            {
              title: "Of the machine, in percent, what others on its host took",
              scale: "linear",
              words: countWords,
              lines: [
                line("taken", ({ stolenShare }) =>
                  stolenShare === null ? null : 100 * stolenShare,
                ),
              ],
            } as const,
          ]),
    ],
  });
}
