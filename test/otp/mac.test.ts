import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { Mac } from "../../src/otp/mac.ts";

test("is HMAC-SHA-256, by a vector of RFC 4231 (section 4.3)", () => {
  const mac = new Mac(new TextEncoder().encode("Jefe"));
  expect(mac.digest("what do ya want ", "for nothing?").toString("hex")).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("gives what node:crypto gives, for every key and text, again and again", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.array(fc.uint8Array()),
      (key, texts) => {
        const mac = new Mac(key);
        for (const text of texts) {
          const expected = createHmac("sha256", key).update(text).digest();
          expect(mac.digest(text)).toEqual(expected);
          expect(mac.digest(text.subarray(0, 3), text.subarray(3))).toEqual(expected);
        }
      },
    ),
  );
});
