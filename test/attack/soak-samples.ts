import { readdirSync, readFileSync } from "node:fs";
import type { Journal } from "../../bench/load/journal.ts";

/** How the service's process stands at an instant. */
export interface Sample {
  readonly residentMib: number;
  readonly handleCount: number;
  readonly threadCount: number;
}

/** Of a process of this machine, as Linux tells it in `/proc`. */
export function sampleOf(pid: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const numberAt = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  return {
    residentMib: numberAt("VmRSS") / 1_024,
    handleCount: readdirSync(`/proc/${pid}/fd`).length,
    threadCount: numberAt("Threads"),
  };
}

export const SAMPLE_EVERY_S = 10;
const HEAD =
  "second   RSS MiB  handles  threads  done/s  refused/s  later/s  failed/s  worst p99 ms";

/** A line for the seconds since the sample before; latency is of codes, verifications and registrations. */
export function sampleLine(atS: number, sample: Sample, journal: Journal): string {
  const seconds = journal.seconds.slice(Math.max(0, atS - SAMPLE_EVERY_S), atS);
  const perSecond = (countOf: (second: (typeof seconds)[number]) => number) =>
    (seconds.reduce((sum, second) => sum + countOf(second), 0) / SAMPLE_EVERY_S).toFixed(0);
  const p99s = seconds
    .filter(({ awaitedLatency }) => awaitedLatency.count > 0)
    .map(({ awaitedLatency }) => awaitedLatency.quantileMs(0.99));
  const cells = [
    [String(atS), 6],
    [sample.residentMib.toFixed(1), 10],
    [String(sample.handleCount), 9],
    [String(sample.threadCount), 9],
    [perSecond(({ ended }) => ended.done), 8],
    [perSecond(({ ended }) => ended.refused + ended.unproven), 11],
    [perSecond(({ ended }) => ended.later), 9],
    [perSecond(({ ended }) => ended.failed), 10],
    [Math.max(0, ...p99s).toFixed(0), 14],
  ] as const;
  const line = cells.map(([text, width]) => text.padStart(width)).join("");
  return atS <= SAMPLE_EVERY_S ? `${HEAD}\n${line}` : line;
}

export interface Growth {
  readonly isFlat: boolean;
  /** What was compared, in words. */
  readonly sentence: string;
}

const GROWTH_SHARE_MAX = 0.1;
/** From here on, minutes 5 to 8 and the last three do not meet. */
const LONG_MINUTES_MIN = 11;

/** Compares medians: of the last three minutes and of minutes 5 to 8, or of thirds where the run is too short for those. */
export function growthOf(residentMib: readonly number[], minutes: number): Growth {
  const perMinute = 60 / SAMPLE_EVERY_S;
  const isLong = minutes >= LONG_MINUTES_MIN;
  const third = Math.floor(residentMib.length / 3);
  const early = isLong
    ? residentMib.slice(4 * perMinute, 8 * perMinute)
    : residentMib.slice(third, 2 * third);
  const late = residentMib.slice(isLong ? -3 * perMinute : 2 * third);
  const [before, after] = [median(early), median(late)];
  const names = isLong
    ? ["minutes 5 to 8", "the last three"]
    : ["the middle third", "the last (a run this short is still filling)"];
  return {
    isFlat: Math.abs(after / before - 1) <= GROWTH_SHARE_MAX,
    sentence: `median RSS ${before.toFixed(1)} MiB in ${names[0]}, ${after.toFixed(1)} MiB in ${names[1]}`,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
