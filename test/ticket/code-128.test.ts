import { expect, test } from "bun:test";
import fc from "fast-check";
import { CODE_128_WIDTH_MODULES, code128Bars } from "../../src/ticket/code-128.ts";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const anyShortCode = fc
  .array(fc.constantFrom(...CROCKFORD.split("")), { minLength: 12, maxLength: 12 })
  .map((characters) => characters.join(""));

test("a Code 128 has the same width whatever its short code, digits too", () => {
  const property = fc.property(anyShortCode, (shortCode) => {
    const bars = code128Bars(shortCode);
    expect(bars.reduce((sum, width) => sum + width, 0)).toBe(CODE_128_WIDTH_MODULES);
  });
  fc.assert(property, { numRuns: 500, examples: [["012345678901"], ["AAAAAAAAAAAA"]] });
});
