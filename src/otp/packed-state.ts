import { ok as assert } from "node:assert";
import type { OtpState } from "./otp.ts";
import { forgettableAtMs } from "./otp.ts";

/**
 * A state as a string of its numbers, eight bytes each: 160 bytes with its place in a map, a quarter of what the
 * objects take. A million phones are then 160 MB (`bun run bench memory-1m`).
 */
export type PackedState = string & { readonly __brand: "PackedState" };

/** Far more than the largest state of the largest policy: `otp.ts` keeps each list short. */
const NUMBER_COUNT_MAX = 4_096;
const NUMBER_BYTES = 8;
const COUNT_RADIX = 1_024;
/** forgettable at · next send at · counts */
const HEAD_COUNT = 3;
/** key · deadline · source · attempts, sends and flags */
const CHALLENGE_COUNT = 4;
/** instant · source · challenge key */
const SEND_COUNT = 3;
const SMALL_RADIX = 256;

const scratch = new Float64Array(NUMBER_COUNT_MAX);
const scratchBytes = Buffer.from(scratch.buffer);

export function packState(state: OtpState): PackedState {
  const { challenges, sends, wrongAtMs, nextSendAtMs } = state;
  const count =
    HEAD_COUNT + challenges.length * CHALLENGE_COUNT + sends.length * SEND_COUNT + wrongAtMs.length;
  assert(count <= NUMBER_COUNT_MAX, "a state is small");
  scratch[0] = forgettableAtMs(state);
  scratch[1] = nextSendAtMs;
  scratch[2] = (challenges.length * COUNT_RADIX + sends.length) * COUNT_RADIX + wrongAtMs.length;
  let at = HEAD_COUNT;
  for (const challenge of challenges) {
    const flags = Number(challenge.isVerified) * 2 + Number(challenge.isOfThisBoot);
    scratch[at] = challenge.key;
    scratch[at + 1] = challenge.deadlineMs;
    scratch[at + 2] = challenge.source;
    scratch[at + 3] =
      (challenge.attemptsLeft * SMALL_RADIX + challenge.sendCount) * SMALL_RADIX + flags;
    at += CHALLENGE_COUNT;
  }
  for (const send of sends) {
    scratch[at] = send.atMs;
    scratch[at + 1] = send.source;
    scratch[at + 2] = send.challengeKey;
    at += SEND_COUNT;
  }
  for (const wrong of wrongAtMs) {
    scratch[at] = wrong;
    at += 1;
  }
  return scratchBytes.toString("latin1", 0, count * NUMBER_BYTES) as PackedState;
}

export function unpackState(packed: PackedState): OtpState {
  scratchBytes.write(packed, "latin1");
  let at = HEAD_COUNT;
  const next = () => {
    const number = scratch[at] ?? 0;
    at += 1;
    return number;
  };
  const counts = scratch[2] ?? 0;
  const nextSendAtMs = scratch[1] ?? 0;
  const challenges = Array.from({ length: Math.floor(counts / COUNT_RADIX ** 2) }, () => {
    const [key, deadlineMs, source, small] = [next(), next(), next(), next()];
    const flags = small % SMALL_RADIX;
    return {
      key,
      deadlineMs,
      source,
      attemptsLeft: Math.floor(small / SMALL_RADIX ** 2),
      sendCount: Math.floor(small / SMALL_RADIX) % SMALL_RADIX,
      isVerified: flags >= 2,
      isOfThisBoot: flags % 2 === 1,
    };
  });
  const sends = Array.from({ length: Math.floor(counts / COUNT_RADIX) % COUNT_RADIX }, () => ({
    atMs: next(),
    source: next(),
    challengeKey: next(),
  }));
  const wrongAtMs = Array.from({ length: counts % COUNT_RADIX }, next);
  return { challenges, nextSendAtMs, sends, wrongAtMs };
}

/** The first number alone: what a sweep over a million phones needs of each. */
export function packedForgettableAtMs(packed: PackedState): number {
  scratchBytes.write(packed, 0, NUMBER_BYTES, "latin1");
  return scratch[0] ?? 0;
}
