import { expect, test } from "bun:test";
import { Histogram } from "../../bench/harness/histogram.ts";

test("a quantile is at most a sixty-fourth above the value it stands for, from microseconds to minutes", () => {
  for (const ms of [0, 0.001, 0.063, 0.064, 0.999, 1, 7.77, 65.535, 1_000, 123_456]) {
    const histogram = new Histogram();
    histogram.record(ms);
    histogram.record(600_000);
    const median = histogram.quantileMs(0.5);
    expect(median, String(ms)).toBeGreaterThanOrEqual(ms - 0.0005);
    expect(median, String(ms)).toBeLessThanOrEqual(ms * (1 + 1 / 64) + 0.0005);
  }
});

test("a quantile counts the values, not their sizes", () => {
  const histogram = new Histogram();
  for (let index = 1; index <= 1_000; index += 1) histogram.record(index <= 990 ? 1 : 100);
  const { count, p50Ms, p99Ms, p999Ms, maxMs } = histogram.summary();
  expect([count, p50Ms, p99Ms, maxMs]).toEqual([
    1_000,
    expect.closeTo(1, 1),
    expect.closeTo(1, 1),
    100,
  ]);
  expect(p999Ms).toBe(100);
});

test("two together tell what one would that had recorded everything", () => {
  const whole = new Histogram();
  const parts = [new Histogram(), new Histogram()] as const;
  for (let index = 0; index < 1_000; index += 1) {
    whole.record(index ** 2);
    parts[index % 3 === 0 ? 0 : 1].record(index ** 2);
  }
  parts[0].add(parts[1]);
  expect(parts[0].summary()).toEqual(whole.summary());
});

test("nothing recorded is nothing", () => {
  expect(new Histogram().summary()).toEqual({ count: 0, p50Ms: 0, p99Ms: 0, p999Ms: 0, maxMs: 0 });
});
