import { join } from "node:path";
import type { Bench, BenchOptions, MeasuredValue } from "../harness/bench.ts";
import type { LatencySummary } from "../harness/histogram.ts";
import { valueOf } from "../harness/measure.ts";
import { addProcessorTimes } from "../harness/processor.ts";
import { short } from "../harness/table.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { LoopLagOrder, Strain } from "./loop-lag-process.ts";
import { companyNote, type PeakAndHalf, PeaksAndHalves, roundsOf } from "./peak-and-half.ts";
import { openVenue, type Venue } from "./venue.ts";

/** How late a 10 ms heartbeat is on the service's own thread, while a thread draws tickets and claims come at half of peak. */
export const loopLag: Bench = {
  name: "loop-lag",
  unit: "ms",
  bar: 10,
  goal: 5,
  direction: "lower-is-better",
  run,
};

const PROGRAM = join(import.meta.dir, "loop-lag-process.ts");

interface StrainedRound extends PeakAndHalf {
  readonly strain: Strain;
  /** Of a heartbeat at the same time in this process, which has nothing to do: what the machine itself is late by. */
  readonly idle: LatencySummary;
}

async function run(options: BenchOptions): Promise<MeasuredValue> {
  await using venue = await openVenue(options, PROGRAM);
  const traffic = new PeaksAndHalves(venue, "registrations", options);
  const rounds = await roundsOf(traffic, () => strainedRound(traffic, venue), options);
  await traffic.check();
  return {
    ...valueOf(rounds.map(({ strain }) => strain.delays.p99Ms)),
    processor: addProcessorTimes(rounds.map(({ processor }) => processor)),
    notes: rounds.map(noteOf),
    details: { rounds },
  };
}

async function strainedRound(traffic: PeaksAndHalves, { service }: Venue): Promise<StrainedRound> {
  const ask = <Answer>(order: LoopLagOrder) => service.child.ask<Answer>(order);
  await traffic.peak();
  await ask({ kind: "strain" });
  const idle = new Heartbeat();
  const atHalf = await traffic.half();
  return { ...atHalf, idle: idle.stop(), strain: await ask<Strain>({ kind: "relax" }) };
}

function noteOf(round: StrainedRound): string {
  const { peakPerS, half, strain, idle } = round;
  const { delays, renderedCount } = strain;
  const { p50Ms, p99Ms, p999Ms, maxMs } = delays;
  const renderedPerS = (renderedCount * 1_000) / half.durationMs;
  return [
    `heartbeat late by p50 ${short(p50Ms)}, p99 ${short(p99Ms)}, p99.9 ${short(p999Ms)}, max ${short(maxMs)} ms`,
    `in an idle process p99 ${short(idle.p99Ms)} ms`,
    companyNote(round),
    `claims ${short(half.achievedPerS)}/s of ${short(peakPerS)}/s`,
    `tickets drawn ${short(renderedPerS)}/s`,
  ].join("; ");
}
