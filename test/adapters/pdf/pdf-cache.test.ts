import { describe, expect, test } from "bun:test";
import { PdfCache } from "../../../src/adapters/pdf/pdf-cache.ts";

describe("the PDF cache", () => {
  test("lets go of what was unused for longest once its bytes are over the bound (invariant 8)", () => {
    const cache = new PdfCache(3 * 102);
    const pdfs = new Map(["a", "b", "c", "d"].map((key) => [key, new Uint8Array(100)]));
    for (const key of ["a", "b", "c"]) cache.set(key, pdfs.get(key) ?? new Uint8Array());
    expect(cache.get("a")).toBe(pdfs.get("a") ?? null);
    cache.set("d", pdfs.get("d") ?? new Uint8Array());
    expect(cache.get("b")).toBeNull();
    for (const key of ["a", "c", "d"]) expect(cache.get(key)).toBe(pdfs.get(key) ?? null);
    expect(cache.byteCount).toBe(3 * 102);
  });

  test("counts a key that is set again once", () => {
    const cache = new PdfCache(1_000);
    cache.set("a", new Uint8Array(100));
    cache.set("a", new Uint8Array(200));
    expect(cache.byteCount).toBe(202);
  });

  test("holds nothing larger than itself", () => {
    const cache = new PdfCache(100);
    cache.set("a", new Uint8Array(101));
    expect(cache.get("a")).toBeNull();
    expect(cache.byteCount).toBe(0);
  });
});
