import { describe, expect, test } from "bun:test";
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { qrRuns } from "../../src/ticket/barcode.ts";
import { ticketCodes } from "../../src/ticket/ticket-codes.ts";
import { deflatedPath } from "../../workers/deflated-path.ts";
import { makeTicketSheet, testKeyRing } from "../ticket/make-ticket-sheet.ts";

const coordinate = fc.integer({ min: 0, max: 99 });
const runs = fc.array(fc.record({ x: coordinate, y: coordinate, width: coordinate }), {
  maxLength: 700,
});
const ascii = fc
  .array(fc.integer({ min: 0x0a, max: 0x7e }), { maxLength: 1_500 })
  .map((codes) => String.fromCharCode(...codes));

describe("a deflated path", () => {
  test("is inflated by zlib, checksum and all, to the rectangles between their texts", () => {
    const property = fc.property(ascii, runs, ascii, (before, rectangles, after) => {
      const path = rectangles.map(({ x, y, width }) => `${x} ${y} ${width} 1 re\n`).join("");
      const inflated = inflateSync(deflatedPath(before, rectangles, after)).toString("latin1");
      expect(inflated).toBe(`${before}${path}${after}`);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("of a QR takes less than 1.5 kB", () => {
    const [codes] = ticketCodes(makeTicketSheet(), testKeyRing());
    const path = deflatedPath("", qrRuns(codes?.ticketCode ?? ""), "");
    expect(path.byteLength).toBeLessThan(1_500);
    expect(inflateSync(path).byteLength).toBeGreaterThan(4_000);
  });

  test("has no place for what is no module of a symbol", () => {
    for (const out of [{ x: 100 }, { y: 100 }, { width: 100 }, { x: -1 }, { y: 0.5 }]) {
      const run = { x: 1, y: 1, width: 1, ...out };
      expect(() => deflatedPath("", [run], "")).toThrow(RangeError);
    }
  });
});
