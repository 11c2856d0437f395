import { ok as assert } from "node:assert";
import type { Bench, BenchOptions, MeasuredValue } from "../harness/bench.ts";
import type { DriveReport } from "../harness/driver.ts";
import { valueOf } from "../harness/measure.ts";
import { addProcessorTimes } from "../harness/processor.ts";
import { short } from "../harness/table.ts";
import { companyNote, type PeakAndHalf, PeaksAndHalves, roundsOf } from "./peak-and-half.ts";
import { openVenue } from "./venue.ts";

/** How long people wait for a code or a seat while the service does half of what it can. The slower call counts. */
export const answerP99: Bench = {
  name: "answer-p99",
  unit: "ms",
  bar: 25,
  goal: 10,
  direction: "lower-is-better",
  run,
};

async function run(options: BenchOptions): Promise<MeasuredValue> {
  await using venue = await openVenue(options);
  const traffic = new PeaksAndHalves(venue, "codes-and-registrations", options);
  const round = async () => {
    await traffic.peak();
    return traffic.half();
  };
  const rounds = await roundsOf(traffic, round, options);
  await traffic.check();
  return {
    ...valueOf(rounds.map(({ half }) => slowestP99Ms(half))),
    processor: addProcessorTimes(rounds.map(({ processor }) => processor)),
    notes: rounds.map(noteOf),
    details: { rounds },
  };
}

function slowestP99Ms({ calls }: DriveReport): number {
  const latencies = Object.values(calls).map(({ latency }) => latency.p99Ms);
  assert(latencies.length === 2, "both calls were answered");
  return Math.max(...latencies);
}

function noteOf(round: PeakAndHalf): string {
  const { peakPerS, half } = round;
  const calls = Object.entries(half.calls).map(([call, { latency }]) => {
    const { p50Ms, p99Ms, p999Ms, maxMs } = latency;
    return `${call} p50 ${short(p50Ms)}, p99 ${short(p99Ms)}, p99.9 ${short(p999Ms)}, max ${short(maxMs)} ms`;
  });
  const rates = `peak ${short(peakPerS)}/s, offered ${short(half.offeredPerS ?? 0)}/s, achieved ${short(half.achievedPerS)}/s`;
  return [rates, ...calls, companyNote(round)].join("; ");
}
