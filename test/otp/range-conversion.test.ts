import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import type { PhoneKey } from "../../src/attendee/phone.ts";
import type { RangeShut } from "../../src/otp/range-conversion.ts";
import { RangeConversion, rangeOf } from "../../src/otp/range-conversion.ts";
import { Random } from "../support/random.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 22, 9);
/** As a range's own numbers lie: +880 17 1234 0000 to 9999. */
const RANGE_START = 8_801_712_340_000;

/** Requests in order of time, with the codes that are typed at their instants in between. */
class Story {
  readonly shuts: RangeShut[] = [];
  readonly conversion = new RangeConversion((shut) => this.shuts.push(shut));
  sentCount = 0;
  refusedCount = 0;
  #uses: { readonly phone: PhoneKey; readonly issuedAtMs: number; readonly atMs: number }[] = [];

  /** `typedAfterMs` is null for a code that nobody types. */
  request(number: number, atMs: number, typedAfterMs: number | null): void {
    this.#typeUntil(atMs);
    const phone = number as PhoneKey;
    if (this.conversion.shutUntilMs(phone, atMs) !== null) {
      this.refusedCount += 1;
      return;
    }
    this.conversion.sent(phone, atMs);
    this.sentCount += 1;
    if (typedAfterMs !== null) {
      this.#uses.push({ phone, issuedAtMs: atMs, atMs: atMs + typedAfterMs });
    }
  }

  #typeUntil(nowMs: number): void {
    for (const { phone, issuedAtMs, atMs } of this.#uses) {
      if (atMs <= nowMs) this.conversion.used(phone, issuedAtMs);
    }
    this.#uses = this.#uses.filter(({ atMs }) => atMs > nowMs);
  }
}

/** 1.5 % of SMS get lost, 4 % of people give up, a tenth mistype and need a minute longer, and some are slow. */
function typedAfterMs(random: Random): number | null {
  if (random.chance(0.015) || random.chance(0.04)) return null;
  const mistypedMs = random.chance(0.1) ? MINUTE_MS : 0;
  return random.magnitude(5 * SECOND_MS, 100 * SECOND_MS) + mistypedMs;
}

describe("an honest crowd", () => {
  test("shuts off no range, however many come out of one at once", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = new Random(seed);
      const story = new Story();
      let atMs = START_MS;
      for (let index = 0; index < 2_000; index += 1) {
        atMs += random.between(0, random.pick([100, 2_000]));
        story.request(RANGE_START + random.below(10_000), atMs, typedAfterMs(random));
      }
      expect(story.refusedCount).toBe(0);
      expect(story.shuts).toEqual([]);
    }
  });

  test("of whom two thirds wait for a code that an operator lost stays served", () => {
    const random = new Random(7);
    const story = new Story();
    for (let index = 0; index < 2_000; index += 1) {
      const isLost = random.chance(2 / 3);
      const atMs = START_MS + index * SECOND_MS;
      story.request(RANGE_START + index, atMs, isLost ? null : typedAfterMs(random));
    }
    expect(story.refusedCount).toBe(0);
  });
});

describe("numbers that nobody reads", () => {
  test("are shut off two to three minutes after the fiftieth code", () => {
    const story = new Story();
    for (let second = 0; second < 3_600; second += 1) {
      story.request(RANGE_START + second, START_MS + second * SECOND_MS, null);
    }
    const [first] = story.shuts;
    const shutAtMs = (first?.untilMs ?? 0) - 15 * MINUTE_MS;
    expect(first).toMatchObject({ range: rangeOf(RANGE_START as PhoneKey), usedCount: 0 });
    expect(first?.sentCount).toBeGreaterThanOrEqual(50);
    expect(shutAtMs).toBeGreaterThan(START_MS + 50 * SECOND_MS + 2 * MINUTE_MS);
    expect(shutAtMs).toBeLessThanOrEqual(
      START_MS + 50 * SECOND_MS + 3 * MINUTE_MS + 10 * SECOND_MS,
    );
    // Four rounds of three minutes open and fifteen shut.
    expect(story.shuts).toHaveLength(4);
    expect(story.sentCount).toBeLessThan(3_600 / 4);
  });

  test("are shut off range by range where the attack is spread over many", () => {
    const random = new Random(11);
    const story = new Story();
    for (let index = 0; index < 100_000; index += 1) {
      const number = RANGE_START + random.below(100 * 10_000);
      story.request(number, START_MS + index * 36, null);
    }
    expect(new Set(story.shuts.map(({ range }) => range)).size).toBe(100);
    expect(story.sentCount).toBeLessThan(100_000 / 2);
  });

  test("stay served where no range gets fifty codes in half an hour, which is for the budgets to end", () => {
    const story = new Story();
    for (let index = 0; index < 49 * 1_000; index += 1) {
      story.request(RANGE_START + (index % 1_000) * 10_000, START_MS + index * 36, null);
    }
    expect(story.refusedCount).toBe(0);
  });

  test("take the neighbouring range with them in no case", () => {
    const random = new Random(13);
    const story = new Story();
    for (let second = 0; second < 1_200; second += 1) {
      const atMs = START_MS + second * SECOND_MS;
      story.request(RANGE_START + second, atMs, null);
      story.request(RANGE_START + 10_000 + second, atMs, typedAfterMs(random));
    }
    expect(new Set(story.shuts.map(({ range }) => range))).toEqual(
      new Set([rangeOf(RANGE_START as PhoneKey)]),
    );
  });
});

describe("the shutting off of an honest range on purpose", () => {
  test("costs fifty codes where it is idle, and ends by itself after fifteen minutes", () => {
    const story = new Story();
    for (let index = 0; index < 50; index += 1) story.request(RANGE_START + index, START_MS, null);
    const judgedMs = START_MS + 3 * MINUTE_MS;
    story.request(RANGE_START + 77, judgedMs - 1, 1);
    expect(story.refusedCount).toBe(0);
    story.request(RANGE_START + 78, judgedMs, 1);
    story.request(RANGE_START + 78, judgedMs + 15 * MINUTE_MS - 1, 1);
    expect(story.refusedCount).toBe(2);
    story.request(RANGE_START + 78, judgedMs + 15 * MINUTE_MS, 1);
    expect(story.refusedCount).toBe(2);
    expect(story.shuts).toHaveLength(1);
  });

  test("costs nearly four codes for each that a crowd asks for", () => {
    const attackedBy = (codesPerVisitor: number) => {
      const random = new Random(17);
      const story = new Story();
      for (let index = 0; index < 1_000; index += 1) {
        const atMs = START_MS + index * SECOND_MS;
        for (let code = 0; code < codesPerVisitor; code += 1) {
          story.request(RANGE_START + 5_000 + ((index * 7 + code) % 5_000), atMs, null);
        }
        story.request(RANGE_START + index, atMs, typedAfterMs(random));
      }
      return story.shuts.length;
    };
    expect(attackedBy(3)).toBe(0);
    expect(attackedBy(5)).toBeGreaterThan(0);
  });

  test("is lifted by an operator at once, and judged anew from then on", () => {
    const story = new Story();
    for (let index = 0; index < 60; index += 1) story.request(RANGE_START + index, START_MS, null);
    const judgedMs = START_MS + 3 * MINUTE_MS;
    story.request(RANGE_START, judgedMs, null);
    expect(story.refusedCount).toBe(1);
    const range = rangeOf(RANGE_START as PhoneKey);
    expect(story.conversion.lift(range)).toBe(true);
    expect(story.conversion.lift(range)).toBe(false);
    story.request(RANGE_START, judgedMs + 1, null);
    expect(story.refusedCount).toBe(1);
  });
});

test("codes of before a restart count neither as sent nor as used", () => {
  const story = new Story();
  for (let index = 0; index < 100; index += 1) {
    story.conversion.used((RANGE_START + index) as PhoneKey, START_MS);
  }
  for (let index = 0; index < 50; index += 1) {
    story.request(RANGE_START + index, START_MS + MINUTE_MS, null);
  }
  for (let index = 0; index < 100; index += 1) {
    story.conversion.used((RANGE_START + index) as PhoneKey, START_MS - MINUTE_MS);
  }
  story.request(RANGE_START, START_MS + 4 * MINUTE_MS, null);
  expect(story.shuts).toHaveLength(1);
});

test("a million codes over as many ranges as there are stay within 16 MB (invariant 8)", () => {
  const before = heapBytes();
  const conversion = new RangeConversion(() => undefined);
  const random = new Random(19);
  for (let index = 0; index < 1_000_000; index += 1) {
    const phone = (RANGE_START + random.below(100_000) * 10_000) as PhoneKey;
    conversion.shutUntilMs(phone, START_MS + index);
    conversion.sent(phone, START_MS + index);
  }
  const megabytes = (heapBytes() - before) / 2 ** 20;
  console.info(`${megabytes.toFixed(1)} MB for a million codes over 100,000 ranges`);
  expect(megabytes).toBeGreaterThan(1);
  expect(megabytes).toBeLessThan(16);
  const pumped = 8_801_999_990_000;
  for (let index = 0; index < 50; index += 1) {
    conversion.sent((pumped + index) as PhoneKey, START_MS + 1_000_000);
  }
  const judgedMs = START_MS + 1_000_000 + 4 * MINUTE_MS;
  expect(conversion.shutUntilMs(pumped as PhoneKey, judgedMs)).toBe(judgedMs + 15 * MINUTE_MS);
});

/** With the typed arrays that objects hold. */
function heapBytes(): number {
  Bun.gc(true);
  return heapStats().heapSize;
}
