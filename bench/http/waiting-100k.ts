import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AS_TOLD, CachingProxy } from "../../test/attack/caching-proxy.ts";
import { CountedOrigin } from "../../test/cdn/counted-origin.ts";
import { saleDraft, storeEvent } from "../../test/support/harness.ts";
import type { Bench, BenchOptions, MeasuredValue } from "../harness/bench.ts";
import { BenchError } from "../harness/bench.ts";
import { Child } from "../harness/child.ts";
import { checkHandles } from "../harness/handles.ts";
import { valueOf } from "../harness/measure.ts";
import { ProcessorMeter } from "../harness/processor.ts";
import { Service } from "../harness/service.ts";
import { short } from "../harness/table.ts";
import type { WaitingOrder, WaitingReport } from "./waiting-crowd.ts";

/** What is left for the service of a crowd that waits for the opening behind a cache: nginx, which does as it is told. */
export const waiting100k: Bench = {
  name: "waiting-100k",
  unit: "requests/s at the origin",
  bar: 10,
  goal: 2,
  direction: "lower-is-better",
  run,
};

const PROGRAM = join(import.meta.dir, "waiting-crowd-process.ts");
const PATH = "/api/v1/events/mela/tick";
const HOUR_MS = 3_600_000;
/** Besides the waiters' own, at either end. */
const KEPT_BACK_COUNT = 500;

type Scale = Omit<WaitingOrder, "url" | "path">;

const FULL: Scale = {
  waiterCount: 100_000,
  connectionCount: 2_000,
  everyMs: 5_000,
  jitterShare: 0.2,
  durationMs: 60_000,
  timeoutMs: 10_000,
};
const SMOKE: Scale = {
  ...FULL,
  waiterCount: 1_000,
  connectionCount: 50,
  everyMs: 1_000,
  durationMs: 2_000,
};

async function run({ isSmoke, port, openCluster }: BenchOptions): Promise<MeasuredValue> {
  const scale = isSmoke ? SMOKE : FULL;
  if (Bun.which("nginx") === null) {
    throw new BenchError(
      "There is no nginx to stand before the service: install it (apt-get install nginx).",
    );
  }
  checkHandles(scale.connectionCount + KEPT_BACK_COUNT);
  await using opening = new AsyncDisposableStack();
  const cluster = opening.use(await openCluster());
  const database = await cluster.freshDatabase();
  await storeEvent(database.url, [waitedFor(Date.now())]);
  const service = opening.use(
    await Service.start({ databaseUrl: database.url, codeSocket: null, port }),
  );
  const origin = opening.use(await CountedOrigin.start(service.url));
  const proxy = opening.use(await CachingProxy.start(origin.url, AS_TOLD));
  const crowd = opening.use(new Child(PROGRAM));
  const meter = new ProcessorMeter(service.pid, cluster.pid);
  const proxyMeter = new ProcessorMeter(proxy.pid, null);
  const order: WaitingOrder = { ...scale, url: proxy.url, path: PATH };
  const report = await crowd.ask<WaitingReport>(order);
  const processor = meter.elapsed(report.processorS);
  const proxyS = proxyMeter.elapsed("unknown").serverS;
  const memoryBytes = residentBytes(service.pid);
  const shortfall = shortfallOf(report);
  return {
    ...valueOf([(origin.count * 1_000) / report.durationMs]),
    processor,
    notes: [
      pollsNote(scale, report),
      costNote({ ...processor, proxyS }, report),
      memoryNote(memoryBytes),
    ],
    details: { scale, report, originCount: origin.count, proxyS, memoryBytes },
    ...(shortfall === null ? {} : { shortfall }),
  };
}

/** Its lobby is open, its opening an hour away. */
function waitedFor(nowMs: number) {
  return saleDraft(nowMs, {
    opensAtMs: nowMs + HOUR_MS,
    closesAtMs: nowMs + 2 * HOUR_MS,
    quota: 60_000,
    lobby: { fromMs: nowMs - HOUR_MS },
  });
}

/** Whoever waits for an answer asks no more meanwhile, so what was offered is what they would ask if answered at once. */
function pollsNote({ waiterCount, everyMs }: Scale, report: WaitingReport): string {
  const { achievedPerS, latency, ageMaxMs } = report;
  const offeredPerS = (waiterCount * 1_000) / everyMs;
  const share = Math.round((achievedPerS / offeredPerS) * 100);
  const answers = `${short(achievedPerS)} polls a second were answered of ${short(offeredPerS)} offered (${share} %)`;
  const times = `p50 ${short(latency.p50Ms)} ms, p99 ${short(latency.p99Ms)} ms after they were due`;
  return `${answers}, ${times}; no tick that was told was older than ${short(ageMaxMs / 1_000)} s`;
}

interface Cost {
  readonly serverS: number | "unknown";
  readonly proxyS: number | "unknown";
  readonly generatorS: number | "unknown";
}

function costNote({ serverS, proxyS, generatorS }: Cost, { durationMs }: WaitingReport): string {
  const share = (seconds: number | "unknown") =>
    seconds === "unknown" ? seconds : `${short((seconds * 100_000) / durationMs)} %`;
  return `of one processor the service took ${share(serverS)}, nginx ${share(proxyS)}, the crowd itself ${share(generatorS)}`;
}

function memoryNote(bytes: number | "unknown"): string {
  return `the service's resident memory at the end: ${bytes === "unknown" ? bytes : `${short(bytes / 2 ** 20)} MiB`}`;
}

/** Linux alone tells (proc(5)). */
function residentBytes(pid: number): number | "unknown" {
  if (process.platform !== "linux") return "unknown";
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return kilobytes === undefined ? "unknown" : Number(kilobytes) * 1_024;
}

/** That few requests reach the service counts for nothing where people are not answered. */
function shortfallOf({ statuses, errors }: WaitingReport): string | null {
  const { 200: _, ...others } = statuses;
  const faults = Object.entries({ ...others, ...errors });
  if (faults.length === 0) return null;
  return `not every poll was answered well: ${faults.map(([what, count]) => `${count} × ${what}`).join(", ")}`;
}
