import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import type { Phone } from "../../src/attendee/phone.ts";
import type { Challenge } from "../../src/otp/challenge.ts";
import { challengeKey, openChallenge, sealChallenge } from "../../src/otp/challenge.ts";
import { deriveCode, isSameCode } from "../../src/otp/otp-code.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import { sourceBlock } from "../../src/otp/source-block.ts";
import { openVerification, sealVerification } from "../../src/otp/verification.ts";

const keys = deriveOtpKeys(new Uint8Array(32).fill(7));
const otherKeys = deriveOtpKeys(new Uint8Array(32).fill(8));
const alice = "+8801712345678" as Phone;
const bob = "+8801712345679" as Phone;

function makeChallenge(changes: Partial<Challenge> = {}): Challenge {
  return {
    id: new Uint8Array(randomBytes(16)),
    eventId: 513,
    purpose: "register",
    issuedAtMs: 1_795_000_000_123,
    boot: 70_000,
    ...changes,
  };
}

describe("a challenge", () => {
  test("comes back as it was issued", () => {
    const challenge = makeChallenge({ purpose: "recover" });
    const token = sealChallenge(challenge, alice, keys);
    expect(openChallenge(token, alice, keys)).toEqual(challenge);
    expect(challengeKey(challenge)).toBeLessThan(2 ** 48);
  });

  test("opens for its own phone and under its own key alone", () => {
    const token = sealChallenge(makeChallenge(), alice, keys);
    expect(openChallenge(token, bob, keys)).toBeNull();
    expect(openChallenge(token, alice, otherKeys)).toBeNull();
  });

  test("invariant 5: no bit of it can be changed, and nothing spliced, cut or invented opens", () => {
    const token = sealChallenge(makeChallenge(), alice, keys);
    const bytes = Buffer.from(token, "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(openChallenge(forged.toString("base64url"), alice, keys)).toBeNull();
    }
    const other = sealChallenge(makeChallenge(), bob, keys);
    const invented = [
      token.slice(0, -1),
      `${token}A`,
      token.slice(0, 40) + other.slice(40),
      "",
      "é",
    ];
    for (const text of [...invented, ` ${token.slice(1)}`, "A".repeat(token.length)]) {
      expect(openChallenge(text, alice, keys)).toBeNull();
    }
  });
});

describe("a code", () => {
  test("is six digits, uniform over a million (chi-squared over 200,000 draws in 1,000 bins)", () => {
    const bins = Array.from({ length: 1_000 }, () => 0);
    for (let index = 0; index < 200_000; index += 1) {
      const id = new Uint8Array(16);
      new DataView(id.buffer).setUint32(0, index);
      const code = deriveCode(makeChallenge({ id }), alice, keys);
      expect(code.length).toBe(6);
      const bin = Math.floor(Number(code) / 1_000);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const chiSquared = bins.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    // 999 degrees of freedom: mean 999, standard deviation 44.7. Fixed inputs, so this never varies.
    expect(Math.abs(chiSquared - 999)).toBeLessThan(4 * 44.7);
  });

  test("differs by phone, purpose and challenge", () => {
    const challenge = makeChallenge({ id: new Uint8Array(16).fill(1) });
    const codes = [
      deriveCode(challenge, alice, keys),
      deriveCode(challenge, bob, keys),
      deriveCode({ ...challenge, purpose: "recover" }, alice, keys),
      deriveCode({ ...challenge, id: new Uint8Array(16).fill(2) }, alice, keys),
    ];
    expect(new Set(codes).size).toBe(4);
  });

  test("is recognised in any script's digits and with spaces, and nothing else is", () => {
    for (const typed of ["123456", " 123 456 ", "123-456", "১২৩৪৫৬", "١٢٣٤٥٦"]) {
      expect(isSameCode(typed, "123456")).toBe(true);
    }
    for (const typed of ["123457", "12345", "1234567", "", "abcdef", "1234560", "12345６７", "é"]) {
      expect(isSameCode(typed, "123456")).toBe(false);
    }
    expect(isSameCode("12345", "012345")).toBe(false);
  });
});

describe("a verification", () => {
  test("comes back as it was sealed, differs each time and shows no phone", () => {
    const verification = { phone: alice, eventId: 7, expiresAtMs: 1_795_000_000_000 };
    const token = sealVerification(verification, keys);
    expect(openVerification(token, keys)).toEqual(verification);
    expect(sealVerification(verification, keys)).not.toBe(token);
    expect(Buffer.from(token, "base64url").includes(alice.slice(1))).toBe(false);
  });

  test("is worthless when changed, cut, or sealed under another key", () => {
    const token = sealVerification({ phone: alice, eventId: 7, expiresAtMs: 1 }, keys);
    expect(openVerification(token, otherKeys)).toBeNull();
    const bytes = Buffer.from(token, "base64url");
    for (let at = 0; at < bytes.length; at += 1) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(at) ^ 1, at);
      expect(openVerification(forged.toString("base64url"), keys)).toBeNull();
    }
    for (const text of ["", token.slice(1), "A".repeat(token.length)]) {
      expect(openVerification(text, keys)).toBeNull();
    }
  });
});

test("addresses of one block share a source: IPv4 by /24, IPv6 by /48, mapped IPv4 as IPv4", () => {
  const source = (address: string) => sourceBlock(address, keys.source);
  expect(source("203.0.113.7")).toBe(source("203.0.113.200"));
  expect(source("::ffff:203.0.113.7")).toBe(source("203.0.113.200"));
  expect(source("203.0.113.7")).not.toBe(source("203.0.114.7"));
  expect(source("2001:db8:1::1")).toBe(source("2001:0DB8:1:ffff:0:0:0:2"));
  expect(source("2001:db8:1::1")).not.toBe(source("2001:db8:2::1"));
  expect(source("::1")).not.toBe(source("2001:db8::1"));
});
