import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  encodeShortCode,
  groupShortCode,
  parseShortCode,
  type ShortCodeFields,
  shortCodeMac,
} from "../../src/ticket/short-code.ts";
import { testKeyRing } from "./make-ticket-sheet.ts";

const ALPHABET = Array.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
const { hmac } = testKeyRing().newest;

const anyFields: fc.Arbitrary<ShortCodeFields> = fc.record({
  saleNumber: fc.integer({ min: 1, max: 16 }),
  day: fc.integer({ min: 1, max: 16 }),
  ordinal: fc.integer({ min: 1, max: 131_071 }),
});
const someCodes = fc
  .sample(anyFields, { numRuns: 40, seed: 45 })
  .map((fields) => encodeShortCode(3, fields, hmac));

function pairs(): string[] {
  const all = ALPHABET.flatMap((first) => ALPHABET.map((second) => first + second));
  return all.filter((pair) => pair.charAt(0) !== pair.charAt(1));
}

function swapped(code: string, at: number): string {
  return code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2);
}

describe("a short code", () => {
  test("brings back its fields and its MAC", () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const code = encodeShortCode(3, fields, hmac);
        const mac = shortCodeMac(3, fields, hmac);
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
        expect(parseShortCode(code)).toEqual({ kind: "parsed", fields, mac });
      }),
    );
  });

  test("has another MAC for every other event, sale, day and ordinal near it", () => {
    const base = { saleNumber: 2, day: 1, ordinal: 48_213 };
    const macs = [
      shortCodeMac(3, base, hmac),
      shortCodeMac(4, base, hmac),
      shortCodeMac(3, { ...base, saleNumber: 1 }, hmac),
      shortCodeMac(3, { ...base, day: 2 }, hmac),
      shortCodeMac(3, { ...base, ordinal: 48_214 }, hmac),
      shortCodeMac(3, base, testKeyRing().versions.get(1)?.hmac ?? hmac),
    ];
    expect(new Set(macs).size).toBe(macs.length);
  });

  test("betrays every single wrong character", () => {
    const missed: string[] = [];
    for (const code of someCodes) {
      for (let at = 0; at < code.length; at += 1) {
        for (const wrong of ALPHABET) {
          const typed = code.slice(0, at) + wrong + code.slice(at + 1);
          if (typed !== code && parseShortCode(typed).kind !== "bad-check") missed.push(typed);
        }
      }
    }
    expect(missed).toEqual([]);
  });

  test("betrays every swap of two neighbours, for every pair of characters at every place", () => {
    const [anyCode = ""] = someCodes;
    const missed: string[] = [];
    for (let at = 0; at < 11; at += 1) {
      for (const pair of pairs()) {
        const code = completed(anyCode.slice(0, at) + pair + anyCode.slice(at + 2), at);
        const typed = swapped(code, at);
        if (parseShortCode(typed).kind !== "bad-check") missed.push(typed);
      }
    }
    expect(missed).toEqual([]);
  });

  test("is read however a person types it", () => {
    const code = encodeShortCode(3, { saleNumber: 1, day: 1, ordinal: 1 }, hmac);
    expect(code).toStartWith("00001");
    const parsed = parseShortCode(code);
    expect(parsed.kind).toBe("parsed");
    const letters = code.replaceAll("0", "O").replaceAll("1", "l");
    const ways = [
      groupShortCode(code),
      groupShortCode(code).replaceAll("-", " – "),
      letters,
      letters.toLowerCase().replaceAll("l", "i"),
      ` ${code.toLowerCase()}\r\n`,
    ];
    for (const typed of ways) expect(parseShortCode(typed)).toEqual(parsed);
  });

  test("is printed in groups of four", () => {
    expect(groupShortCode("23ZZZER7760J")).toBe("23ZZ-ZER7-760J");
  });

  test("of a million characters is read no further than one can be long", () => {
    expect(parseShortCode("0".repeat(1_000_000)).kind).toBe("malformed");
  });
});

/** The code with the one character that makes it fit: the last, or the first where the last is under test. */
function completed(code: string, at: number): string {
  const isLastTested = at === 10;
  for (const character of ALPHABET) {
    const candidate = isLastTested ? character + code.slice(1) : code.slice(0, -1) + character;
    if (parseShortCode(candidate).kind !== "bad-check") return candidate;
  }
  throw new Error("no character completes the code");
}
