import { QR_SIDE_MODULES } from "../src/ticket/barcode.ts";
import { rowChanges } from "../src/ticket/qr-symbol.ts";
import { blockHeader, canonicalCodes, NO_CODE } from "./deflate-codes.ts";

/**
 * The dark modules of a QR symbol as a path for a page, a rectangle for each run of them, deflated as it is written by
 * a code made for it beforehand. Such a path has always the same characters about equally often, and every rectangle
 * ends as the one before: what zlib would find out takes longer to find than the whole path takes to write.
 * (RFC 1950 and 1951.)
 */
export function deflatedPath(lines: Int32Array): string {
  const writer = new PathWriter();
  for (let y = 0; y < QR_SIDE_MODULES; y += 1) {
    // Not `[low, high]`: Bun 1.4.5 takes five times as long for the whole path with it.
    // Nor `qrRuns`, whose object for each run makes it two to three times as long.
    const changes = rowChanges(lines, y);
    let start = -1;
    for (let word = 0; word < changes.length; word += 1) {
      for (let left = changes[word] ?? 0; left !== 0; left &= left - 1) {
        const x = 32 * word + 31 - Math.clz32(left & -left);
        if (start === -1) {
          start = x;
          continue;
        }
        const place = pieceAt(PLACES, QR_SIDE_MODULES * y + start);
        writer.put(place);
        writer.put(pieceAt(WIDTHS_AND_ENDS, QR_SIDE_MODULES * place.byteCount + x - start));
        start = -1;
      }
    }
  }
  return writer.finish();
}

/** A few characters in the code of paths, and what they add to the checksum. */
interface Piece {
  readonly bits: number;
  readonly bitCount: number;
  readonly byteCount: number;
  /** Sum of the bytes, and of each times its distance from the end. */
  readonly sum: number;
  readonly weightedSum: number;
}

/** The header of the code, the checksum, and each rectangle of a symbol of as many as can be to its last bit. */
const PATH_WORDS_MAX = 16 + 2 * QR_SIDE_MODULES * Math.ceil(QR_SIDE_MODULES / 2);
const ADLER_MODULUS = 65_521;

/**
 * Every path is written here first, whole words at a time: in the order of its bits on all processors whose words begin
 * with their lowest byte, as those that Bun runs on do.
 */
const words = new Int32Array(PATH_WORDS_MAX);
const bytes = Buffer.from(words.buffer);

class PathWriter {
  #end = 0;
  #pending = 0;
  #pendingCount = 0;
  /** Adler-32 without its remainders: exact for the few thousand bytes of a path. */
  #sum = 1;
  #sumOfSums = 0;

  constructor() {
    for (const { bits, bitCount } of HEADER) this.#push(bits, bitCount);
    for (const piece of FIRST_RECTANGLE) this.put(piece);
  }

  put({ bits, bitCount, byteCount, sum, weightedSum }: Piece): void {
    this.#push(bits, bitCount);
    this.#sumOfSums += byteCount * this.#sum + weightedSum;
    this.#sum += sum;
  }

  finish(): string {
    this.#push(BLOCK_END_CODE.bits, BLOCK_END_CODE.bitCount);
    this.#push(0, -this.#pendingCount & 7);
    for (const sum of [this.#sumOfSums % ADLER_MODULUS, this.#sum % ADLER_MODULUS]) {
      this.#push((sum >>> 8) | ((sum & 0xff) << 8), 16);
    }
    words[this.#end] = this.#pending;
    return bytes.toString("latin1", 0, 4 * this.#end + this.#pendingCount / 8);
  }

  /** The lowest bit first; at most 25. */
  #push(bits: number, bitCount: number): void {
    const shift = this.#pendingCount;
    this.#pending |= bits << shift;
    this.#pendingCount += bitCount;
    if (this.#pendingCount < 32) return;
    words[this.#end] = this.#pending;
    this.#end += 1;
    this.#pending = bits >>> (32 - shift);
    this.#pendingCount -= 32;
  }
}

/** The symbol that ends a block. */
const BLOCK_END = 256;

/** How every rectangle ends, and the symbol that repeats so many bytes. */
const RUN_END_TEXT = " 1 re\n";
const REPEAT_RUN_END = 260;

/** Bits for each symbol, by how often it comes in a path. */
const CODES = canonicalCodes(
  new Map([
    ...Array.from(" 1234", (character, index) => lengthOf(character, [2, 3, 3, 4, 4][index])),
    ...Array.from("056789", (character) => lengthOf(character, 5)),
    ...Array.from("\nre", (character) => lengthOf(character, 6)),
    [BLOCK_END, 6],
    [REPEAT_RUN_END, 3],
  ]),
);
/** How far back the last rectangle's end is: 9 to 12 bytes, and 13 to 16; the rest of it in two bits. */
const DISTANCE_CODES = canonicalCodes(
  new Map([
    [6, 1],
    [7, 1],
  ]),
);

const BLOCK_END_CODE = CODES.get(BLOCK_END) ?? NO_CODE;
const HEADER = blockHeader(CODES, DISTANCE_CODES);
const RUN_END = pieceOf(RUN_END_TEXT);
/**
 * The upper edge of the finder in the corner, with which every symbol begins. It is said once more before all others,
 * so that each of these has one before it whose end it repeats; filled together, the two paint what one does.
 */
const FIRST_RECTANGLE = [pieceOf("0 0 7"), RUN_END];
const COORDINATES = Array.from({ length: QR_SIDE_MODULES }, (_, value) => value);
const NUMBERS = COORDINATES.map((value) => pieceOf(`${value}`));
/** Column and row: row by row. */
const PLACES = COORDINATES.flatMap((y) => COORDINATES.map((x) => pieceOf(`${x} ${y} `)));
/** A width and the end of the last rectangle again, by the bytes between the two: that of the place, at most 6. */
const WIDTHS_AND_ENDS = [0, 1, 2, 3, 4, 5, 6].flatMap((placeBytes) =>
  NUMBERS.map((width) => joined(width, repeatedRunEnd(placeBytes + width.byteCount))),
);

function pieceAt(pieces: readonly Piece[], index: number): Piece {
  const piece = pieces[index];
  if (piece === undefined) throw new RangeError("no module of a symbol");
  return piece;
}

function joined(one: Piece, other: Piece): Piece {
  return {
    bits: one.bits | (other.bits << one.bitCount),
    bitCount: one.bitCount + other.bitCount,
    byteCount: one.byteCount + other.byteCount,
    sum: one.sum + other.sum,
    weightedSum: one.weightedSum + other.byteCount * one.sum + other.weightedSum,
  };
}

function lengthOf(character: string, bitCount = 0): [symbol: number, bitCount: number] {
  return [character.charCodeAt(0), bitCount];
}

/** `between` is what separates it from the last one. */
function repeatedRunEnd(between: number): Piece {
  const distance = RUN_END_TEXT.length + between;
  const repeat = CODES.get(REPEAT_RUN_END) ?? NO_CODE;
  const range = DISTANCE_CODES.get(distance < 13 ? 6 : 7) ?? NO_CODE;
  const rest = (distance - 9) & 3;
  const rangeStart = repeat.bitCount + range.bitCount;
  const bits = repeat.bits | (range.bits << repeat.bitCount) | (rest << rangeStart);
  return { ...RUN_END, bits, bitCount: rangeStart + 2 };
}

function pieceOf(text: string): Piece {
  let [bits, bitCount, sum, weightedSum] = [0, 0, 0, 0];
  for (const [index, byte] of Buffer.from(text).entries()) {
    const code = CODES.get(byte) ?? NO_CODE;
    bits |= code.bits << bitCount;
    bitCount += code.bitCount;
    sum += byte;
    weightedSum += byte * (text.length - index);
  }
  return { bits, bitCount, byteCount: text.length, sum, weightedSum };
}
