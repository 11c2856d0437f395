import { join } from "node:path";
import { BenchError } from "./bench.ts";
import type { Bombardment, Throughput } from "./bombardment.ts";

const SCRIPT_FOLDER = join(import.meta.dir, "../http");

export function bombardWithWrk(bombardment: Bombardment): Promise<Throughput> {
  const { requestFile, lines } = bombardment;
  return runWrk("replay.lua", bombardment, [requestFile, lines]);
}

export type WrkLoad = Pick<Bombardment, "url" | "connectionCount" | "durationS">;

/** Runs wrk with a script of `bench/http` that prints its report as `report.lua` does. One thread, one core. */
export async function runWrk(
  script: string,
  { url, connectionCount, durationS }: WrkLoad,
  scriptArguments: readonly string[],
): Promise<Throughput> {
  const options = ["-t1", `-c${connectionCount}`, `-d${durationS}s`, "--timeout", "10s"];
  const child = Bun.spawn(
    ["wrk", ...options, "-s", join(SCRIPT_FOLDER, script), url, "--", ...scriptArguments],
    { stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  const [output, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  await child.exited;
  const report = /^report (.*)$/m.exec(output)?.[1];
  if (report === undefined) throw new BenchError(`wrk failed: ${(errors || output).trim()}`);
  const microseconds = child.resourceUsage()?.cpuTime.total;
  return readReport(JSON.parse(report) as WrkReport, microseconds);
}

/** What `report.lua` prints. */
interface WrkReport {
  readonly requestCount: number;
  readonly durationUs: number;
  readonly errors: Readonly<Record<string, number>>;
}

function readReport(
  { requestCount, durationUs, errors }: WrkReport,
  processorUs: number | bigint | undefined,
): Throughput {
  const durationS = durationUs / 1e6;
  return {
    requestsPerS: requestCount / durationS,
    requestCount,
    durationS,
    errors,
    processorS: processorUs === undefined ? "unknown" : Number(processorUs) / 1e6,
  };
}
