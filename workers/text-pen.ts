import { type CarriedFont, type LineStart, lineOperators } from "./text-operators.ts";
import type { TextRun } from "./text-runs.ts";
import type { Typeface } from "./typeface.ts";

/** What this file uses of pdfkit's fonts, of which its types tell nothing. */
interface EmbeddedFont extends CarriedFont {
  ref(): unknown;
}

interface DocumentFonts {
  readonly _font: EmbeddedFont;
  readonly page: { readonly fonts: Record<string, unknown> };
}

/**
 * Writes shaped runs into a pdfkit document, whose own text calls shape by fontkit and know no right-to-left.
 */
export class TextPen {
  readonly #doc: PDFKit.PDFDocument;
  readonly #registered = new Set<Typeface>();

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc;
  }

  draw(runs: readonly TextRun[], start: LineStart, colour: string): void {
    this.#doc.fillColor(colour);
    this.#doc.addContent(lineOperators(runs, start, (typeface) => this.carry(typeface)));
  }

  /** The typeface as the document's pages know it. */
  carry(typeface: Typeface): CarriedFont {
    if (!this.#registered.has(typeface)) {
      this.#doc.registerFont(typeface.name, typeface.font as unknown as Uint8Array);
      this.#registered.add(typeface);
    }
    this.#doc.font(typeface.name);
    const { _font: font, page } = this.#doc as unknown as DocumentFonts;
    page.fonts[font.id] ??= font.ref();
    return font;
  }
}
