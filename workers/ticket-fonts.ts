import { readFileSync } from "node:fs";
import { create, type Font } from "fontkit";

/** Parsed once per thread: reading both files anew costs a document about 50 ms, drawing with them about 5. */
export interface TicketFonts {
  readonly regular: Font;
  readonly bold: Font;
}

export function loadTicketFonts(): TicketFonts {
  return {
    regular: loadFont("400Regular/NotoSans_400Regular.ttf"),
    bold: loadFont("700Bold/NotoSans_700Bold.ttf"),
  };
}

/** The text with U+FFFD for every grapheme the font cannot draw whole: never blank, never an error. */
export function drawableText(text: string, font: Font): string {
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text);
  return Array.from(graphemes, ({ segment }) =>
    isDrawable(segment, font) ? segment : REPLACEMENT,
  ).join("");
}

export function isDrawable(text: string, font: Font): boolean {
  return Array.from(text).every((character) =>
    font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0),
  );
}

const REPLACEMENT = "\uFFFD";

function loadFont(file: string): Font {
  const url = new URL(import.meta.resolve(`@expo-google-fonts/noto-sans/${file}`));
  const font = create(readFileSync(url));
  // A glyph remembers the first text it was made for, and a PDF repeats that for copy and paste. Making
  // each for its own code point first keeps a ticket's bytes from depending on the tickets before it.
  for (const codePoint of font.characterSet) font.glyphForCodePoint(codePoint);
  return font;
}
