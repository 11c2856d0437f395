import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ringVerifier } from "../../src/ticket/signing-key.ts";
import {
  encodeTicketCode,
  parseTicketCode,
  TICKET_CODE_LENGTH,
  type TicketCodeFields,
} from "../../src/ticket/ticket-code.ts";
import { testKeyRing } from "./make-ticket-sheet.ts";

const ring = testKeyRing();
const verify = ringVerifier(ring);
const HOST = "tickets.example.org";

const anyFields: fc.Arbitrary<TicketCodeFields> = fc.record({
  keyId: fc.constantFrom(1, 2),
  eventId: fc.integer({ min: 1, max: 65_535 }),
  day: fc.integer({ min: 1, max: 16 }),
  saleNumber: fc.integer({ min: 1, max: 16 }),
  ordinal: fc.integer({ min: 1, max: 131_071 }),
  revision: fc.integer({ min: 0, max: 255 }),
  tag: fc.integer({ min: 0, max: 65_535 }),
});

function encode(fields: TicketCodeFields, host = HOST): string {
  const key = ring.versions.get(fields.keyId);
  if (key === undefined) throw new Error(`no test key ${fields.keyId}`);
  return encodeTicketCode(fields, host, key.sign);
}

const PLAIN = { keyId: 1, eventId: 3, day: 1, saleNumber: 2, ordinal: 48_213, revision: 0, tag: 7 };

describe("a ticket code", () => {
  test("brings back what was signed, in 117 characters", async () => {
    const property = fc.asyncProperty(anyFields, async (fields) => {
      const text = encode(fields);
      expect(text).toHaveLength(TICKET_CODE_LENGTH);
      expect(TICKET_CODE_LENGTH).toBe(117);
      expect(await parseTicketCode(text, HOST, verify)).toEqual({ kind: "valid", fields });
    });
    await fc.assert(property);
  });

  test("does not hold once any of its characters is another", async () => {
    const text = encode(PLAIN);
    for (let at = 0; at < text.length; at += 1) {
      const other = text.charAt(at) === "0" ? "1" : "0";
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      expect((await parseTicketCode(changed, HOST, verify)).kind).not.toBe("valid");
    }
  });

  test("admits at the host it was made for and at no other", async () => {
    const parsed = await parseTicketCode(encode(PLAIN), "tickets.example.com", verify);
    expect(parsed).toEqual({ kind: "bad-signature" });
  });

  test("names the key that is missing, so that a gate can fetch it", async () => {
    const parsed = await parseTicketCode(encode(PLAIN), HOST, () => null);
    expect(parsed).toEqual({ kind: "unknown-key", keyId: 1 });
  });

  test("shows no field to whoever cannot check its signature", async () => {
    const parsed = await parseTicketCode(encode(PLAIN), HOST, () => Promise.resolve(false));
    expect(parsed).toEqual({ kind: "bad-signature" });
  });

  test.each([
    ["a key id of 0", { keyId: 0 }],
    ["an event id of two bytes and more", { eventId: 65_536 }],
    ["a day 17", { day: 17 }],
    ["a sale 0", { saleNumber: 0 }],
    ["an ordinal above the largest quota", { ordinal: 131_072 }],
    ["an ordinal between two", { ordinal: 1.5 }],
    ["a revision 256", { revision: 256 }],
    ["a negative tag", { tag: -1 }],
  ])("is not made for %s", (_, change) => {
    expect(() => encodeTicketCode({ ...PLAIN, ...change }, HOST, ring.newest.sign)).toThrow(
      RangeError,
    );
  });
});
