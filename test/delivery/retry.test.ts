import { expect, test } from "bun:test";
import { retryDelayMs } from "../../src/delivery/retry.ts";

const backoff = { firstMs: 2_000, maxMs: 60_000 };

test("the wait doubles with each failed try and stops growing at its cap", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 5_000].map((tries) =>
    retryDelayMs(backoff, { tries, afterMs: 0 }, () => 1),
  );
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test("jitter takes at most half of the wait", () => {
  const waits = [0, 0.5, 1].map((draw) =>
    retryDelayMs(backoff, { tries: 2, afterMs: 0 }, () => draw),
  );
  expect(waits).toEqual([2_000, 3_000, 4_000]);
});

test("a provider is not asked again sooner than it said", () => {
  expect(retryDelayMs(backoff, { tries: 1, afterMs: 45_000 }, () => 0)).toBe(45_000);
  expect(retryDelayMs(backoff, { tries: 6, afterMs: 1_000 }, () => 0)).toBe(30_000);
});

test("a provider's wait that is no number is a fault, not an instant", () => {
  expect(() => retryDelayMs(backoff, { tries: 1, afterMs: Number.NaN }, () => 0)).toThrow();
});
