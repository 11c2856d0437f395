import { expect, test } from "bun:test";
import { RecentTimes } from "../../src/mode/recent-times.ts";
import { Random } from "../support/random.ts";

const NOW_MS = 1_795_000_000_000;

function recorded(times: readonly number[], nowMs = NOW_MS): RecentTimes {
  const recent = new RecentTimes();
  for (const time of times) recent.record(time, nowMs);
  return recent;
}

test("it is the time that 99 of 100 do not exceed, at most 5 % of it and of a millisecond too high", () => {
  const random = new Random(1);
  for (let round = 0; round < 50; round += 1) {
    const times = Array.from({ length: random.whole(100, 2_000) }, () =>
      random.magnitude(0.01, 60_000),
    );
    const sorted = times.toSorted((one, other) => one - other);
    const exact = sorted[Math.ceil(0.99 * times.length) - 1] ?? 0;
    const told = recorded(times).quantileMs(0.99, NOW_MS);
    expect(told).toBeGreaterThanOrEqual(exact);
    expect(told).toBeLessThanOrEqual(exact + 0.05 * (1 + exact));
  }
});

test("one slow call of a hundred is not the 99th percentile, two are", () => {
  const quick = Array.from({ length: 99 }, () => 1);
  expect(recorded([...quick, 5_000]).quantileMs(0.99, NOW_MS)).toBeLessThan(2);
  expect(recorded([...quick, 5_000, 5_000]).quantileMs(0.99, NOW_MS)).toBeGreaterThan(4_999);
});

test("any other share is told as well", () => {
  const times = Array.from({ length: 1_000 }, (_, index) => index + 1);
  for (const share of [0.1, 0.5, 0.9, 0.999]) {
    const told = recorded(times).quantileMs(share, NOW_MS);
    expect(told).toBeWithin(1_000 * share, 1_055 * share + 2);
  }
});

test("fewer than a hundred tell nothing", () => {
  const slow = Array.from({ length: 99 }, () => 5_000);
  expect(recorded(slow).quantileMs(0.99, NOW_MS)).toBe(0);
  expect(recorded([...slow, 5_000]).quantileMs(0.99, NOW_MS)).toBeGreaterThan(4_999);
});

test("a hiccup is forgotten before three seconds are over, whenever in a second it came", () => {
  for (const partMs of [0, 1, 500, 999]) {
    const cameMs = NOW_MS + partMs;
    const recent = recorded(
      Array.from({ length: 200 }, () => 900),
      cameMs,
    );
    expect(recent.quantileMs(0.99, cameMs + 2_000)).toBeGreaterThan(899);
    expect(recent.quantileMs(0.99, cameMs + 3_000)).toBe(0);
  }
});

test("seconds in which nothing was recorded make room like others, however many", () => {
  for (const skippedCount of [1, 2, 3, 86_400]) {
    const recent = recorded(Array.from({ length: 200 }, () => 900));
    recent.record(1, NOW_MS + 2_000);
    const nowMs = NOW_MS + 3_000 + 1_000 * skippedCount;
    for (let count = 0; count < 200; count += 1) recent.record(1, nowMs);
    expect(recent.quantileMs(0.99, nowMs)).toBeLessThan(2);
  }
});

test("invariant 8: what takes longer than there are counts for stands in the last of them", () => {
  const told = recorded(Array.from({ length: 100 }, () => 86_400_000)).quantileMs(0.99, NOW_MS);
  expect(told).toBeGreaterThan(60_000);
  expect(told).toBeLessThan(70_000);
});
