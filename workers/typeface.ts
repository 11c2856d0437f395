import { create, type Font } from "fontkit";
import {
  Direction,
  Face,
  Blob as FontBlob,
  Buffer as ShapingBuffer,
  Font as ShapingFont,
  shape,
} from "harfbuzzjs";
import { GlyphFile } from "./glyph-file.ts";

/** A glyph in its place; lengths in thousandths of the font size, the vertical one upwards. */
export interface ShapedGlyph {
  readonly id: number;
  /** Where in the text, in UTF-16 units, begins what this glyph draws; shared by all glyphs of one syllable. */
  readonly cluster: number;
  readonly advance: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export type RunDirection = "ltr" | "rtl";

/** Labels, dates and event texts come back on every ticket: shaping them again costs more than remembering. */
const SHAPED_COUNT_MAX = 2_000;

/**
 * One font file, parsed twice: HarfBuzz chooses and places glyphs, fontkit cuts out the subset that pdfkit
 * embeds. fontkit's own shaper leaves Bengali conjuncts such as those of `স্কুল` unjoined.
 */
export class Typeface {
  readonly name: string;
  /** For pdfkit, which takes a parsed font wherever it takes a font's bytes. */
  readonly font: Font;
  /** Entries of the dictionary that describes the font in a PDF (ISO 32000-2, section 9.8). */
  readonly description: string;
  readonly #glyphs: GlyphFile;
  readonly #shaper: ShapingFont;
  readonly #buffer = new ShapingBuffer();
  readonly #shaped = new Map<string, readonly ShapedGlyph[]>();

  /** Throws for bytes that are not a font. */
  constructor(bytes: Uint8Array) {
    this.font = create(bytes);
    this.name = this.font.postscriptName;
    this.description = describe(this.font);
    this.#glyphs = new GlyphFile(bytes);
    this.#shaper = new ShapingFont(new Face(new FontBlob(bytes)));
  }

  /** Characters without ink, such as joiners, need no glyph. */
  covers(text: string): boolean {
    for (const character of text) {
      const codePoint = character.codePointAt(0) ?? Number.NaN;
      if (!this.font.hasGlyphForCodePoint(codePoint) && !IGNORABLE.test(character)) return false;
    }
    return true;
  }

  /** The glyph that stands for a character by itself. */
  glyphOf(codePoint: number): number {
    return this.font.glyphForCodePoint(codePoint).id;
  }

  /** The width a PDF is told for a glyph, in thousandths of the font size. */
  width(glyphId: number): number {
    return (this.#glyphs.advanceWidth(glyphId) * 1000) / this.font.unitsPerEm;
  }

  /** A font file of these glyphs alone, the first of them glyph 0. */
  cut(glyphIds: readonly number[]): Uint8Array<ArrayBuffer> {
    return this.#glyphs.cut(glyphIds);
  }

  /** The glyphs of a text of one script and one direction, from left to right as they stand on the page. */
  shape(text: string, direction: RunDirection): readonly ShapedGlyph[] {
    const key = `${direction} ${text}`;
    const known = this.#shaped.get(key);
    if (known !== undefined) return known;
    if (this.#shaped.size >= SHAPED_COUNT_MAX) this.#shaped.clear();
    const glyphs = this.#shape(text, direction);
    this.#shaped.set(key, glyphs);
    return glyphs;
  }

  #shape(text: string, direction: RunDirection): readonly ShapedGlyph[] {
    const buffer = this.#buffer;
    buffer.reset();
    buffer.addText(text);
    buffer.guessSegmentProperties();
    buffer.setDirection(direction === "rtl" ? Direction.RTL : Direction.LTR);
    shape(this.#shaper, buffer);
    const places = buffer.getGlyphPositions();
    const perUnit = 1000 / this.font.unitsPerEm;
    return buffer.getGlyphInfos().map(({ codepoint, cluster }, index) => ({
      id: codepoint,
      cluster,
      advance: (places[index]?.xAdvance ?? 0) * perUnit,
      offsetX: (places[index]?.xOffset ?? 0) * perUnit,
      offsetY: (places[index]?.yOffset ?? 0) * perUnit,
    }));
  }
}

/** As pdfkit describes it. The flag 4 says that its characters are told by a table of their own. */
function describe(font: Font): string {
  const scale = 1000 / font.unitsPerEm;
  const { minX, minY, maxX, maxY } = font.bbox;
  const box = [minX, minY, maxX, maxY].map((side) => Math.round(side * scale)).join(" ");
  const length = (name: string, units: number) => `/${name} ${Math.round(units * scale)}`;
  return (
    `/Flags 4/FontBBox[${box}]/ItalicAngle ${font.italicAngle}/StemV 0` +
    length("Ascent", font.ascent) +
    length("Descent", font.descent) +
    length("CapHeight", font.capHeight) +
    length("XHeight", font.xHeight)
  );
}

const IGNORABLE = /^\p{Default_Ignorable_Code_Point}$/u;
