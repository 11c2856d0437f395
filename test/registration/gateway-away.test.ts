import { expect, test } from "bun:test";
import { accept, phoneOf } from "../delivery/make.ts";
import { CoreWorld } from "../support/core-world.ts";
import { OPENS_AT_MS } from "../support/registration-world.ts";

const MINUTE_MS = 60_000;
const QUOTA = 300;
const EARLY_COUNT = 400;

test("with the gateways away from a minute before the opening to ten after it, those who proved their phones early fill the quota", async () => {
  const world = await CoreWorld.open(QUOTA);
  const { clock, gateway } = world;
  const verifications: string[] = [];
  for (let person = 0; person < EARLY_COUNT; person += 1) {
    verifications.push(await world.verify(phoneOf(person)));
  }
  await clock.advance(OPENS_AT_MS - MINUTE_MS - clock.nowMs());
  gateway.answer = () => ({ kind: "retry", afterMs: 0, reason: "no connection" });
  const told: string[] = [];
  for (let second = 0; second < 60; second += 1) {
    const answer = await world.askCode(phoneOf(10_000 + second));
    told.push(answer.kind);
    if (answer.kind === "gateway-unavailable") expect(answer.retryAfterS).toBeWithin(1, 61);
    await clock.advance(1_000);
  }

  await clock.advance(1);
  const claims = verifications.map((verification) => world.register(verification));
  await clock.advance(1_000);
  const outcomes = (await Promise.all(claims)).map(({ kind }) => kind);
  expect(outcomes.filter((kind) => kind === "registered")).toHaveLength(QUOTA);
  expect(outcomes.filter((kind) => kind === "sale-full")).toHaveLength(EARLY_COUNT - QUOTA);
  expect(world.tables.soldOf(11)).toBe(QUOTA);

  // Whoever asks for a code meanwhile is told to come back, but for the few that probe the gateway.
  expect(told.filter((kind) => kind === "gateway-unavailable").length).toBeGreaterThan(20);
  await clock.advance(10 * MINUTE_MS);
  gateway.answer = accept;
  gateway.sent.length = 0;
  await clock.advance(2 * MINUTE_MS);
  // The outbox goes on by itself: every seat is told of by SMS.
  expect(new Set(world.sent.others.map(({ to }) => to)).size).toBe(QUOTA);
  await world.close();
});
