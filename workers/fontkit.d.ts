/** What the drawing code uses of fontkit 2, which carries no types of its own. */
declare module "fontkit" {
  export interface Glyph {
    readonly id: number;
  }

  export interface Font {
    /** Every code point the font maps to a glyph. */
    readonly characterSet: readonly number[];
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
  }

  /** Throws for bytes that are not a font. */
  export function create(bytes: Uint8Array): Font;
}
