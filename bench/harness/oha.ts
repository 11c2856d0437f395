import { BenchError } from "./bench.ts";
import type { Bombardment, Throughput } from "./bombardment.ts";
import { readRequestLines } from "./http-request.ts";

/**
 * Repeats the first line. oha knows no other way to vary requests than bodies drawn at random, with which no claim is
 * sent only once.
 */
export async function bombardWithOha(bombardment: Bombardment): Promise<Throughput> {
  const { url, connectionCount, durationS, requestFile } = bombardment;
  const [request] = await readRequestLines(requestFile);
  if (request === undefined) throw new BenchError("there is no request to send");
  const { method, path, headers, body } = request;
  const options = ["--no-tui", "--output-format", "json", "-w", "-c", String(connectionCount)];
  const headerOptions = Object.entries(headers).flatMap(([name, value]) => [
    "-H",
    `${name}: ${value}`,
  ]);
  const bodyOptions = body === "" ? [] : ["-T", "application/json", "-d", body];
  const child = Bun.spawn(
    [
      "oha",
      ...options,
      "-z",
      `${durationS}s`,
      "-m",
      method,
      ...headerOptions,
      ...bodyOptions,
      url + path,
    ],
    { stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  const [output, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new BenchError(`oha failed: ${complaint.trim()}`);
  const microseconds = child.resourceUsage()?.cpuTime.total;
  return readReport(JSON.parse(output) as OhaReport, microseconds);
}

/** What we read of `oha --output-format json`. */
interface OhaReport {
  /** `total` is in seconds. */
  readonly summary: { readonly total: number; readonly requestsPerSec: number };
  readonly statusCodeDistribution: Readonly<Record<string, number>>;
  readonly errorDistribution: Readonly<Record<string, number>>;
}

function readReport(
  { summary, statusCodeDistribution, errorDistribution }: OhaReport,
  processorUs: number | bigint | undefined,
): Throughput {
  const statuses = Object.entries(statusCodeDistribution);
  const count = (entries: typeof statuses) => entries.reduce((sum, [, each]) => sum + each, 0);
  const requestCount = count(statuses);
  const failed = count(statuses.filter(([status]) => Number(status) >= 400));
  return {
    requestsPerS: requestCount / summary.total,
    requestCount,
    durationS: summary.total,
    errors: { ...errorDistribution, status: failed },
    processorS: processorUs === undefined ? "unknown" : Number(processorUs) / 1e6,
  };
}
