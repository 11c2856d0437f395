import { timingSafeEqual } from "node:crypto";
import { asciiDigits } from "../attendee/digits.ts";
import type { Phone } from "../attendee/phone.ts";
import type { Challenge } from "./challenge.ts";
import type { OtpKeys } from "./otp-keys.ts";

/** Six decimal digits, as NIST SP 800-63B asks at least of a secret sent out of band (20 bits, rate limited). */
const CODE_DIGITS = 6;
const CODE_COUNT = 1_000_000n;

/**
 * The code of a challenge, derived and never stored, so that a restart loses none.
 * 64 bits modulo a million: no code is likelier than another by more than one in 10^13.
 */
export function deriveCode(challenge: Challenge, phone: Phone, keys: OtpKeys): string {
  const digest = keys.code.digest(challenge.id, `|${phone}|${challenge.purpose}`);
  return (digest.readBigUInt64BE(0) % CODE_COUNT).toString().padStart(CODE_DIGITS, "0");
}

/** Compares in constant time what was typed, in digits of any script and with any spaces, to the code. */
export function isSameCode(typed: string, code: string): boolean {
  const digits = asciiDigits(typed.slice(0, 32)).replace(/[\s-]/g, "");
  const given = Buffer.alloc(CODE_DIGITS);
  const isWhole = given.write(digits, "latin1") === digits.length && digits.length === CODE_DIGITS;
  return timingSafeEqual(given, Buffer.from(code, "latin1")) && isWhole;
}
