import { hexOf, type PdfWriter, utf16Hex } from "./pdf-writer.ts";
import type { CarriedFont } from "./text-operators.ts";
import type { Typeface } from "./typeface.ts";

/**
 * The glyphs of one ticket's name, as a font of its own in the file. It holds no others, so every name of every
 * script goes the same way, and pays for its own letters alone.
 */
export class NameFont implements CarriedFont {
  readonly id: string;
  readonly subset = { includeGlyph: (glyphId: number) => this.#include(glyphId) };
  readonly widths: number[];
  readonly unicode: number[][] = [[0]];
  readonly #typeface: Typeface;
  /** Glyph 0, which every font has, and then the name's. */
  readonly #glyphIds = [0];
  readonly #indexes = new Map([[0, 0]]);

  constructor(id: string, typeface: Typeface) {
    this.id = id;
    this.#typeface = typeface;
    this.widths = [typeface.width(0)];
  }

  /** Adds the font's objects to a file; the number of the one that a page's resources name. */
  addTo(file: PdfWriter): number {
    const name = `${subsetTag(this.#glyphIds)}+${this.#typeface.name}`;
    const outlines = this.#typeface.cut(this.#glyphIds);
    const outlinesNumber = file.addStream(
      Buffer.from(outlines.buffer, outlines.byteOffset, outlines.length).toString("latin1"),
      `/Length1 ${outlines.length}`,
    );
    const descriptor = file.add(
      `<</Type/FontDescriptor/FontName/${name}${this.#typeface.description}/FontFile2 ${outlinesNumber} 0 R>>`,
    );
    const descendant = file.add(
      `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)` +
        `/Supplement 0>>/FontDescriptor ${descriptor} 0 R/W[0[${this.widths.join(" ")}]]/CIDToGIDMap/Identity>>`,
    );
    const unicode = file.addStream(toUnicode(this.unicode));
    return file.add(
      `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H` +
        `/DescendantFonts[${descendant} 0 R]/ToUnicode ${unicode} 0 R>>`,
    );
  }

  #include(glyphId: number): number {
    let index = this.#indexes.get(glyphId);
    if (index === undefined) {
      index = this.#glyphIds.push(glyphId) - 1;
      this.#indexes.set(glyphId, index);
    }
    return index;
  }
}

/** Six letters that differ where the glyphs do, for whoever joins many tickets in one file: 32 bits of FNV-1a. */
function subsetTag(glyphIds: readonly number[]): string {
  let hash = 0x811c9dc5;
  for (const glyphId of glyphIds) hash = Math.imul(hash ^ glyphId, 0x01000193) >>> 0;
  let tag = "";
  for (let letter = 0; letter < 6; letter += 1) {
    tag += String.fromCharCode(0x41 + (hash % 26));
    hash = Math.floor(hash / 26);
  }
  return tag;
}

/** The table that tells what the glyphs say (ISO 32000-2, section 9.10.3), at most 256 in a range of it. */
function toUnicode(unicode: readonly (readonly number[])[]): string {
  const ranges: string[] = [];
  for (let start = 0; start < unicode.length; start += 256) {
    const texts = unicode.slice(start, start + 256);
    let told = "";
    for (const codePoints of texts) told += `<${utf16Hex(String.fromCodePoint(...codePoints))}>`;
    ranges.push(`<${hexOf(start)}><${hexOf(start + texts.length - 1)}>[${told}]`);
  }
  return `/CIDInit/ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
/CMapName/Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000><ffff>
endcodespacerange
${ranges.length} beginbfrange
${ranges.join("\n")}
endbfrange
endcmap
CMapName currentdict/CMap defineresource pop
end
end`;
}
