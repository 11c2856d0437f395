import { expect, test } from "bun:test";
import { retryAfter } from "../../src/web/attend/retry.ts";
import type { ApiResult, Problem } from "../../src/web/parts/api.ts";

const harmless = { tries: 1, isHarmless: true, random: 0 };

test("a 503 is never asked again before its Retry-After", () => {
  for (let tries = 1; tries < 24; tries += 1) {
    for (const random of [0, 0.5, 0.999]) {
      const retry = retryAfter(refused(503, "overloaded", { retryAfterS: 7 }), {
        ...harmless,
        tries,
        random,
      });
      expect(retry?.delayMs).toBeGreaterThanOrEqual(7_000);
    }
  }
});

test("a crowd refused together does not come back together", () => {
  const result = refused(503, "overloaded", { retryAfterS: 2 });
  const delays = [0, 0.25, 0.5, 0.75].map(
    (random) => retryAfter(result, { ...harmless, random })?.delayMs,
  );
  expect(new Set(delays).size).toBe(4);
});

test("waits grow without Retry-After and end after a bounded number of tries", () => {
  const result = refused(503, "draining");
  const first = retryAfter(result, harmless)?.delayMs ?? 0;
  const fifth = retryAfter(result, { ...harmless, tries: 5 })?.delayMs ?? 0;
  expect(fifth).toBeGreaterThan(first);
  expect(retryAfter(result, { ...harmless, tries: 24 })).toBeNull();
});

test("a lost answer is asked for again only where that costs nothing", () => {
  const lost = { kind: "unreachable" } as const;
  expect(retryAfter(lost, harmless)?.because).toBe("unreachable");
  expect(retryAfter(lost, { ...harmless, isHarmless: false })).toBeNull();
});

test.each([502, 504, 522])("a gateway's %d counts as a lost answer", (status) => {
  const result = refused(status, "overloaded");
  expect(retryAfter(result, harmless)?.delayMs).toBe(1_000);
  expect(retryAfter(result, { ...harmless, isHarmless: false })).toBeNull();
});

test("a claim that came a moment too soon is sent again at the opening", () => {
  const soon = refused(409, "not_open", { opensInS: 2 });
  expect(retryAfter(soon, harmless)?.delayMs).toBe(2_000);
  const late = refused(409, "not_open", { opensInS: 3_600 });
  expect(retryAfter(late, harmless)).toBeNull();
});

test.each([400, 403, 404, 409, 422, 429, 500])("a %d is told to the person", (status) => {
  expect(retryAfter(refused(status, "internal"), harmless)).toBeNull();
});

function refused(
  status: number,
  code: Problem["code"],
  more: Partial<Problem> = {},
): ApiResult<never> {
  const unsaid = {
    retryAfterS: null,
    attemptsLeft: null,
    opensInS: null,
    verification: null,
    hasLapsed: false,
  };
  return { kind: "problem", problem: { status, code, ...unsaid, ...more } };
}
