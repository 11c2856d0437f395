import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import type { Phone } from "../../src/attendee/phone.ts";
import { Mac } from "../../src/otp/mac.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import type { Pass } from "../../src/waiting-room/pass.ts";
import {
  openPass,
  PASS_ID_AT,
  PASS_LENGTH_MAX,
  passId,
  sealPass,
} from "../../src/waiting-room/pass.ts";

const { pass: mac, challenge: challengeMac } = deriveOtpKeys(new Uint8Array(32).fill(7));
const { pass: otherMac } = deriveOtpKeys(new Uint8Array(32).fill(8));
const alice = "+8801712345678" as Phone;
const bob = "+8801712345679" as Phone;

function makePass(changes: Partial<Pass> = {}): Pass {
  return { saleId: 7, isVerified: false, serial: 12, issuedAtMs: 1_795_000_000_123, ...changes };
}

const anyPass: fc.Arbitrary<Pass> = fc.record({
  saleId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  isVerified: fc.boolean(),
  serial: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 })),
  issuedAtMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
});

describe("a pass", () => {
  test("comes back as it was sealed, whatever it says", () => {
    fc.assert(
      fc.property(anyPass, (pass) => {
        const token = sealPass(pass, alice, mac);
        expect(token).toHaveLength(PASS_LENGTH_MAX);
        expect(openPass(token, alice, mac)).toEqual({
          ...pass,
          id: passId(alice, pass.saleId, mac),
        });
      }),
    );
  });

  test("opens for its own phone and under its own key alone", () => {
    const token = sealPass(makePass(), alice, mac);
    expect(openPass(token, bob, mac)).toBeNull();
    expect(openPass(token, alice, otherMac)).toBeNull();
    expect(openPass(token, alice, challengeMac)).toBeNull();
  });

  test("no bit of it can be changed", () => {
    const bytes = Buffer.from(sealPass(makePass(), alice, mac), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(openPass(forged.toString("base64url"), alice, mac)).toBeNull();
    }
  });

  test("nothing cut, spliced, padded or invented opens, nor any other spelling of the same bytes", () => {
    const token = sealPass(makePass({ issuedAtMs: 0xfb_ff_bf_ff }), alice, mac);
    const other = sealPass(makePass({ serial: 13 }), alice, mac);
    const base64 = token.replaceAll("-", "+").replaceAll("_", "/");
    expect(base64).not.toBe(token);
    const invented = ["", token.slice(0, -1), `${token}A`, ` ${token.slice(1)}`, base64];
    const spliced = [token.slice(0, 32) + other.slice(32), `${token.slice(0, -2)}==`];
    for (const text of [...invented, ...spliced, "A".repeat(64), "é".repeat(64)]) {
      expect(openPass(text, alice, mac)).toBeNull();
    }
    expect(openPass(token, alice, mac)).not.toBeNull();
  });

  test("one of a later version is not read as one of this, though the key is the same", () => {
    const bytes = Buffer.from(sealPass(makePass(), alice, mac), "base64url");
    bytes.writeUInt8(2, 0);
    bytes.set(mac.digest(bytes.subarray(0, 32)).subarray(0, 16), 32);
    expect(openPass(bytes.toString("base64url"), alice, mac)).toBeNull();
  });

  test("shows its id where the page looks for it, and no phone", () => {
    const token = sealPass(makePass(), alice, mac);
    const bytes = Buffer.from(token, "base64url");
    expect(bytes.subarray(PASS_ID_AT, PASS_ID_AT + 16)).toEqual(Buffer.from(passId(alice, 7, mac)));
    expect(bytes.includes(alice.slice(1))).toBe(false);
  });
});

describe("a pass id", () => {
  test("is the first 16 bytes of HMAC-SHA-256 over the phone and the sale's number in four bytes", () => {
    const key = Buffer.from("Jefe");
    const expected = createHmac("sha256", key).update("+8801712345678\0\0\u0002\u0001").digest();
    expect(Buffer.from(passId(alice, 513, new Mac(key)))).toEqual(expected.subarray(0, 16));
  });

  test("is the same for the same phone and sale, and another for any other", () => {
    const id = Buffer.from(passId(alice, 7, mac));
    expect(id).toEqual(Buffer.from(passId(alice, 7, mac)));
    for (const other of [passId(bob, 7, mac), passId(alice, 8, mac), passId(alice, 7, otherMac)]) {
      expect(Buffer.from(other)).not.toEqual(id);
    }
  });
});
