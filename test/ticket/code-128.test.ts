import { describe, expect, test } from "bun:test";
import bwipjs from "bwip-js/node";
import fc from "fast-check";
import { CODE_128_WIDTH_MODULES, code128Bars } from "../../src/ticket/code-128.ts";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const anyShortCode = fc
  .array(fc.constantFrom(...CROCKFORD.split("")), { minLength: 12, maxLength: 12 })
  .map((characters) => characters.join(""));

describe("a Code 128", () => {
  test("has the same width whatever its short code, digits too", () => {
    const property = fc.property(anyShortCode, (shortCode) => {
      const bars = code128Bars(shortCode);
      expect(bars.reduce((sum, width) => sum + width, 0)).toBe(CODE_128_WIDTH_MODULES);
    });
    fc.assert(property, { numRuns: 500, examples: [["012345678901"], ["AAAAAAAAAAAA"]] });
  });

  test("is bar by bar what bwip-js draws in code set B, its check symbol included", () => {
    const property = fc.property(anyShortCode, (shortCode) => {
      const values = Array.from(shortCode, (character) => character.charCodeAt(0) - 0x20);
      const text = [104, ...values].map((value) => `^${String(value).padStart(3, "0")}`).join("");
      const [theirs] = bwipjs.raw("code128", text, "raw");
      if (theirs === undefined || !("sbs" in theirs)) throw new Error("bwip-js drew no bars");
      expect(code128Bars(shortCode)).toEqual(theirs.sbs);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("is refused for characters that code set B does not have", () => {
    expect(() => code128Bars("ABCDEFGHJKMé")).toThrow(RangeError);
    expect(() => code128Bars("ABCDEFGHJKM\n")).toThrow(RangeError);
  });
});
