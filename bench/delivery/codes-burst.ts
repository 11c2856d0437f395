import { ok as assert } from "node:assert";
import { join } from "node:path";
import type { Bench, BenchOptions, MeasuredRatio } from "../harness/bench.ts";
import { Child } from "../harness/child.ts";
import { NO_EVIDENCE, ratioOf } from "../harness/measure.ts";
import { ProcessorMeter } from "../harness/processor.ts";
import { short } from "../harness/table.ts";
import type { CodeContract } from "./code-contract.ts";
import { type CodeLedger, readLedger } from "./code-ledger.ts";
import type { CodesOrder, CodesReport } from "./codes-process.ts";
import type { SmscOrder, SmscReport } from "./smsc-process.ts";

/** A whole sale's codes through a provider at its contracted rate, held to the time that rate alone takes. */
export const codesBurst: Bench = {
  name: "codes-burst",
  unit: "s",
  bar: 1.05,
  goal: 1.03,
  direction: "lower-is-better",
  run,
};

const SMSC_PROGRAM = join(import.meta.dir, "smsc-process.ts");
const CODES_PROGRAM = join(import.meta.dir, "codes-process.ts");
/** Three times as many under way as 50 ms to an answer need at that rate. */
const CONTRACT: CodeContract = { segmentsPerS: 1_000, inFlightMax: 200 };
const PERSON_COUNT = 60_000;
const PERSON_COUNT_SMOKE = 1_000;

async function run({ isSmoke }: BenchOptions): Promise<MeasuredRatio> {
  await using smsc = new Child(SMSC_PROGRAM);
  const tell = <Answer>(order: SmscOrder) => smsc.ask<Answer>(order);
  const port = await tell<number>({ kind: "open", contract: CONTRACT });
  await using codes = new Child(CODES_PROGRAM);
  const meter = new ProcessorMeter(codes.pid, null);
  const sent = await codes.ask<CodesReport>({
    port,
    contract: CONTRACT,
    personCount: isSmoke ? PERSON_COUNT_SMOKE : PERSON_COUNT,
  } satisfies CodesOrder);
  const report = await tell<SmscReport>({ kind: "report" });
  const processor = meter.elapsed(report.processorS);
  const { accepted, throttledCount } = report;
  const ledger = readLedger(sent.people, accepted);
  const notes = notesOf(ledger, sent, report);
  requireFlawless(ledger, notes);
  const endedAtMs = accepted.at(-1)?.atMs ?? Number.NaN;
  const tookS = (endedAtMs - sent.startedAtMs) / 1_000;
  const { refusalCount, thread } = sent;
  return {
    ...ratioOf([{ candidate: tookS, baseline: accepted.length / CONTRACT.segmentsPerS }]),
    ...NO_EVIDENCE,
    processor,
    notes,
    details: { contract: CONTRACT, throttledCount, refusalCount, thread, ...ledger },
  };
}

function requireFlawless(ledger: CodeLedger, notes: readonly string[]): void {
  const { lostCount, doubledCount, strangeCount, lateCount } = ledger;
  const isFlawless = lostCount + doubledCount + strangeCount + lateCount === 0;
  const faults = `codes: ${lostCount} lost, ${doubledCount} doubled, ${strangeCount} to strangers, ${lateCount} late`;
  assert(isFlawless, [faults, ...notes].join("; "));
}

function notesOf(
  { waits }: CodeLedger,
  { refusalCount, thread }: CodesReport,
  { throttledCount }: SmscReport,
): readonly string[] {
  const waitedS = thread === null ? "an unknown time" : `${short(thread.waitedS)} s`;
  return [
    `from being taken to being accepted p50 ${short(waits.p50Ms)}, p99 ${short(waits.p99Ms)}, max ${short(waits.maxMs)} ms`,
    `${short(throttledCount)} segments were throttled; people were told ${short(refusalCount)} times to come back`,
    `the sender's thread waited for a processor for ${waitedS}`,
  ];
}
