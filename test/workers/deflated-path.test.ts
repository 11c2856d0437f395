import { describe, expect, test } from "bun:test";
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { qrRuns } from "../../src/ticket/barcode.ts";
import { BASE45_ALPHABET } from "../../src/ticket/base45.ts";
import { qrLines } from "../../src/ticket/qr-symbol.ts";
import { deflatedPath } from "../../workers/deflated-path.ts";

const anyTicketCode = fc
  .array(fc.constantFrom(...BASE45_ALPHABET.split("")), { minLength: 114, maxLength: 114 })
  .map((characters) => `T1:${characters.join("")}`);

describe("a deflated path", () => {
  test("is inflated by zlib, checksum and all, to a rectangle for each run of dark modules", () => {
    const property = fc.property(anyTicketCode, (ticketCode) => {
      const path = deflatedPath(qrLines(ticketCode));
      const runs = qrRuns(ticketCode).map(({ x, y, width }) => `${x} ${y} ${width} 1 re\n`);
      // The first is said twice.
      expect(inflateSync(Buffer.from(path, "latin1")).toString("latin1")).toBe(
        [runs[0], ...runs].join(""),
      );
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("takes less than 1.5 kB", () => {
    const path = deflatedPath(qrLines("T1:".padEnd(117, "FLOODGATE 0123456789")));
    expect(path.length).toBeLessThan(1_500);
    expect(inflateSync(Buffer.from(path, "latin1")).byteLength).toBeGreaterThan(4_000);
  });
});
