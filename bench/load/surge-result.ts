import type { ProcessorTime } from "../harness/bench.ts";
import { Histogram, type LatencySummary } from "../harness/histogram.ts";
import type { Checked } from "./books.ts";
import type { Endings } from "./crowd.ts";
import type { DrawChecked } from "./draw-check.ts";
import { CALLS, type Call, type LineSample, type Outcome, type Second } from "./journal.ts";
import type { Scene } from "./scene.ts";
import type { Instant } from "./stage.ts";
import type { SurgeOptions } from "./surge-options.ts";

/** What a surge leaves behind, as `bench/results/surge.json` has it. */
export interface SurgeResult {
  readonly options: SurgeOptions;
  readonly endings: Endings;
  /** Null where the books do not hold. */
  readonly checked: Checked | null;
  /** From the opening; null where seats were left. */
  readonly soldOutAfterMs: number | null;
  /** What must not be, in sentences; none in a good run. */
  readonly faults: readonly string[];
  readonly calls: Readonly<Record<Call, CallResult>>;
  /** Of what the service itself did as it was asked, downloads apart. */
  readonly acceptedLatency: LatencySummary;
  /** The same from the instant at which each was due: with what the generator itself was late. */
  readonly acceptedSinceDue: LatencySummary;
  /** The same of the seconds in which others on the host took less than `DISTURBED_SHARE`; null where nobody tells. */
  readonly undisturbed: { readonly secondCount: number; readonly latency: LatencySummary } | null;
  /** Null without a waiting room. */
  readonly line: LineResult | null;
  /** By call and reason: everything that was not what was asked for. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly processor: ProcessorTime;
  /** Of all the machine's processor time, what others on its host took; null where nobody tells. */
  readonly stolenShare: number | null;
  /** How late the generator itself was. */
  readonly lag: LatencySummary;
  readonly connections: ConnectionResult;
  readonly messages: MessageResult;
  readonly seconds: readonly SecondResult[];
}

export interface LineResult {
  /** Who was let in, acted in time by their own page, and was refused. */
  readonly inVainCount: number;
  readonly admittedCount: number;
  /** At the end of the line, after their time was over. */
  readonly rejoinedCount: number;
  readonly draw: DrawChecked | null;
  readonly edge: EdgeResult;
}

export interface EdgeResult {
  readonly askedCount: number;
  /** That reached the service. */
  readonly originCount: number;
  /** Of all requests, from 0 to 1. */
  readonly share: number;
}

export interface CallResult {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly latency: LatencySummary;
}

export interface ConnectionResult {
  readonly openedCount: number;
  /** At once. */
  readonly busyCountMax: number;
  /** That there may be, shared by all visitors. */
  readonly countMax: number;
}

export interface MessageResult {
  readonly codeCount: number;
  readonly codesLostCount: number;
  readonly confirmationCount: number;
}

/** Latencies are of requests that were due in this second; null where there were none. */
export interface SecondResult {
  /** From the opening, below zero before it. */
  readonly atS: number;
  readonly arrived: number;
  readonly offered: number;
  readonly offeredByCall: Readonly<Record<Call, number>>;
  readonly ended: Readonly<Record<Outcome, number>>;
  readonly registered: number;
  readonly awaitedP50Ms: number | null;
  readonly awaitedP99Ms: number | null;
  readonly pageP99Ms: number | null;
  readonly line: LineSample | null;
  readonly stolenShare: number | null;
}

export interface SurgeParts {
  readonly options: SurgeOptions;
  readonly scene: Scene;
  readonly endings: Endings;
  readonly processor: ProcessorTime;
  readonly stolenShare: number | null;
  readonly checked: Checked | null;
  readonly draw: DrawChecked | null;
  readonly opensAt: Instant;
}

/** A copy, for whoever was still there goes on asking until the service has stopped. */
export function resultOf(parts: SurgeParts): SurgeResult {
  const { options, scene, endings, processor, stolenShare, checked, opensAt } = parts;
  const { journal, wires, phones, faults } = scene;
  const { openedCount, busyCountMax, countMax } = wires;
  const { codeCount, lostCount, confirmationCount } = phones;
  const lastSeatAtMs = checked?.lastSeatAtMs ?? null;
  const calls = CALLS.map((call) => [
    call,
    { outcomes: { ...journal.outcomes[call] }, latency: journal.latencies[call].summary() },
  ]);
  const firstS = Math.round((journal.startMs - opensAt.runMs) / 1_000);
  return {
    options,
    endings,
    checked,
    soldOutAfterMs: lastSeatAtMs === null ? null : lastSeatAtMs - opensAt.epochMs,
    faults: [...faults],
    calls: Object.fromEntries(calls) as Record<Call, CallResult>,
    acceptedLatency: journal.acceptedLatency.summary(),
    acceptedSinceDue: journal.acceptedSinceDue.summary(),
    undisturbed: undisturbedOf(journal.seconds),
    line: lineOf(parts),
    reasons: Object.fromEntries([...journal.reasons].toSorted(([, a], [, b]) => b - a)),
    processor,
    stolenShare,
    lag: journal.lag.summary(),
    connections: { openedCount, busyCountMax, countMax },
    messages: { codeCount, codesLostCount: lostCount, confirmationCount },
    seconds: journal.seconds.map((second, index) => secondOf(second, firstS + index)),
  };
}

/** What a second loses to others on the host shows in every latency, and says nothing of the service. */
export const DISTURBED_SHARE = 0.05;

function undisturbedOf(seconds: readonly Second[]): SurgeResult["undisturbed"] {
  const quiet = seconds.filter(({ stolenShare }) => (stolenShare ?? 1) < DISTURBED_SHARE);
  if (quiet.length === 0) return null;
  const latency = new Histogram();
  for (const { acceptedLatency } of quiet) latency.add(acceptedLatency);
  return { secondCount: quiet.length, latency: latency.summary() };
}

function lineOf({ scene, draw }: SurgeParts): LineResult | null {
  if (scene.waitingRoom === undefined) return null;
  const { line, edge } = scene.waitingRoom;
  const { inVainCount, admittedCount, rejoinedCount } = line;
  const { askedCount, originCount } = edge;
  const share = 1 - originCount / Math.max(1, askedCount);
  return {
    inVainCount,
    admittedCount,
    rejoinedCount,
    draw,
    edge: { askedCount, originCount, share },
  };
}

function secondOf(second: Second, atS: number): SecondResult {
  const { arrivedCount, offered, ended, registeredCount, awaitedLatency, pageLatency } = second;
  const hasAwaited = awaitedLatency.count > 0;
  return {
    atS,
    arrived: arrivedCount,
    offered: Object.values(offered).reduce((sum, count) => sum + count, 0),
    offeredByCall: { ...offered },
    ended: { ...ended },
    registered: registeredCount,
    awaitedP50Ms: hasAwaited ? awaitedLatency.quantileMs(0.5) : null,
    awaitedP99Ms: hasAwaited ? awaitedLatency.quantileMs(0.99) : null,
    pageP99Ms: pageLatency.count > 0 ? pageLatency.quantileMs(0.99) : null,
    line: second.line,
    stolenShare: second.stolenShare,
  };
}
