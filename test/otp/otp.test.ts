import { expect, test } from "bun:test";
import type { OtpMessage, OtpReply, OtpState } from "../../src/otp/otp.ts";
import { EMPTY_OTP_STATE, isForgettable, OTP_POLICY, turn } from "../../src/otp/otp.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** One phone whose turns are taken at the instants the test names, in seconds. */
class Phone {
  state: OtpState = EMPTY_OTP_STATE;

  at(seconds: number, message: OtpMessage): OtpReply {
    const { state, reply } = turn(this.state, message, seconds * 1_000, OTP_POLICY);
    this.state = state;
    return reply;
  }

  request(seconds: number, challengeKey: number, source = 1): OtpReply {
    return this.at(seconds, { kind: "request", challengeKey, source });
  }

  resend(seconds: number, key: number, { source = 1, issuedAt = 0 } = {}): OtpReply {
    const challenge = { key, issuedAtMs: issuedAt * 1_000, isOfThisBoot: true };
    return this.at(seconds, { kind: "resend", challenge, source });
  }

  check(seconds: number, key: number, isCodeRight: boolean, issuedAt = 0): OtpReply {
    const challenge = { key, issuedAtMs: issuedAt * 1_000, isOfThisBoot: true };
    return this.at(seconds, { kind: "check", challenge, isCodeRight });
  }

  checkFromOtherBoot(seconds: number, key: number, isCodeRight: boolean): OtpReply {
    const challenge = { key, issuedAtMs: 0, isOfThisBoot: false };
    return this.at(seconds, { kind: "check", challenge, isCodeRight });
  }
}

test("invariant 5: five wrong codes end a challenge, and the right one comes too late", () => {
  const phone = new Phone();
  phone.request(0, 100);
  const replies = [1, 2, 3, 4, 5].map((second) => phone.check(second, 100, false));
  expect(replies).toEqual([4, 3, 2, 1, 0].map((attemptsLeft) => ({ kind: "wrong", attemptsLeft })));
  expect(phone.check(6, 100, true)).toEqual({ kind: "exhausted" });
});

test("the same right code answers verified again until it expires", () => {
  const phone = new Phone();
  phone.request(0, 100);
  expect(phone.check(1, 100, true)).toEqual({ kind: "verified", isFirst: true });
  expect(phone.check(599, 100, true)).toEqual({ kind: "verified", isFirst: false });
  expect(phone.check(600, 100, true)).toEqual({ kind: "expired" });
});

test("the five minutes start when the gateway accepts, and end ten after the request at the latest", () => {
  const slow = new Phone();
  slow.request(0, 100);
  slow.at(20, { kind: "sms-accepted", challengeKey: 100 });
  expect(slow.check(319.9, 100, true)).toMatchObject({ kind: "verified" });
  expect(slow.check(320, 100, true)).toEqual({ kind: "expired" });

  const slower = new Phone();
  slower.request(0, 100);
  slower.at(400, { kind: "sms-accepted", challengeKey: 100 });
  expect(slower.check(599.9, 100, true)).toMatchObject({ kind: "verified" });
  expect(slower.check(600, 100, true)).toEqual({ kind: "expired" });
});

test("a resend extends nothing and refills no attempts", () => {
  const phone = new Phone();
  phone.request(0, 100);
  phone.at(0, { kind: "sms-accepted", challengeKey: 100 });
  phone.check(1, 100, false);
  expect(phone.resend(30, 100)).toMatchObject({ kind: "send", resendInMs: 60_000 });
  phone.at(31, { kind: "sms-accepted", challengeKey: 100 });
  expect(phone.check(32, 100, false)).toEqual({ kind: "wrong", attemptsLeft: 3 });
  expect(phone.check(300, 100, true)).toEqual({ kind: "expired" });
});

test("three sends at 0, 30 and 90 seconds, then no more of this challenge", () => {
  const phone = new Phone();
  expect(phone.request(0, 100)).toMatchObject({ kind: "send", resendInMs: 30_000 });
  expect(phone.resend(29.9, 100)).toMatchObject({ kind: "too-soon" });
  expect(phone.resend(30, 100)).toMatchObject({ kind: "send", resendInMs: 60_000 });
  expect(phone.resend(89, 100, { source: 2 })).toEqual({ kind: "too-soon", waitMs: 1_000 });
  expect(phone.resend(90, 100, { source: 2 })).toMatchObject({ kind: "send", resendInMs: 120_000 });
  expect(phone.resend(210, 100, { source: 3 })).toEqual({ kind: "rate-limited", waitMs: 390_000 });
});

test("a code with less than two minutes to live is not sent, and a new one may be asked for at once", () => {
  const phone = new Phone();
  expect(phone.request(0, 100)).toEqual({ kind: "send", untilMs: 480_000, resendInMs: 30_000 });
  phone.at(5, { kind: "sms-accepted", challengeKey: 100 });
  expect(phone.resend(184.9, 100)).toMatchObject({ kind: "send", untilMs: 185_000 });
  expect(phone.check(186, 100, false)).toEqual({ kind: "wrong", attemptsLeft: 4 });

  const late = new Phone();
  late.request(0, 100);
  late.at(5, { kind: "sms-accepted", challengeKey: 100 });
  expect(late.request(184.9, 101)).toEqual({ kind: "rate-limited", waitMs: 100 });
  expect(late.resend(185, 100)).toEqual({ kind: "expired" });
  expect(late.request(185, 101)).toMatchObject({ kind: "send" });
  expect(late.check(186, 100, true)).toMatchObject({ kind: "verified" });
});

test("inside the cooldown a new challenge is too soon, whoever asks", () => {
  const phone = new Phone();
  phone.request(0, 100);
  expect(phone.request(10, 101, 2)).toEqual({ kind: "too-soon", waitMs: 20_000 });
});

test("at most three challenges live, one of them from one source", () => {
  const phone = new Phone();
  phone.request(0, 100, 1);
  expect(phone.request(30, 101, 1)).toEqual({ kind: "rate-limited", waitMs: 450_000 });
  expect(phone.request(30, 102, 2)).toMatchObject({ kind: "send" });
  expect(phone.request(60, 103, 3)).toMatchObject({ kind: "send" });
  expect(phone.request(90, 104, 4)).toEqual({ kind: "rate-limited", waitMs: 510_000 });
});

test("five sends a day, two of them for one source: a stranger cannot lock the owner out", () => {
  const phone = new Phone();
  expect(phone.request(0, 100, 666)).toMatchObject({ kind: "send" });
  expect(phone.request(700, 101, 666)).toMatchObject({ kind: "send" });
  expect(phone.request(1_400, 102, 666)).toEqual({
    kind: "rate-limited",
    waitMs: DAY_MS - 1_400_000,
  });
  expect(phone.request(1_400, 103, 1)).toMatchObject({ kind: "send" });
  expect(phone.request(2_100, 104, 1)).toMatchObject({ kind: "send" });
  expect(phone.request(2_800, 105, 2)).toMatchObject({ kind: "send" });
  expect(phone.request(3_500, 106, 3)).toMatchObject({ kind: "rate-limited" });
  expect(phone.request(DAY_MS / 1_000, 107, 3)).toMatchObject({ kind: "send" });
});

test("fifteen wrong codes an hour block new challenges and never a live one", () => {
  const phone = new Phone();
  for (const [index, source] of [1, 2, 3].entries()) {
    phone.request(index * 30, 100 + index, source);
  }
  for (const key of [100, 101]) for (let n = 0; n < 5; n += 1) phone.check(100, key, false);
  for (let n = 0; n < 4; n += 1) phone.check(100, 102, false);
  expect(phone.request(200, 103, 4)).toMatchObject({ kind: "send" });
  phone.check(201, 103, false, 200);
  expect(phone.request(300, 104, 5)).toEqual({
    kind: "rate-limited",
    waitMs: HOUR_MS - 200_000,
  });
  expect(phone.check(301, 102, true)).toMatchObject({ kind: "verified" });
  expect(phone.request(3_700, 104, 5)).toMatchObject({ kind: "send" });
});

test("invariant 5: in another boot a challenge has one guess, and none after ten minutes", () => {
  const phone = new Phone();
  expect(phone.checkFromOtherBoot(1, 100, false)).toEqual({ kind: "wrong", attemptsLeft: 0 });
  expect(phone.checkFromOtherBoot(2, 100, true)).toEqual({ kind: "exhausted" });
  expect(new Phone().checkFromOtherBoot(599, 100, true)).toMatchObject({ kind: "verified" });
  expect(new Phone().checkFromOtherBoot(600, 100, true)).toEqual({ kind: "expired" });
});

test("a challenge of this boot that the shard does not know is past", () => {
  expect(new Phone().check(1, 100, true)).toEqual({ kind: "expired" });
});

test("what no gateway took is given back: the phone may ask again at once", () => {
  const phone = new Phone();
  phone.request(0, 100);
  phone.at(1, { kind: "sms-not-sent", challengeKey: 100 });
  expect(isForgettable(phone.state, 1_000)).toBe(true);
  expect(phone.request(2, 101)).toMatchObject({ kind: "send" });
  phone.resend(32, 101, { issuedAt: 2 });
  phone.at(33, { kind: "sms-not-sent", challengeKey: 101 });
  expect(phone.resend(34, 101, { issuedAt: 2 })).toMatchObject({
    kind: "send",
    resendInMs: 60_000,
  });
});

test("a phone is forgotten when nothing remembered can change an answer", () => {
  const phone = new Phone();
  phone.request(0, 100);
  phone.check(1, 100, true);
  expect(isForgettable(phone.state, DAY_MS - 1)).toBe(false);
  expect(isForgettable(phone.state, DAY_MS)).toBe(true);
});
