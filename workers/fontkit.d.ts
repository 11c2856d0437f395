/** What the drawing code uses of fontkit 2, which carries no types of its own. */
declare module "fontkit" {
  export interface Glyph {
    readonly id: number;
    /** In units of the font. */
    readonly advanceWidth: number;
  }

  export interface Font {
    readonly postscriptName: string;
    readonly unitsPerEm: number;
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
    getGlyph(glyphId: number): Glyph;
  }

  /** Throws for bytes that are not a font. */
  export function create(bytes: Uint8Array): Font;
}
