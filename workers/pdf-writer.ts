/** The beginning that many files share: a header and objects, with room in their numbers for each file's own. */
export interface SharedBeginning {
  readonly bytes: Uint8Array;
  /** The rows of the cross-reference table, from object 0; empty for the objects of each file's own. */
  readonly rows: readonly string[];
}

/**
 * Writes a PDF that begins with what others share: no object of it is made, deflated or even looked at again.
 * Texts are ASCII. Structure as in ISO 32000-2, section 7.5.
 */
export class PdfWriter {
  readonly #parts: (string | Uint8Array)[];
  readonly #rows: string[];
  #byteCount: number;

  constructor(beginning: SharedBeginning) {
    this.#parts = [beginning.bytes];
    this.#byteCount = beginning.bytes.length;
    this.#rows = [...beginning.rows];
  }

  /** The number that the next object added without one gets. */
  get nextNumber(): number {
    return this.#rows.length;
  }

  add(body: string, number: number = this.nextNumber): number {
    this.#open(number, `${body}\nendobj\n`);
    return number;
  }

  /** `entries` of its dictionary besides the length. */
  addStream(
    content: string | Uint8Array,
    entries: string = "",
    number: number = this.nextNumber,
  ): number {
    this.#open(number, `<<${entries}/Length ${content.length}>>\nstream\n`);
    this.#push(content);
    this.#push("\nendstream\nendobj\n");
    return number;
  }

  /** The whole file. `entries` of its trailer besides the size. */
  finish(entries: string): Uint8Array {
    const count = this.#rows.length;
    const table = this.#byteCount;
    this.#push(`xref\n0 ${count}\n${this.#rows.join("")}`);
    this.#push(`trailer\n<</Size ${count}${entries}>>\nstartxref\n${table}\n%%EOF\n`);
    const file = Buffer.from(new ArrayBuffer(this.#byteCount));
    let end = 0;
    for (const part of this.#parts) {
      if (typeof part === "string") file.write(part, end, "latin1");
      else file.set(part, end);
      end += part.length;
    }
    return file;
  }

  #open(number: number, body: string): void {
    this.#rows[number] = tableRow(this.#byteCount);
    this.#push(`${number} 0 obj\n${body}`);
  }

  #push(part: string | Uint8Array): void {
    this.#parts.push(part);
    this.#byteCount += part.length;
  }
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
