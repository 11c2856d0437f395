import { ok as assert } from "node:assert";
import { BenchError } from "./bench.ts";
import type { Bombardment, Throughput } from "./bombardment.ts";
import { Driver } from "./driver.ts";
import { bombardWithOha } from "./oha.ts";
import { bombardWithWrk } from "./wrk.ts";

/**
 * By wrk, or by oha where there is no wrk. What oha cannot do, lines that are each sent once, our own driver does.
 * Throws `BenchError` where there is neither.
 */
export function bombard(bombardment: Bombardment): Promise<Throughput> {
  switch (generator()) {
    case "wrk":
      return bombardWithWrk(bombardment);
    case "oha":
      return bombardment.lines === "again"
        ? bombardWithOha(bombardment)
        : bombardWithDriver(bombardment);
  }
}

export type Generator = "wrk" | "oha";

export function generator(): Generator {
  if (Bun.which("wrk") !== null) return "wrk";
  if (Bun.which("oha") !== null) return "oha";
  throw new BenchError(
    "There is neither wrk nor oha to drive the load: install one (apt-get install wrk, or cargo install oha --locked).",
  );
}

async function bombardWithDriver({ durationS, ...target }: Bombardment): Promise<Throughput> {
  await using driver = new Driver();
  const pace = { kind: "closed" } as const;
  const report = await driver.drive({
    ...target,
    pace,
    durationMs: durationS * 1_000,
    timeoutMs: TIMEOUT_MS,
  });
  const statuses = Object.values(report.calls).flatMap((call) => Object.entries(call.statuses));
  const count = (entries: typeof statuses) => entries.reduce((sum, [, each]) => sum + each, 0);
  return {
    requestsPerS: report.achievedPerS,
    requestCount: count(statuses),
    durationS: report.durationMs / 1_000,
    errors: {
      ...report.errors,
      status: count(statuses.filter(([status]) => Number(status) >= 400)),
    },
    processorS: report.processorS,
  };
}

const TIMEOUT_MS = 10_000;

/** Throws unless every request was answered, and well. */
export function requireFlawless({ errors, requestCount }: Throughput): void {
  assert(requestCount > 0, "nothing was answered");
  const faults = Object.entries(errors).filter(([, count]) => count > 0);
  assert(faults.length === 0, `requests failed: ${JSON.stringify(Object.fromEntries(faults))}`);
}
