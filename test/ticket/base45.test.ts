import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeBase45, encodeBase45 } from "../../src/ticket/base45.ts";

/** RFC 9285, sections 4.3 and 4.4. */
const RFC_VECTORS = [
  ["AB", "BB8"],
  ["Hello!!", "%69 VD92EX0"],
  ["base-45", "UJCLQE7W581"],
  ["ietf!", "QED8WEX0"],
] as const;

describe("base45", () => {
  test.each(RFC_VECTORS)("the RFC's %p is %p", (plain, encoded) => {
    expect(encodeBase45(Buffer.from(plain))).toBe(encoded);
    expect(Buffer.from(decodeBase45(encoded) ?? []).toString()).toBe(plain);
  });

  test("nothing encodes to nothing", () => {
    expect(encodeBase45(new Uint8Array())).toBe("");
    expect(decodeBase45("")).toEqual(new Uint8Array());
  });

  test.each([
    ["a length of one more than a multiple of three", "BB8A"],
    ["a group above 65535, the RFC's own example", "GGW"],
    ["a last pair above 255", "::"],
    ["a lower-case letter", "bb8"],
    ["a character that QR's alphanumeric mode lacks", "BB_"],
    ["half of a character outside the first plane", "BB\uD83D"],
  ])("refuses %s", (_, text) => {
    expect(decodeBase45(text)).toBeNull();
  });

  test("every byte string comes back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBase45(encodeBase45(bytes))).toEqual(bytes);
      }),
    );
  });

  test("whatever decodes is the one spelling of its bytes", () => {
    const character = fc.constantFrom(
      ...Array.from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"),
    );
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 30 }), (text) => {
        const bytes = decodeBase45(text);
        if (bytes !== null) expect(encodeBase45(bytes)).toBe(text);
      }),
    );
  });
});
