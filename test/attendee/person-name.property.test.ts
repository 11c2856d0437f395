import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parsePersonName } from "../../src/attendee/person-name.ts";
import { anyText } from "../ticket/any-text.ts";

const GRAPHEMES_MAX = 80;
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Letters, marks and joiners of many scripts, and what must not get into a name. */
const PIECES = [
  ..."Ana Zoë é e\u0301 রহিম উদ্দিন محمد דנה 山田 नी 👩‍👩‍👧 🇧🇩 O’Neil - . ' ~ : / // :// http".split(
    " ",
  ),
  ..." §  §\t§\u00a0§\u3000§\u200d§\u200c§\u200b§\ufeff".split("§"),
  "\u0301".repeat(9),
  ..."\0§\r\n§\u0085§\u2028§\u202e§\u2066§\u061c§\ud800§\udfff§\ue000".split("§"),
  ..."\u{e0041}§\u{10ffff}§\uff1a/\uff0f§；§ﷺ§Å§豈".split("§"),
  "a".repeat(79),
];
const nearlyName = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 24 })
  .map((pieces) => pieces.join(""));

describe("a name", () => {
  test("from any text is refused, or one that can be printed, sent and stored", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nearlyName, fc.string({ unit: "grapheme" })), (typed) => {
        const name = parsePersonName(typed);
        if (name === null) return;
        const count = [...segmenter.segment(name)].length;
        expect(count).toBeGreaterThan(0);
        expect(count).toBeLessThanOrEqual(GRAPHEMES_MAX);
        expect(name.isWellFormed()).toBe(true);
        expect(name).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]|:\/\//u);
        expect(name).not.toMatch(/^\s|\s$| {2}|(?! )\p{Zs}/u);
        expect(Buffer.from(name, "utf8").toString("utf8")).toBe(name);
        expect(name.normalize("NFC")).toBe(name);
      }),
      { numRuns: 8_000 },
    );
  });

  test("that was taken is taken again as it is", () => {
    fc.assert(
      fc.property(fc.oneof(nearlyName, fc.string({ unit: "grapheme" })), (typed) => {
        const name = parsePersonName(typed);
        if (name !== null) expect(parsePersonName(name)).toBe(name);
      }),
      { numRuns: 4_000 },
    );
  });

  test("of up to 80 letters is taken, and one more is one too many", () => {
    const letter = fc.constantFrom("a", "é", "e\u0301", "ক", "কি", "م", "山", "👩‍👩‍👧a", "𝒜");
    fc.assert(
      fc.property(fc.array(letter, { minLength: 1, maxLength: GRAPHEMES_MAX + 20 }), (letters) => {
        const typed = letters.join("");
        const isShort = [...segmenter.segment(typed)].length <= GRAPHEMES_MAX;
        expect(parsePersonName(typed) !== null).toBe(isShort);
      }),
      { numRuns: 1_000 },
    );
  });
});
