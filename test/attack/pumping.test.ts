import { expect, test } from "bun:test";
import { phoneOf } from "../delivery/make.ts";
import { CoreWorld } from "../support/core-world.ts";
import { OPENS_AT_MS } from "../support/registration-world.ts";

const MINUTE_MS = 60_000;
const BUDGET = {
  segmentsPerMinute: 300,
  segmentsPerDay: 2_000,
  microsPerMinute: null,
  microsPerDay: null,
};
/** Codes may never take more of a limit: the rest is kept for those who hold a seat. */
const CODES_SHARE_MAX = 0.8;
const ATTACKER_COUNT = 10_000;
const EARLY_COUNT = 20;

test("invariant 12: 10,000 addresses that pump SMS, each for a number in a range of its own, get no more than the budget's minute and day, and every seat is told of all the same", async () => {
  const world = await CoreWorld.open(EARLY_COUNT, BUDGET);
  const { clock } = world;
  const verifications: string[] = [];
  for (let person = 0; person < EARLY_COUNT; person += 1) {
    verifications.push(await world.verify(phoneOf(person)));
  }
  let attackerCount = 0;
  const attack = () => {
    attackerCount += 1;
    const phone = `+880${1_300_000_000 + attackerCount * 10_007}`;
    return world.askCode(phone, `11.${attackerCount >> 8}.${attackerCount & 0xff}.1`);
  };
  const perMinute: number[] = [];
  const heard = new Set<string>();
  while (clock.nowMs() < OPENS_AT_MS - MINUTE_MS) {
    const before = world.sent.codes.length;
    for (let second = 0; second < 60; second += 1) {
      for (let each = 0; each < ATTACKER_COUNT / (28 * 60); each += 1) {
        heard.add((await attack()).kind);
      }
      await clock.advance(1_000);
    }
    perMinute.push(world.sent.codes.length - before);
  }
  expect(attackerCount).toBeGreaterThanOrEqual(ATTACKER_COUNT);
  expect(heard).toEqual(new Set(["sent", "gateway-unavailable"]));
  expect(Math.max(...perMinute)).toBeLessThanOrEqual(CODES_SHARE_MAX * BUDGET.segmentsPerMinute);
  const codeCount = world.sent.codes.length;
  expect(codeCount).toBeLessThanOrEqual(CODES_SHARE_MAX * BUDGET.segmentsPerDay);
  expect(codeCount).toBeGreaterThan(0.9 * CODES_SHARE_MAX * BUDGET.segmentsPerDay);

  await clock.advance(2 * MINUTE_MS);
  expect((await attack()).kind).toBe("gateway-unavailable");
  const claims = verifications.map((verification) => world.register(verification));
  await clock.advance(MINUTE_MS);
  const kinds = (await Promise.all(claims)).map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(["registered"]));
  expect(world.sent.others).toHaveLength(EARLY_COUNT);
  expect(world.sent.codes).toHaveLength(codeCount);
  await world.close();
});
