import { expect, test } from "bun:test";
import type { Bench } from "../../bench/harness/bench.ts";
import { NO_EVIDENCE } from "../../bench/harness/measure.ts";
import { ProcessorMeter } from "../../bench/harness/processor.ts";
import { readmeTable } from "../../bench/harness/readme-table.ts";
import { type Result, resultOf, verdictOf } from "../../bench/harness/result.ts";
import { tableOf } from "../../bench/harness/table.ts";

const FULL = { isSmoke: false };

function makeResult(value: number, direction: Bench["direction"]): Result {
  const bench = { name: "answer-p99", unit: "ms", bar: 25, goal: 10, direction, run: never };
  return resultOf(bench, { kind: "value", value, values: [value], ...NO_EVIDENCE }, FULL);
}

async function never(): Promise<never> {
  throw new Error("nothing is measured here");
}

test("bar and goal are met from either side, and just met is met", () => {
  const verdicts = (direction: Bench["direction"]) =>
    [9, 10, 11, 25, 26].map((value) => verdictOf(makeResult(value, direction)));
  expect(verdicts("lower-is-better")).toEqual(["goal", "goal", "bar", "bar", "missed"]);
  const rates = { bar: 10, goal: 25 };
  const higher = [9, 10, 24, 25].map((value) =>
    verdictOf({ ...makeResult(value, "higher-is-better"), ...rates }),
  );
  expect(higher).toEqual(["missed", "bar", "bar", "goal"]);
});

test("a ratio is held to the bar, not the value", () => {
  const bench = {
    name: "x",
    unit: "y/s",
    bar: 0.5,
    goal: 1,
    direction: "higher-is-better",
  } as const;
  const rounds = [{ candidate: 10, baseline: 40 }];
  const measured = { kind: "ratio", value: 10, baseline: 40, ratio: 0.25, rounds } as const;
  const result = resultOf({ ...bench, run: never }, { ...measured, ...NO_EVIDENCE }, FULL);
  expect(verdictOf(result)).toBe("missed");
  expect(tableOf([result])).toContain("MISSES THE BAR");
  expect(readmeTable([result])).toContain("| 10 y/s | 40       | ≥ 0.5 | ≥ 1  | MISSES THE BAR |");
});

test("a result names machine, versions and commit", () => {
  const { machine, commit } = makeResult(1, "lower-is-better");
  expect(machine.coreCount).toBeGreaterThan(0);
  expect(machine.loadAverage).toHaveLength(3);
  for (const part of ["bun", "elysia", "postgres"]) {
    expect(machine.versions[part], part).toMatch(/^\d+\.\d+/);
  }
  // Null outside a checkout.
  expect(commit ?? "0".repeat(40)).toMatch(/^[0-9a-f]{40}(-dirty)?$/);
});

test.if(process.platform === "linux")("processor time is told in seconds", () => {
  const meter = new ProcessorMeter(process.pid, null);
  const endMs = performance.now() + 200;
  while (performance.now() < endMs);
  const { serverS, postgresS, generatorS } = meter.elapsed(1);
  expect(serverS).toBeGreaterThan(0.01);
  expect(serverS).toBeLessThan(5);
  expect([postgresS, generatorS]).toEqual([0, 1]);
});
