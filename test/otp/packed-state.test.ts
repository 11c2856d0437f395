import { expect, test } from "bun:test";
import fc from "fast-check";
import { EMPTY_OTP_STATE, forgettableAtMs, isForgettable } from "../../src/otp/otp.ts";
import { packedForgettableAtMs, packState, unpackState } from "../../src/otp/packed-state.ts";

const instant = fc.double({ min: 0, max: 4e12, noNaN: true, noDefaultInfinity: true });
const key = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const challenge = fc.record({
  key,
  deadlineMs: instant,
  source: key,
  attemptsLeft: fc.nat({ max: 100 }),
  sendCount: fc.nat({ max: 100 }),
  isVerified: fc.boolean(),
  isOfThisBoot: fc.boolean(),
});
const state = fc.record({
  challenges: fc.array(challenge, { maxLength: 20 }),
  nextSendAtMs: instant,
  sends: fc.array(fc.record({ atMs: instant, source: key, challengeKey: key }), { maxLength: 100 }),
  wrongAtMs: fc.array(instant, { maxLength: 15 }),
});

test("a state that is packed and unpacked is the same state, whatever was packed between", () => {
  fc.assert(
    fc.property(state, state, (one, other) => {
      const [packedOne, packedOther] = [packState(one), packState(other)];
      expect(unpackState(packedOne)).toEqual(one);
      expect(unpackState(packedOther)).toEqual(other);
      expect(unpackState(packedOne)).toEqual(one);
    }),
  );
  expect(unpackState(packState(EMPTY_OTP_STATE))).toEqual(EMPTY_OTP_STATE);
});

test("when a state can be forgotten is told without unpacking it", () => {
  fc.assert(
    fc.property(state, instant, (one, nowMs) => {
      expect(packedForgettableAtMs(packState(one))).toBe(forgettableAtMs(one));
      expect(isForgettable(one, nowMs)).toBe(forgettableAtMs(one) <= nowMs);
    }),
  );
});
