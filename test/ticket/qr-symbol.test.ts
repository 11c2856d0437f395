import { describe, expect, test } from "bun:test";
import bwipjs from "bwip-js/node";
import fc from "fast-check";
import { encodeQR } from "qr";
import { BASE45_ALPHABET } from "../../src/ticket/base45.ts";
import { isDark, qrLines } from "../../src/ticket/qr-symbol.ts";
import { readSymbol } from "./read-barcodes.ts";

/** Texts as long as a ticket code, of any of its characters. */
const anyTicketCode = fc
  .array(fc.constantFrom(...BASE45_ALPHABET.split("")), { minLength: 114, maxLength: 114 })
  .map((characters) => `T1:${characters.join("")}`);

const sides = Array.from({ length: 37 }, (_, index) => index);

function ownModules(ticketCode: string): readonly (readonly boolean[])[] {
  const lines = qrLines(ticketCode);
  return sides.map((y) => sides.map((x) => isDark(lines, x, y)));
}

describe("the QR symbol", () => {
  test("is module by module that of the qr package, its mask included", () => {
    const property = fc.property(anyTicketCode, (ticketCode) => {
      const options = { version: 5, ecc: "medium", encoding: "alphanumeric", border: 1 } as const;
      const bordered = encodeQR(ticketCode, "raw", options).slice(1, -1);
      expect(ownModules(ticketCode)).toEqual(bordered.map((row) => row.slice(1, -1)));
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("says what bwip-js's says, to a decoder that knows neither: version 5, level M, alphanumeric", async () => {
    const property = fc.asyncProperty(anyTicketCode, async (ticketCode) => {
      const [theirs] = bwipjs.raw("qrcode", ticketCode, "version=5 eclevel=M");
      if (theirs === undefined || !("pixs" in theirs)) throw new Error("bwip-js drew no QR");
      const pixels = sides.map((y) => sides.map((x) => theirs.pixs[37 * y + x] === 1));
      const expected = { text: ticketCode, version: "5", level: "M" };
      expect(await readSymbol(pixels)).toEqual(expected);
      expect(await readSymbol(ownModules(ticketCode))).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 25 });
    // Bytes would not fit: what is read back was written as alphanumeric characters.
    expect(() => encodeQR("T1:".padEnd(117, "a"), "raw", { version: 5, ecc: "medium" })).toThrow();
  });

  test("is refused for what is no ticket code", () => {
    expect(() => qrLines("T1:TOO SHORT")).toThrow(RangeError);
    expect(() => qrLines("T1:".padEnd(117, "a"))).toThrow(RangeError);
    expect(() => qrLines("T1:".padEnd(117, "é"))).toThrow(RangeError);
  });
});
