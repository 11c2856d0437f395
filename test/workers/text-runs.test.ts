import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import bidiFactory from "bidi-js";
import fc from "fast-check";
import { create } from "fontkit";
import { Direction, Face, Font, Blob as FontBlob, Buffer as Shaping, shape } from "harfbuzzjs";
import { itemise, shapeLine } from "../../workers/text-runs.ts";
import { TicketFonts } from "../../workers/ticket-fonts.ts";
import { anyText } from "../ticket/any-text.ts";
import { MANY_HANDS } from "./many-hands.ts";

const fonts = new TicketFonts();

function runsOf(text: string) {
  const itemised = itemise(text, fonts, "bold");
  return shapeLine(itemised, 0, itemised.text.length);
}

/** Names of one script whole: conjuncts, reph, vowel signs that move, joined letters, points, stacked marks. */
const ONE_SCRIPT: readonly [
  folder: string,
  file: string,
  direction: "ltr" | "rtl",
  name: string,
][] = [
  ["noto-sans", "NotoSans", "ltr", "Zoë Łukasiewicz-Ñandú"],
  ["noto-sans", "NotoSans", "ltr", "Nguyễn Thị Ánh"],
  ["noto-sans", "NotoSans", "ltr", "क्षत्रिय श्रीमती कृष्णा वर्मा"],
  ["noto-sans-bengali", "NotoSansBengali", "ltr", "রহিমা খাতুন"],
  ["noto-sans-bengali", "NotoSansBengali", "ltr", "কৃষ্ণেন্দু লক্ষ্মী চক্রবর্তী"],
  ["noto-sans-bengali", "NotoSansBengali", "ltr", "স্কুল আন্দ্রে র‍্যাব কৌশিক"],
  ["noto-sans-arabic", "NotoSansArabic", "rtl", "مُحَمَّد عبد الله الأحمد"],
  ["noto-sans-hebrew", "NotoSansHebrew", "rtl", "יִצְחָק בֶּן־אַבְרָהָם"],
  ["noto-sans-jp", "NotoSansJP", "ltr", "王小明"],
];

describe("a name of one script", () => {
  test.each(ONE_SCRIPT)("in %s (%s, %s) has the glyphs and places of HarfBuzz: %s", (...row) => {
    const [folder, file, direction, name] = row;
    const path = import.meta.resolve(`@expo-google-fonts/${folder}/700Bold/${file}_700Bold.ttf`);
    const font = new Font(new Face(new FontBlob(readFileSync(new URL(path)))));
    const buffer = new Shaping();
    buffer.addText(name);
    buffer.guessSegmentProperties();
    buffer.setDirection(direction === "rtl" ? Direction.RTL : Direction.LTR);
    shape(font, buffer);
    const places = buffer.getGlyphPositions();
    const expected = buffer.getGlyphInfos().map(({ codepoint }, index) => {
      const { xAdvance = 0, xOffset = 0, yOffset = 0 } = places[index] ?? {};
      return [codepoint, xAdvance, xOffset, yOffset];
    });
    const glyphs = runsOf(name).flatMap((run) => run.glyphs);
    expect(glyphs.map((one) => [one.id, one.advance, one.offsetX, one.offsetY])).toEqual(expected);
    expect(expected.every(([id]) => id !== 0)).toBe(true);
  });

  test("is shaped alike by a second shaper, where that one is known to be right", () => {
    const bengali = import.meta.resolve(
      "@expo-google-fonts/noto-sans-bengali/700Bold/NotoSansBengali_700Bold.ttf",
    );
    const second = create(readFileSync(new URL(bengali))) as unknown as {
      layout(text: string): { readonly glyphs: readonly { readonly id: number }[] };
    };
    for (const name of ["রহিমা খাতুন", "মোহাম্মদ ইকবাল চৌধুরী", "শ্রাবন্তী চক্রবর্তী"]) {
      const ids = runsOf(name).flatMap((run) => run.glyphs.map((glyph) => glyph.id));
      expect(ids).toEqual(second.layout(name).glyphs.map((glyph) => glyph.id));
    }
  });
});

describe("a name of several scripts", () => {
  test("stands in the order its readers expect", () => {
    const order = (text: string) =>
      runsOf(text)
        .map((run) => run.text.trim())
        .filter(Boolean);
    expect(order("אברהם Isaac 7 לוי")).toEqual(["לוי", "Isaac 7", "אברהם"]);
    expect(order("Ann محمد 12 Lee")).toEqual(["Ann", "12", "محمد", "Lee"]);
    expect(order("Ann রহিমা Lee")).toEqual(["Ann", "রহিমা", "Lee"]);
  });

  test("has the levels of the bidirectional algorithm, for any text", () => {
    const bidi = bidiFactory();
    const latinToArabic = fc.string({ unit: "binary", maxLength: 60 });
    const property = fc.property(fc.oneof(anyText, latinToArabic), (text) => {
      const itemised = itemise(text, fonts, "bold");
      const { levels } = bidi.getEmbeddingLevels(itemised.text);
      const found = itemised.items.flatMap(({ start, end, level }) =>
        Array<number>(end - start).fill(level),
      );
      expect(found).toEqual([...levels]);
    });
    fc.assert(property, { numRuns: 200 });
  });

  test("mirrors its brackets where it runs from right to left", () => {
    const [leftmost] = runsOf("(לוי)");
    // It closes the name: the second bracket, which an eye on this page sees as an opening one.
    expect(leftmost?.glyphs[0]?.cluster).toBe(3);
    expect(leftmost?.glyphs[0]?.id).toBe(leftmost?.typeface.glyphOf(0x28) ?? -1);
  });

  test("keeps every character, and shows U+FFFD for a grapheme that no font has", () => {
    const shown = (text: string) => itemise(text, fonts, "bold").text;
    expect(shown("👩‍👩‍👧‍👦 Ann")).toBe("\uFFFD Ann");
    expect(shown("ሰላም")).toBe("\uFFFD\uFFFD\uFFFD");
    for (const name of MANY_HANDS.slice(0, -2)) {
      if (!name.includes("👩")) expect(shown(name)).toBe(name);
    }
    fc.assert(
      fc.property(anyText, (text) => {
        const itemised = itemise(text, fonts, "bold");
        const drawn = shapeLine(itemised, 0, itemised.text.length).map((run) => run.text);
        const units = (line: string) => line.split("").toSorted();
        expect(units(drawn.join(""))).toEqual(units(itemised.text));
      }),
      { numRuns: 100 },
    );
  });
});
