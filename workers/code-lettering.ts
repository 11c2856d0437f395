import { hexOf } from "./pdf-writer.ts";
import { decimal, type LineStart } from "./text-operators.ts";
import type { TextPen } from "./text-pen.ts";
import type { TicketFonts } from "./ticket-fonts.ts";

/** The characters of short codes and ticket numbers. */
const CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ-";

/**
 * Sets codes and numbers with glyphs that the template's font has for all of them. They are read letter by letter,
 * so each keeps its own width beside any other, and nothing has to be shaped.
 */
export class CodeLettering {
  readonly #fontId: string;
  readonly #hexes = new Map<string, string>();
  /** In thousandths of the font size. */
  readonly #widths = new Map<string, number>();

  constructor(pen: TextPen, fonts: TicketFonts) {
    const typeface = fonts.find(CHARACTERS, "bold");
    if (typeface === null) throw new Error("no typeface has the characters of codes");
    const font = pen.carry(typeface);
    this.#fontId = font.id;
    for (const character of CHARACTERS) {
      const codePoint = character.charCodeAt(0);
      const glyphId = typeface.glyphOf(codePoint);
      const index = font.subset.includeGlyph(glyphId);
      const width = (font.widths[index] ??= typeface.width(glyphId));
      font.unicode[index] ??= [codePoint];
      this.#hexes.set(character, hexOf(index));
      this.#widths.set(character, width);
    }
  }

  /** Of a line, in thousandths of the font size. */
  width(text: string): number {
    let width = 0;
    for (const character of text) width += this.#widths.get(character) ?? 0;
    return width;
  }

  operators(text: string, { x, y, size }: LineStart): string {
    let hex = "";
    for (const character of text) hex += this.#hexes.get(character) ?? "";
    return `BT /${this.#fontId} ${size} Tf 1 0 0 -1 ${decimal(x)} ${decimal(y)} Tm <${hex}> Tj ET`;
  }
}
