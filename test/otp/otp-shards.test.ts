import { expect, test } from "bun:test";
import { Ticker } from "../../src/actor/ticker.ts";
import type { PhoneKey } from "../../src/attendee/phone.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { OtpShards } from "../../src/otp/otp-shards.ts";
import { ManualClock } from "../support/manual-clock.ts";

const DAY_MS = 24 * 3_600_000;

function makeShards(bounds: { shardCount: number; entriesPerShardMax: number }) {
  const clock = new ManualClock();
  const shards = new OtpShards({
    ...bounds,
    policy: OTP_POLICY,
    shardSeed: 7,
    actor: {
      clock,
      ticker: new Ticker(clock),
      mailboxCountMax: 10_000,
      turnsPerTickMax: 10_000,
      askTimeoutMs: 5_000,
      onFailedTurn: (error) => {
        throw error;
      },
    },
  });
  const request = (phone: number) =>
    shards.ask(phone as PhoneKey, { kind: "request", challengeKey: phone, source: 1 });
  return { clock, shards, request };
}

test("invariant 8: a full shard refuses a new phone and goes on serving those it knows", async () => {
  const { clock, shards, request } = makeShards({ shardCount: 1, entriesPerShardMax: 3 });
  for (const phone of [1, 2, 3]) expect(await request(phone)).toMatchObject({ kind: "send" });
  expect(await request(4)).toEqual({ kind: "shard-full" });
  expect(shards.entryCount).toBe(3);
  const challenge = { key: 2, issuedAtMs: clock.nowMs(), isOfThisBoot: true };
  const checked = await shards.ask(2 as PhoneKey, { kind: "check", challenge, isCodeRight: true });
  expect(checked).toMatchObject({ kind: "verified" });
});

test("a full shard makes room from phones with no code under way before it refuses anyone", async () => {
  const { clock, request, shards } = makeShards({ shardCount: 1, entriesPerShardMax: 3 });
  for (const phone of [1, 2, 3]) await request(phone);
  await clock.advance(OTP_POLICY.challengeTtlMs);
  expect(await request(4)).toMatchObject({ kind: "send" });
  expect(shards.entryCount).toBe(1);
});

test("sweeping each shard once forgets every phone of which nothing matters any more, and no other", async () => {
  const { clock, request, shards } = makeShards({ shardCount: 8, entriesPerShardMax: 100 });
  for (let phone = 1; phone <= 100; phone += 1) await request(phone);
  await clock.advance(DAY_MS / 2);
  for (let phone = 101; phone <= 150; phone += 1) await request(phone);
  await clock.advance(DAY_MS / 2 - 1);
  const sweepAll = () => {
    for (let shard = 0; shard < 8; shard += 1) shards.sweepNext(clock.nowMs());
  };
  sweepAll();
  expect(shards.entryCount).toBe(150);
  await clock.advance(1);
  sweepAll();
  expect(shards.entryCount).toBe(50);
});

test("strangers who only make guesses at phones nobody knows leave nothing behind", async () => {
  const { clock, shards } = makeShards({ shardCount: 8, entriesPerShardMax: 100 });
  for (let phone = 1; phone <= 100; phone += 1) {
    const challenge = { key: phone, issuedAtMs: clock.nowMs(), isOfThisBoot: true };
    await shards.ask(phone as PhoneKey, { kind: "check", challenge, isCodeRight: false });
  }
  expect(shards.entryCount).toBe(0);
});
