import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type {
  ChallengeFacts,
  OtpMessage,
  OtpPolicy,
  OtpReply,
  OtpState,
} from "../../src/otp/otp.ts";
import { EMPTY_OTP_STATE, isForgettable, OTP_POLICY, turn } from "../../src/otp/otp.ts";
import { PhoneModel } from "./phone-model.ts";

const DAY_MS = 86_400_000;
/** Challenges that another boot issued, some before the story begins. */
const FOREIGN = [
  { key: 901, issuedAtMs: -200_000 },
  { key: 902, issuedAtMs: 0 },
  { key: 903, issuedAtMs: 0 },
];

/** Limits that a short story reaches. */
const TIGHT_POLICY: OtpPolicy = {
  ...OTP_POLICY,
  attemptsMax: 2,
  liveChallengesMax: 2,
  wrongPerHourMax: 3,
  sendsPerDayMax: 9,
  sendsPerSourcePerDayMax: 4,
};
const anyPolicy = fc.constantFrom(OTP_POLICY, TIGHT_POLICY);

/** One line of a story. `which` picks among the challenges there are, however many. */
interface Step {
  readonly kind: OtpMessage["kind"];
  readonly laterMs: number;
  readonly which: number;
  readonly source: number;
  readonly isCodeRight: boolean;
}

/** The edges of every rule, and a millisecond to either side. */
const anyPauseMs = fc
  .tuple(
    fc.constantFrom(0, 0, 0, 1_000, 30_000, 60_000, 120_000, 300_000, 600_000, 3_600_000, DAY_MS),
    fc.constantFrom(-1, 0, 0, 1),
  )
  .map(([pauseMs, offMs]) => Math.max(0, pauseMs + offMs));
const anyKind = fc.constantFrom<OtpMessage["kind"]>(
  ...(["request", "request", "resend", "resend", "check", "check", "check"] as const),
  ...(["sms-accepted", "sms-not-sent"] as const),
);
const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: anyKind,
  laterMs: anyPauseMs,
  which: fc.nat(20),
  source: fc.integer({ min: 1, max: 5 }),
  isCodeRight: fc.boolean(),
});
const anyStory = fc.array(anyStep, { maxLength: 80, size: "max" });

describe("one phone's codes", () => {
  test("invariant 5: agree with a ledger of everything that ever happened", () => {
    fc.assert(
      fc.property(anyStory, anyPolicy, (story, policy) => {
        const model = new PhoneModel(policy);
        play(story, policy, ({ message, nowMs, reply }) => {
          expect(withoutWait(reply)).toEqual(model.take(message, nowMs));
        });
      }),
      { numRuns: 1_500 },
    );
  });

  test("a turn is pure and its state stays small", () => {
    fc.assert(
      fc.property(anyStory, anyPolicy, (story, policy) => {
        play(story, policy, ({ before, message, nowMs, after, reply }) => {
          const again = turn(structuredClone(before), message, nowMs, policy);
          expect(again).toEqual({ state: after, reply });
          const { challenges, sends, wrongAtMs } = after;
          expect(sends.length).toBeLessThanOrEqual(policy.sendsPerDayMax);
          expect(challenges.length).toBeLessThanOrEqual(policy.sendsPerDayMax + FOREIGN.length);
          expect(wrongAtMs.length).toBeLessThanOrEqual(policy.wrongPerHourMax);
        });
      }),
      { numRuns: 500 },
    );
  });

  test("a wait is never told too long: a millisecond before its end nothing is sent", () => {
    fc.assert(
      fc.property(anyStory, anyPolicy, (story, policy) => {
        play(story, policy, ({ before, message, nowMs, reply }) => {
          if (reply.kind !== "too-soon" && reply.kind !== "rate-limited") return;
          expect(reply.waitMs).toBeGreaterThan(0);
          expect(reply.waitMs).toBeLessThanOrEqual(DAY_MS);
          const justBefore = turn(before, message, nowMs + reply.waitMs - 1, policy);
          expect(justBefore.reply.kind).not.toBe("send");
        });
      }),
      { numRuns: 500 },
    );
  });

  test("a phone that may be forgotten answers as one never seen", () => {
    fc.assert(
      fc.property(anyStory, anyPolicy, (story, policy) => {
        play(story, policy, ({ before, message, nowMs, reply }) => {
          if (!isForgettable(before, nowMs)) return;
          expect(reply).toEqual(turn(EMPTY_OTP_STATE, message, nowMs, policy).reply);
        });
      }),
      { numRuns: 500 },
    );
  });
});

test("what did not leave gives back its own wait, and not that of a code sent after it", () => {
  const story: readonly (readonly [OtpMessage, number])[] = [
    [{ kind: "request", challengeKey: 1, source: 1 }, 0],
    [{ kind: "request", challengeKey: 2, source: 2 }, 30_000],
    [{ kind: "sms-not-sent", challengeKey: 1 }, 35_000],
    [{ kind: "request", challengeKey: 3, source: 3 }, 36_000],
  ];
  expect(told(story)).toEqual({ kind: "too-soon", waitMs: 24_000 });
});

test("invariant 5: a resend in another boot buys no second guess", () => {
  const challenge = { key: 901, issuedAtMs: 0, isOfThisBoot: false };
  const story: readonly (readonly [OtpMessage, number])[] = [
    [{ kind: "resend", challenge, source: 1 }, 1_000],
    [{ kind: "check", challenge, isCodeRight: false }, 2_000],
    [{ kind: "sms-accepted", challengeKey: 901 }, 3_000],
    [{ kind: "check", challenge, isCodeRight: true }, 303_000],
  ];
  expect(told(story)).toEqual({ kind: "exhausted" });
});

/** The last reply of a story. */
function told(story: readonly (readonly [OtpMessage, number])[]): OtpReply | null {
  let state = EMPTY_OTP_STATE;
  let last: OtpReply | null = null;
  for (const [message, nowMs] of story) {
    const answer = turn(state, message, nowMs, OTP_POLICY);
    state = answer.state;
    last = answer.reply;
  }
  return last;
}

interface Turned {
  readonly before: OtpState;
  readonly message: OtpMessage;
  readonly nowMs: number;
  readonly after: OtpState;
  readonly reply: OtpReply;
}

/** Tells the story from an empty state; every state is frozen, so that a turn that writes into it throws. */
function play(story: readonly Step[], policy: OtpPolicy, look: (turned: Turned) => void): void {
  let before = EMPTY_OTP_STATE;
  let nowMs = 0;
  const issued: { readonly key: number; readonly issuedAtMs: number }[] = [];
  for (const step of story) {
    nowMs += step.laterMs;
    const message = messageOf(step, issued);
    if (message.kind === "request") issued.push({ key: message.challengeKey, issuedAtMs: nowMs });
    const { state, reply } = turn(before, message, nowMs, policy);
    const after = deepFrozen(state);
    look({ before, message, nowMs, after, reply });
    before = after;
  }
}

function messageOf(
  { kind, which, source, isCodeRight }: Step,
  issued: readonly { readonly key: number; readonly issuedAtMs: number }[],
): OtpMessage {
  // The latest are the interesting ones, and every one may come back.
  const known = [...issued.slice(-4), ...FOREIGN];
  const { key, issuedAtMs } = known[which % known.length] ?? { key: 0, issuedAtMs: 0 };
  const challenge: ChallengeFacts = { key, issuedAtMs, isOfThisBoot: key < 900 };
  switch (kind) {
    case "request":
      return { kind, challengeKey: issued.length + 1, source };
    case "resend":
      return { kind, challenge, source };
    case "check":
      return { kind, challenge, isCodeRight };
    case "sms-accepted":
    case "sms-not-sent":
      return { kind, challengeKey: key };
  }
}

function withoutWait(reply: OtpReply): unknown {
  const isWait = reply.kind === "too-soon" || reply.kind === "rate-limited";
  return isWait ? { kind: reply.kind } : reply;
}

function deepFrozen(state: OtpState): OtpState {
  for (const list of [state.challenges, state.sends]) list.forEach(Object.freeze);
  for (const value of Object.values(state)) Object.freeze(value);
  return Object.freeze(state);
}
