import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Face, Font, Blob as FontBlob } from "harfbuzzjs";
import { GlyphFile } from "../../workers/glyph-file.ts";

const FONTS: readonly [folder: string, file: string, glyphCount: number][] = [
  ["noto-sans", "NotoSans", 4_503],
  ["noto-sans-bengali", "NotoSansBengali", 729],
  ["noto-sans-arabic", "NotoSansArabic", 1_708],
  ["noto-sans-hebrew", "NotoSansHebrew", 470],
  ["noto-sans-jp", "NotoSansJP", 17_103],
];

function readFont(folder: string, file: string): Uint8Array {
  const path = `@expo-google-fonts/${folder}/700Bold/${file}_700Bold.ttf`;
  return readFileSync(new URL(import.meta.resolve(path)));
}

/** As HarfBuzz reads a font. */
function open(bytes: Uint8Array): Font {
  return new Font(new Face(new FontBlob(bytes)));
}

describe("glyphs cut out of a font", () => {
  test.each(FONTS)("are those of the whole font, for any of %s", (folder, file, glyphCount) => {
    const bytes = readFont(folder, file);
    const whole = open(bytes);
    const glyphs = new GlyphFile(bytes);
    const someIds = fc.uniqueArray(fc.integer({ min: 1, max: glyphCount - 1 }), { maxLength: 80 });
    const property = fc.property(someIds, (ids) => {
      const kept = [0, ...ids];
      const cut = open(glyphs.cut(kept));
      for (const [index, id] of kept.entries()) {
        expect(cut.glyphHAdvance(index)).toBe(whole.glyphHAdvance(id));
        expect(glyphs.advanceWidth(id)).toBe(whole.glyphHAdvance(id));
        expect(cut.glyphToPath(index)).toBe(whole.glyphToPath(id));
      }
    });
    fc.assert(property, { numRuns: 40 });
  });

  test("bring along what they are composed of, once", () => {
    const bytes = readFont("noto-sans", "NotoSans");
    const whole = open(bytes);
    const [plain, accented, twice] = ["E", "Eacute", "Egrave"].map(
      (name) => whole.glyphFromName(name) ?? 0,
    );
    const byteCount = (...ids: (number | undefined)[]) =>
      new GlyphFile(bytes).cut([0, ...ids.map((id) => id ?? 0)]).byteLength;
    const pieces = byteCount(accented) - byteCount();
    expect(pieces).toBeGreaterThan(byteCount(plain) - byteCount());
    expect(byteCount(accented, twice)).toBeLessThan(byteCount() + 2 * pieces);
  });

  test("are refused from what is no TrueType font", () => {
    expect(() => new GlyphFile(new Uint8Array(64))).toThrow("without its table");
  });
});
