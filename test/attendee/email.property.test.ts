import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { parseEmail } from "../../src/attendee/email.ts";
import { anyText } from "../ticket/any-text.ts";

const ADDRESS_BYTES_MAX = 254;

/** Bits of addresses and of attacks on them, to be put together at random. */
const PIECES = [
  ..."a B 7 . .. - _ + @ @@ ' \" \\ , ; : < > ( ) [ ] % # ! $ * / = ? ^ ` { } | ~ & \t".split(" "),
  ..."\r\n§\n§\r§\0§ §\u00a0§\u2028§\u200b§\u202e§\u0301§\ud800".split("§"),
  ..."é§ß§ı§例え§。§．§＠§xn--§=?utf-8?q?=40?=§a@b.example§\r\nBcc: c@d.example".split("§"),
  ..."example§.org§localhost§127.0.0.1§0x7f.1§[::1]".split("§"),
  "a".repeat(64),
  "b".repeat(63),
];
const nearlyAddress = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 12 })
  .map((pieces) => pieces.join(""));

/** In Punycode they grow, some beyond what an address may be. */
const wideAddress = fc
  .array(fc.integer({ min: 20, max: 30 }), { minLength: 4, maxLength: 6 })
  .map((counts) => counts.map((count) => `${"é".repeat(count)}.`).join(""))
  .map((domain) => `${"a".repeat(64)}@${domain}example`);

const goodAddress = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}$/), fc.domain())
  .map(([localPart, domain]) => `${localPart}@${domain}`);

describe("a mail address", () => {
  test("from any text is refused, or one that a mail cannot misread", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nearlyAddress, wideAddress, fc.emailAddress()), (typed) => {
        const email = parseEmail(typed);
        if (email === null) return;
        expect(email.split("@")).toHaveLength(2);
        expect(email).toMatch(/^[!-~]+$/);
        expect(email).not.toMatch(/[",;:<>()[\]\\]/);
        expect(Buffer.byteLength(email)).toBeLessThanOrEqual(ADDRESS_BYTES_MAX);
        expect(parseEmail(email)).toBe(email);
      }),
      { numRuns: 8_000 },
    );
  });

  test("that is plain is taken, its local part as typed", () => {
    fc.assert(
      fc.property(goodAddress, (typed) => {
        const email = parseEmail(` ${typed}\n`);
        const [localPart, domain] = typed.split("@");
        expect(email).toBe(`${localPart}@${domain?.toLowerCase()}` as never);
      }),
      { numRuns: 2_000 },
    );
  });

  test("that was taken is exactly one recipient to a mail reader, with no header after it", async () => {
    const taken = fc
      .oneof(nearlyAddress, goodAddress)
      .map(parseEmail)
      .filter((email) => email !== null);
    const property = fc.asyncProperty(taken, async (email) => {
      const mail = await simpleParser(`To: ${email}\r\nSubject: Ticket\r\n\r\nHere it is`);
      expect([mail.to].flat().flatMap((to) => to?.value)).toEqual([{ address: email, name: "" }]);
      expect([...mail.headers.keys()]).toEqual(["to", "subject"]);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  test("with a header, a second address or a comment let in anywhere is refused", () => {
    const attack = fc.constantFrom(
      ...'\r\nBcc: c@d.example|\n|\r|\0|,c@d.example|;c@d.example|, |<c@d.example>|(c)|"c"|@c'.split(
        "|",
      ),
    );
    const attacked = fc.tuple(goodAddress, attack, fc.nat()).map(([address, put, place]) => {
      const at = 1 + (place % (address.length - 1));
      return address.slice(0, at) + put + address.slice(at);
    });
    fc.assert(
      fc.property(attacked, (typed) => {
        expect(parseEmail(typed)).toBeNull();
      }),
      { numRuns: 5_000 },
    );
  });
});
