import type { Mutant } from "./mutant.ts";

const OTP = "src/otp/otp.ts";
const SHARDS = "src/otp/otp-shards.ts";

/** Bugs of codes: who gets in, how often one may guess, how long a code lives. */
export const otpMutants: readonly Mutant[] = [
  {
    name: "awaits between the check and its count",
    patches: [
      {
        file: SHARDS,
        find: "this.actor = new Actor(",
        replace:
          "this.after = options.actor.clock.after.bind(options.actor.clock);\n    this.actor = new Actor(",
      },
      {
        file: SHARDS,
        find: "if (isKept) this.#states.set(phone, packState(state));",
        replace: "if (isKept) this.after(20, () => this.#states.set(phone, packState(state)));",
      },
    ],
  },
  {
    name: "refills the attempts with a resend",
    patches: [
      {
        file: OTP,
        find: "const kept = keep(state, { ...challenge, sendCount: challenge.sendCount + 1 });",
        replace:
          "const kept = keep(state, { ...challenge, attemptsLeft: policy.attemptsMax, sendCount: challenge.sendCount + 1 });",
      },
    ],
  },
  {
    name: "gives five attempts to a challenge of another boot",
    patches: [
      {
        file: OTP,
        find: "attemptsLeft: policy.attemptsInOtherBootMax,",
        replace: "attemptsLeft: policy.attemptsMax,",
      },
    ],
  },
  {
    name: "takes a right code after the attempts are used up",
    patches: [
      {
        file: OTP,
        find: `return known.attemptsLeft === 0 ? { kind: "exhausted" } : known;`,
        replace: `return known.attemptsLeft === 0 ? { ...known, attemptsLeft: 1 } : known;`,
      },
    ],
  },
  {
    name: "lets codes live for ever",
    patches: [
      {
        file: OTP,
        find: "state.challenges.filter((challenge) => challenge.deadlineMs > nowMs),\n    nextSendAtMs",
        replace: "state.challenges,\n    nextSendAtMs",
      },
    ],
  },
  {
    name: "starts a code's life again with a resend",
    patches: [
      {
        file: OTP,
        find: "Math.min(challenge.deadlineMs, nowMs + policy.codeTtlMs)",
        replace: "nowMs + policy.codeTtlMs",
      },
    ],
  },
  {
    name: "shortens a challenge of another boot, and grants its guess again",
    patches: [
      {
        file: OTP,
        find: "if (challenge === undefined || !challenge.isOfThisBoot) {",
        replace: "if (challenge === undefined) {",
      },
    ],
  },
  {
    name: "dates challenges by the wall clock",
    patches: [
      {
        file: "src/registration/request-code.ts",
        find: "issuedAtMs: Math.floor(deps.clock.nowMs()),",
        replace: "issuedAtMs: Math.floor(Date.now()),",
      },
    ],
  },
  {
    name: "forgets that a challenge was of another boot",
    patches: [
      {
        file: "src/registration/request-code.ts",
        find: "isOfThisBoot: challenge.boot === boot,",
        replace: "isOfThisBoot: true,",
      },
    ],
  },
  {
    name: "takes every challenge for one of another boot",
    patches: [
      {
        file: "src/registration/request-code.ts",
        find: "isOfThisBoot: challenge.boot === boot,",
        replace: "isOfThisBoot: false,",
      },
    ],
  },
  {
    name: "forgets live challenges when a shard is full",
    patches: [
      {
        file: SHARDS,
        find: "if (!hasLiveChallenge(unpackState(packed), nowMs)) this.#states.delete(phone);",
        replace: "this.#states.delete(phone);",
      },
    ],
  },
  {
    name: "compares only the first digit",
    patches: [
      {
        file: "src/otp/otp-code.ts",
        find: `timingSafeEqual(given, Buffer.from(code, "latin1")) && isWhole`,
        replace: `timingSafeEqual(given.subarray(0, 1), Buffer.from(code[0], "latin1")) && isWhole`,
      },
    ],
  },
  {
    name: "derives one code for all challenges of a phone",
    patches: [
      {
        file: "src/otp/otp-code.ts",
        find: "keys.code.digest(challenge.id, ",
        replace: "keys.code.digest(",
      },
    ],
  },
  {
    name: "takes in phones beyond the bound of a shard",
    patches: [
      {
        file: SHARDS,
        find: "if (packed === undefined && !this.#makeRoom(nowMs))",
        replace: "if (this.#states.size > 1_000_000 && !this.#makeRoom(nowMs))",
      },
    ],
  },
  {
    name: "takes in codes beyond the bound of the queue",
    patches: [
      {
        file: "src/delivery/sms-sender.ts",
        find: "if (this.#isDraining || heldCount >= limits.codeQueueCountMax)",
        replace: "if (this.#isDraining)",
      },
    ],
  },
];
