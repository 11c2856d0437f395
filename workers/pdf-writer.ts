/** The beginning that many files share: a header and objects, with room in their numbers for each file's own. */
export interface SharedBeginning {
  readonly bytes: Uint8Array;
  /** The rows of the cross-reference table, from object 0; empty for the objects of each file's own. */
  readonly rows: readonly string[];
}

/**
 * Writes a PDF that begins with what others share: no object of it is made, deflated or even looked at again.
 * Texts are Latin-1, a character for each byte; what is binary comes as such a text too, so that all of a file's own is
 * one. Structure as in ISO 32000-2, section 7.5.
 */
export class PdfWriter {
  readonly #beginning: Uint8Array;
  readonly #rows: string[];
  /** All that follows the beginning. */
  #text = "";

  constructor(beginning: SharedBeginning) {
    this.#beginning = beginning.bytes;
    this.#rows = [...beginning.rows];
  }

  /** The number that the next object added without one gets. */
  get nextNumber(): number {
    return this.#rows.length;
  }

  add(body: string, number: number = this.nextNumber): number {
    this.#rows[number] = tableRow(this.#byteCount);
    this.#text += `${number} 0 obj\n${body}\nendobj\n`;
    return number;
  }

  /** Deflates what is long. `entries` of its dictionary besides length and filter. */
  addStream(content: string, entries: string = "", number: number = this.nextNumber): number {
    return content.length < DEFLATE_BYTES_MIN
      ? this.add(streamObject(content, entries), number)
      : this.addDeflated(deflate(content), entries, number);
  }

  /** `content` is deflated already. */
  addDeflated(content: string, entries: string = "", number: number = this.nextNumber): number {
    return this.add(streamObject(content, `${entries}/Filter/FlateDecode`), number);
  }

  /** The whole file. `entries` of its trailer besides the size. */
  finish(entries: string): Uint8Array<ArrayBuffer> {
    const count = this.#rows.length;
    const table = this.#byteCount;
    this.#text += `xref\n0 ${count}\n${this.#rows.join("")}`;
    this.#text += `trailer\n<</Size ${count}${entries}>>\nstartxref\n${table}\n%%EOF\n`;
    const file = Buffer.allocUnsafeSlow(this.#byteCount);
    file.set(this.#beginning);
    file.write(this.#text, this.#beginning.length, "latin1");
    return file;
  }

  get #byteCount(): number {
    return this.#beginning.length + this.#text.length;
  }
}

function streamObject(content: string, entries: string): string {
  return `<<${entries}/Length ${content.length}>>\nstream\n${content}\nendstream`;
}

/** The font of a Latin name is smaller, and would shrink by a few hundred bytes in 20 µs. */
const DEFLATE_BYTES_MIN = 2_560;

/** By libdeflate, in a third of zlib's time; it leaves the wrapper (RFC 1950) to its caller. */
function deflate(content: string): string {
  const bytes = Buffer.from(content, "latin1");
  const deflated = Bun.deflateSync(bytes, { library: "libdeflate", level: 1 });
  const wrapped = Buffer.alloc(deflated.length + 6);
  wrapped.set([0x78, 0x01]);
  wrapped.set(deflated, 2);
  wrapped.writeUInt32BE(Bun.hash.adler32(bytes), deflated.length + 2);
  return wrapped.toString("latin1");
}

/** The row of an object in use that begins at this byte of the file: twenty bytes. */
export function tableRow(offset: number): string {
  return `${String(offset).padStart(10, "0")} 00000 n \n`;
}

/** The row of object 0. */
export const FREE_ROW = "0000000000 65535 f \n";

/** As UTF-16 where it is not ASCII alone (ISO 32000-2, section 7.9.2.2). */
export function textString(text: string): string {
  // oxlint-disable-next-line no-control-regex -- ASCII is what the encoding asks about
  return /^[\x00-\x7f]*$/.test(text)
    ? `(${text.replace(/[\\()\r\n]/g, escaped)})`
    : `<${BYTE_ORDER_MARK}${utf16Hex(text)}>`;
}

/** Tells UTF-16 from other encodings, where a text may be in several. */
export const BYTE_ORDER_MARK = "feff";

export function utf16Hex(text: string): string {
  let hex = "";
  for (let index = 0; index < text.length; index += 1) hex += hexOf(text.charCodeAt(index));
  return hex;
}

/** Four digits of a number of 16 bits. */
export function hexOf(unit: number): string {
  return `${HEX[unit >>> 8]}${HEX[unit & 0xff]}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function escaped(character: string): string {
  return character === "\r" ? "\\r" : character === "\n" ? "\\n" : `\\${character}`;
}
