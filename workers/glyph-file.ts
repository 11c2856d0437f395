/**
 * Cuts glyphs out of a TrueType file: a font of twenty letters for a name, in microseconds. It copies outlines as
 * they are, so a glyph looks as it does in the whole font. Tables as the OpenType specification 1.9 has them.
 */
export class GlyphFile {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #tables: ReadonlyMap<string, Table>;
  /** Where the outlines lie, and where it is told where each begins. */
  readonly #glyf: number;
  readonly #loca: number;
  readonly #hasLongOffsets: boolean;
  readonly #hmtx: number;
  readonly #metricCount: number;

  /** Throws for what is not a font with TrueType outlines. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#tables = readTables(this.#view);
    this.#glyf = this.#table("glyf").offset;
    this.#loca = this.#table("loca").offset;
    this.#hasLongOffsets = this.#view.getInt16(this.#table("head").offset + 50) === 1;
    this.#hmtx = this.#table("hmtx").offset;
    this.#metricCount = this.#view.getUint16(this.#table("hhea").offset + 34);
  }

  /** In units of the font. */
  advanceWidth(glyphId: number): number {
    const index = Math.min(glyphId, this.#metricCount - 1);
    return this.#view.getUint16(this.#hmtx + 4 * index);
  }

  /**
   * A font file of these glyphs, numbered in this order, and after them the glyphs that some of them are made of.
   * The first must be glyph 0, which every font has.
   */
  cut(glyphIds: readonly number[]): Uint8Array<ArrayBuffer> {
    const kept = [...glyphIds];
    const outlines: Uint8Array[] = [];
    // Grows while it is walked: the pieces of a composed glyph may be composed themselves.
    for (const glyphId of kept) outlines.push(this.#outline(glyphId, kept));
    const tables = [
      ...this.#copied(["cvt ", "fpgm"]),
      { tag: "glyf", bytes: concat(outlines) },
      { tag: "head", bytes: this.#head() },
      { tag: "hhea", bytes: this.#withCount("hhea", 34, kept.length) },
      { tag: "hmtx", bytes: this.#metrics(kept) },
      { tag: "loca", bytes: offsetsOf(outlines) },
      { tag: "maxp", bytes: this.#withCount("maxp", 4, kept.length) },
      ...this.#copied(["prep"]),
    ];
    return assemble(tables);
  }

  /** The outline, padded to whole words; its pieces are added to `kept` and named by their new numbers. */
  #outline(glyphId: number, kept: number[]): Uint8Array {
    const start = this.#outlineStart(glyphId);
    const end = this.#outlineStart(glyphId + 1);
    const outline = new Uint8Array((end - start + 3) & ~3);
    outline.set(this.#bytes.subarray(start, end));
    const isComposed = outline.length > 0 && ((outline[0] ?? 0) & 0x80) !== 0;
    if (!isComposed) return outline;
    const view = viewOf(outline);
    for (let offset = 10; ; ) {
      const flags = view.getUint16(offset);
      view.setUint16(offset + 2, keep(kept, view.getUint16(offset + 2)));
      if ((flags & MORE_COMPONENTS) === 0) return outline;
      offset += componentBytes(flags);
    }
  }

  #outlineStart(glyphId: number): number {
    return this.#hasLongOffsets
      ? this.#glyf + this.#view.getUint32(this.#loca + 4 * glyphId)
      : this.#glyf + 2 * this.#view.getUint16(this.#loca + 2 * glyphId);
  }

  #metrics(kept: readonly number[]): Uint8Array {
    const bytes = new Uint8Array(4 * kept.length);
    const view = viewOf(bytes);
    for (const [index, glyphId] of kept.entries()) {
      const isShort = glyphId >= this.#metricCount;
      const bearing = isShort
        ? this.#hmtx + 4 * this.#metricCount + 2 * (glyphId - this.#metricCount)
        : this.#hmtx + 4 * glyphId + 2;
      view.setUint16(4 * index, this.advanceWidth(glyphId));
      view.setInt16(4 * index + 2, this.#view.getInt16(bearing));
    }
    return bytes;
  }

  #head(): Uint8Array {
    const head = this.#withCount("head", 50, 1);
    // The sum over the whole file; PDF readers do not look at it.
    viewOf(head).setUint32(8, 0);
    return head;
  }

  #withCount(tag: string, offset: number, count: number): Uint8Array {
    const bytes = this.#copy(this.#table(tag));
    viewOf(bytes).setUint16(offset, count);
    return bytes;
  }

  #copied(tags: readonly string[]): readonly TaggedTable[] {
    return tags.flatMap((tag) => {
      const table = this.#tables.get(tag);
      return table === undefined ? [] : [{ tag, bytes: this.#copy(table) }];
    });
  }

  #copy({ offset, byteCount }: Table): Uint8Array {
    return this.#bytes.slice(offset, offset + byteCount);
  }

  #table(tag: string): Table {
    const table = this.#tables.get(tag);
    if (table === undefined) throw new Error(`a font without its table ${tag}`);
    return table;
  }
}

interface Table {
  readonly offset: number;
  readonly byteCount: number;
}

interface TaggedTable {
  readonly tag: string;
  readonly bytes: Uint8Array;
}

/** Flags of a piece of a composed glyph, which say how long its record is. */
const ARGUMENTS_ARE_WORDS = 0x0001;
const HAS_SCALE = 0x0008;
const MORE_COMPONENTS = 0x0020;
const HAS_TWO_SCALES = 0x0040;
const HAS_MATRIX = 0x0080;

function componentBytes(flags: number): number {
  const scale = flags & HAS_SCALE ? 2 : flags & HAS_TWO_SCALES ? 4 : flags & HAS_MATRIX ? 8 : 0;
  return 4 + (flags & ARGUMENTS_ARE_WORDS ? 4 : 2) + scale;
}

/** The number of a glyph among those kept, at the end if it is new. */
function keep(kept: number[], glyphId: number): number {
  const index = kept.indexOf(glyphId);
  return index === -1 ? kept.push(glyphId) - 1 : index;
}

function readTables(view: DataView): ReadonlyMap<string, Table> {
  const tables = new Map<string, Table>();
  for (let index = 0; index < view.getUint16(4); index += 1) {
    const record = 12 + 16 * index;
    const letters = [0, 1, 2, 3].map((letter) => view.getUint8(record + letter));
    tables.set(String.fromCharCode(...letters), {
      offset: view.getUint32(record + 8),
      byteCount: view.getUint32(record + 12),
    });
  }
  return tables;
}

/** Where each outline begins, and where the last one ends, in the long format. */
function offsetsOf(outlines: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(4 * outlines.length + 4);
  const view = viewOf(bytes);
  let offset = 0;
  for (const [index, outline] of outlines.entries()) {
    offset += outline.length;
    view.setUint32(4 * index + 4, offset);
  }
  return bytes;
}

/** The tables in the order given, which must be that of their tags, each padded to whole words. */
function assemble(tables: readonly TaggedTable[]): Uint8Array<ArrayBuffer> {
  const directoryBytes = 12 + 16 * tables.length;
  const padded = tables.map(({ bytes }) => (bytes.length + 3) & ~3);
  const file = new Uint8Array(padded.reduce((sum, count) => sum + count, directoryBytes));
  const view = viewOf(file);
  const power = 31 - Math.clz32(tables.length);
  view.setUint32(0, 0x00010000);
  view.setUint16(4, tables.length);
  view.setUint16(6, 16 << power);
  view.setUint16(8, power);
  view.setUint16(10, 16 * tables.length - (16 << power));
  let offset = directoryBytes;
  for (const [index, { tag, bytes }] of tables.entries()) {
    const record = 12 + 16 * index;
    const wordCount = (padded[index] ?? 0) / 4;
    file.set(bytes, offset);
    for (let letter = 0; letter < 4; letter += 1) file[record + letter] = tag.charCodeAt(letter);
    view.setUint32(record + 4, sumOfWords(view, offset, wordCount));
    view.setUint32(record + 8, offset);
    view.setUint32(record + 12, bytes.length);
    offset += 4 * wordCount;
  }
  return file;
}

function sumOfWords(view: DataView, offset: number, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    sum = (sum + view.getUint32(offset + 4 * index)) >>> 0;
  }
  return sum;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
