import { ok as assert } from "node:assert";
import { systemClock } from "../../src/actor/clock.ts";
import { Ticker } from "../../src/actor/ticker.ts";
import type { PhoneKey } from "../../src/attendee/phone.ts";
import { limits } from "../../src/limits.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { OtpShards } from "../../src/otp/otp-shards.ts";
import { serveParent } from "../harness/parent.ts";

export interface ChallengeOrder {
  readonly challengeCount: number;
}

/** Resident bytes of this process before and after the phones came. */
export interface ChallengeMemory {
  readonly emptyBytes: number;
  readonly fullBytes: number;
}

/** Of which a shard gets 128 on average, half of what it turns in one tick. */
const WAVE_COUNT = 8_192;
const FIRST_PHONE = 8_801_700_000_000;
/** Numbers in use are spread over their range, not next to each other. */
const PHONE_STRIDE = 7;
const GC_COUNT = 4;
const GC_PAUSE_MS = 250;

await serveParent(weigh);
process.exit();

async function weigh({ challengeCount }: ChallengeOrder): Promise<ChallengeMemory> {
  const shards = openShards();
  // Everything that runs once is compiled and allocated before the empty process is weighed.
  await fill(shards, { first: 0, count: WAVE_COUNT });
  for (let index = 0; index < limits.shardCount; index += 1) {
    shards.sweepNext(Number.POSITIVE_INFINITY);
  }
  const emptyBytes = await settledBytes();
  await fill(shards, { first: WAVE_COUNT, count: challengeCount });
  assert(shards.entryCount === challengeCount, `${shards.entryCount} phones are held`);
  return { emptyBytes, fullBytes: await settledBytes() };
}

function openShards(): OtpShards {
  return new OtpShards({
    policy: OTP_POLICY,
    shardCount: limits.shardCount,
    entriesPerShardMax: limits.otpEntriesPerShardMax,
    shardSeed: 0x5eed,
    actor: {
      clock: systemClock,
      ticker: new Ticker(systemClock),
      mailboxCountMax: limits.shardMailboxCountMax,
      turnsPerTickMax: limits.shardTurnsPerTickMax,
      askTimeoutMs: limits.askTimeoutMs,
      onFailedTurn: (error) => {
        throw error;
      },
    },
  });
}

/** Each phone asks for a code, is sent it, and mistypes it once: a challenge, a cooldown, an attempt and a send. */
async function fill(
  shards: OtpShards,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<void> {
  for (let start = first; start < first + count; start += WAVE_COUNT) {
    const wave = Array.from({ length: Math.min(WAVE_COUNT, first + count - start) }, (_, index) =>
      live(shards, start + index),
    );
    await Promise.all(wave);
  }
}

async function live(shards: OtpShards, index: number): Promise<void> {
  const phone = (FIRST_PHONE + index * PHONE_STRIDE) as PhoneKey;
  const key = index * 2 ** 20 + 1;
  const source = 2 ** 47 - index;
  const sent = await shards.ask(phone, { kind: "request", challengeKey: key, source });
  assert(sent.kind === "send", `a code was asked for: ${sent.kind}`);
  assert(shards.tell(phone, { kind: "sms-accepted", challengeKey: key }));
  const challenge = { key, issuedAtMs: systemClock.nowMs(), isOfThisBoot: true };
  const checked = await shards.ask(phone, { kind: "check", challenge, isCodeRight: false });
  assert(checked.kind === "wrong", `a code was mistyped: ${checked.kind}`);
}

/** The allocator gives pages back a while after the collector has freed what lay on them. */
async function settledBytes(): Promise<number> {
  for (let index = 0; index < GC_COUNT; index += 1) {
    Bun.gc(true);
    await Bun.sleep(GC_PAUSE_MS);
  }
  return process.memoryUsage.rss();
}
