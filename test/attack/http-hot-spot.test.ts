import { expect, test } from "bun:test";
import { shardHash } from "../../src/actor/shard-hash.ts";
import { Ticker } from "../../src/actor/ticker.ts";
import type { PhoneKey } from "../../src/attendee/phone.ts";
import { limits } from "../../src/limits.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { OtpShards } from "../../src/otp/otp-shards.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { Random } from "../support/random.ts";

const HOT_COUNT = 10_000;
const HOT_PHONE = 8801712345678;
const NEIGHBOUR_COUNT = 1_000;
const SHARD_SEED = 7;

test("invariant 8: a phone asked for 10,000 times at once fills its own shard's mailbox, and no other", async () => {
  const clock = new ManualClock();
  const shards = new OtpShards({
    policy: OTP_POLICY,
    shardCount: limits.shardCount,
    entriesPerShardMax: limits.otpEntriesPerShardMax,
    shardSeed: SHARD_SEED,
    actor: {
      clock,
      ticker: new Ticker(clock),
      mailboxCountMax: limits.shardMailboxCountMax,
      turnsPerTickMax: limits.shardTurnsPerTickMax,
      askTimeoutMs: limits.askTimeoutMs,
      onFailedTurn: (error) => {
        throw error;
      },
    },
  });
  const request = (phone: number, challengeKey: number) =>
    shards.ask(phone as PhoneKey, { kind: "request", challengeKey, source: challengeKey });

  const hot = Array.from({ length: HOT_COUNT }, (_, index) => request(HOT_PHONE, index));
  const neighbours = neighboursOf(HOT_PHONE).map((phone, index) => request(phone, index));
  await clock.advance(limits.askTimeoutMs - 1);
  for (const reply of await Promise.all(neighbours)) expect(reply.kind).toBe("send");

  const replies = await Promise.all(hot);
  const countOf = (kind: string) => replies.filter((reply) => reply.kind === kind).length;
  const takenMax = limits.shardTurnsPerTickMax + limits.shardMailboxCountMax;
  expect(countOf("send")).toBe(1);
  expect(countOf("mailbox-full")).toBe(HOT_COUNT - takenMax);
  // The storm over, whoever shares the shard is served again.
  expect((await request(sharerOf(HOT_PHONE), 1)).kind).toBe("send");
});

/** Bangladeshi mobile numbers of other shards. */
function neighboursOf(hotPhone: number): readonly number[] {
  return candidates().filter((phone) => shardOf(phone) !== shardOf(hotPhone));
}

function sharerOf(hotPhone: number): number {
  const sharer = candidates().find((phone) => shardOf(phone) === shardOf(hotPhone));
  if (sharer === undefined) throw new Error("nobody shares the shard");
  return sharer;
}

function candidates(): readonly number[] {
  return Array.from({ length: NEIGHBOUR_COUNT }, (_, index) => 8801800000000 + index);
}

function shardOf(phone: number, seed = SHARD_SEED): number {
  return shardHash(phone, seed) & (limits.shardCount - 1);
}

const PHONE_COUNT = 1_000_000;
const PHONES_PER_SHARD = PHONE_COUNT / limits.shardCount;
const SKEW_MAX = 1.3;

/** How a million numbers may be chosen by who does not know the key. */
const CHOICES: Readonly<Record<string, (index: number, random: Random) => number>> = {
  "one after another": (index) => 8801700000000 + index,
  "64 apart": (index) => 8801000000000 + index * 64,
  "65,536 apart": (index) => 1000000000000 + index * 65_536,
  "2^32 apart, so that only the high half differs": (index) => index * 2 ** 32,
  "at random": (_, random) => random.whole(8801000000000, 8801999999999),
  "met in one shard under another key": (index) => metInOneShard[index % metInOneShard.length] ?? 0,
};

const ATTACKERS_SEED = 0x5eed;
/** What somebody would collect who guessed the key: one number in 64 of four million, each used again. */
const metInOneShard = aimed(PHONE_COUNT / 16);

test.each(Object.keys(CHOICES))(
  "phones chosen %s fall evenly over the shards, whatever the key",
  (name) => {
    const choose = CHOICES[name] ?? (() => 0);
    const random = new Random(Bun.hash.murmur32v3(name));
    for (let round = 0; round < 4; round += 1) {
      const seed = random.whole(0, 0xffff_ffff);
      const counts = new Uint32Array(limits.shardCount);
      for (let index = 0; index < PHONE_COUNT; index += 1) {
        const shard = shardOf(choose(index, random), seed);
        counts[shard] = (counts[shard] ?? 0) + 1;
      }
      const skew = Math.max(...counts) / PHONES_PER_SHARD;
      expect({ seed, isEven: skew <= SKEW_MAX, skew }).toEqual({ seed, isEven: true, skew });
    }
  },
);

test("numbers aimed at one shard hit it only under the very key they were aimed for", () => {
  expect(new Set(metInOneShard.map((phone) => shardOf(phone, ATTACKERS_SEED))).size).toBe(1);
  for (let bit = 0; bit < 32; bit += 1) {
    const counts = new Uint32Array(limits.shardCount);
    for (const phone of metInOneShard) {
      const shard = shardOf(phone, (ATTACKERS_SEED ^ (1 << bit)) >>> 0);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    const skew = (Math.max(...counts) * limits.shardCount) / metInOneShard.length;
    expect({ bit, isEven: skew <= SKEW_MAX, skew }).toEqual({ bit, isEven: true, skew });
  }
});

function aimed(count: number): readonly number[] {
  const found: number[] = [];
  for (let phone = 8801700000000; found.length < count; phone += 1) {
    if (shardOf(phone, ATTACKERS_SEED) === 0) found.push(phone);
  }
  return found;
}
