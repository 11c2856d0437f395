import type { DarkRun } from "../src/ticket/barcode.ts";

/**
 * A page's content deflated as it is written: what comes before and after the path as it is, the path by a code
 * made for it beforehand. Such a path has always the same characters about equally often, and every rectangle ends
 * as the one before: what zlib would find out takes longer to find than the whole path takes to write.
 * Texts are ASCII, at most 65,535 long; coordinates are 0 to 99. (RFC 1950 and 1951.)
 */
export function deflatedPath(before: string, runs: readonly DarkRun[], after: string): Uint8Array {
  const bytes = new Uint8Array(
    FRAME_BYTES + before.length + RUN_BYTES_MAX * runs.length + after.length,
  );
  const writer = new DeflateWriter(bytes);
  writer.store(before, false);
  for (const piece of HEADER) writer.push(piece.bits, piece.bitCount);
  let isFirst = true;
  for (const { x, y, width } of runs) {
    const place = placeOf(x, y);
    const wide = pieceFor(width);
    writer.put(place);
    writer.put(wide.bare);
    const length = place.byteCount + wide.bare.byteCount;
    writer.put((isFirst ? null : RUN_ENDS_AGAIN[length]) ?? RUN_END);
    isFirst = false;
  }
  const { bits, bitCount } = CODES.get(BLOCK_END) ?? NO_CODE;
  writer.push(bits, bitCount);
  writer.store(after, true);
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

/** Both wrappers, the codes of the path, and a few bits to spare. */
const FRAME_BYTES = 128;
/** Three numbers of two digits and a rectangle's rest, each to its last bit. */
const RUN_BYTES_MAX = 8;

class DeflateWriter {
  readonly #bytes: Uint8Array;
  #end = 2;
  #pending = 0;
  #pendingCount = 0;
  /** Adler-32 without its remainders: exact for the few thousand bytes of a page. */
  #sum = 1;
  #sumOfSums = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    bytes.set([0x78, 0x01]);
  }

  /** The lowest bit first; at most 24. */
  push(bits: number, bitCount: number): void {
    this.#pending |= bits << this.#pendingCount;
    this.#pendingCount += bitCount;
    while (this.#pendingCount >= 8) {
      this.#bytes[this.#end] = this.#pending & 0xff;
      this.#end += 1;
      this.#pending >>>= 8;
      this.#pendingCount -= 8;
    }
  }

  put({ bits, bitCount, byteCount, sum, weightedSum }: Piece): void {
    this.push(bits, bitCount);
    this.#sumOfSums += byteCount * this.#sum + weightedSum;
    this.#sum += sum;
  }

  /** A block of text as it is. */
  store(text: string, isLast: boolean): void {
    this.push(isLast ? 1 : 0, 3);
    if (this.#pendingCount > 0) this.push(0, 8 - this.#pendingCount);
    const { length } = text;
    this.#bytes.set(
      [length & 0xff, length >>> 8, ~length & 0xff, (~length >>> 8) & 0xff],
      this.#end,
    );
    this.#end += 4;
    for (let index = 0; index < length; index += 1) {
      const byte = text.charCodeAt(index);
      this.#bytes[this.#end] = byte;
      this.#end += 1;
      this.#sum += byte;
      this.#sumOfSums += this.#sum;
    }
  }

  finish(): Uint8Array {
    const view = new DataView(this.#bytes.buffer);
    view.setUint16(this.#end, this.#sumOfSums % ADLER_MODULUS);
    view.setUint16(this.#end + 2, this.#sum % ADLER_MODULUS);
    return this.#bytes.subarray(0, this.#end + 4);
  }
}

const ADLER_MODULUS = 65_521;

interface Code {
  readonly bits: number;
  readonly bitCount: number;
}

const NO_CODE: Code = { bits: 0, bitCount: 0 };

/** The symbol that ends a block. */
const BLOCK_END = 256;

/** Symbols of the codes that tell lengths: 3 to 10 zeros, and 11 to 138. */
const FEW_ZEROS = 17;
const MANY_ZEROS = 18;

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

const NUMBERS = Array.from({ length: 100 }, (_, value) => ({
  bare: pieceOf(`${value}`),
  spaced: pieceOf(`${value} `),
}));
const RUN_END = pieceOf(RUN_END_TEXT);
/** By the length of the numbers before it. */
const RUN_ENDS_AGAIN = Array.from({ length: 9 }, (_, length) => repeatedRunEnd(length));
const HEADER = blockHeader();

/** Two coordinates at once, of which a symbol has few: by column, then by row. */
const PLACES: Piece[] = [];

function placeOf(x: number, y: number): Piece {
  const row = pieceFor(y).spaced;
  return (PLACES[100 * x + y] ??= joined(pieceFor(x).spaced, row));
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

function pieceFor(value: number): (typeof NUMBERS)[number] {
  const piece = NUMBERS[value];
  if (piece === undefined) throw new RangeError(`a coordinate of ${value}`);
  return piece;
}

/** Three numbers and two spaces are at least five bytes. */
function repeatedRunEnd(length: number): Piece | null {
  if (length < 5) return null;
  const distance = RUN_END_TEXT.length + length;
  const repeat = CODES.get(REPEAT_RUN_END) ?? NO_CODE;
  const range = DISTANCE_CODES.get(distance < 13 ? 6 : 7) ?? NO_CODE;
  const rest = (distance - 9) % 4;
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

/** RFC 1951, 3.2.2: shorter codes first, and in the order of their symbols; each with its first bit lowest. */
function canonicalCodes(lengths: ReadonlyMap<number, number>): ReadonlyMap<number, Code> {
  const codes = new Map<number, Code>();
  let next = 0;
  for (let bitCount = 1; bitCount <= 15; bitCount += 1) {
    for (const [symbol, length] of [...lengths].toSorted(([one], [other]) => one - other)) {
      if (length !== bitCount) continue;
      codes.set(symbol, { bits: reversed(next, bitCount), bitCount });
      next += 1;
    }
    next *= 2;
  }
  return codes;
}

function reversed(bits: number, bitCount: number): number {
  let turned = 0;
  for (let bit = 0; bit < bitCount; bit += 1)
    turned |= ((bits >>> bit) & 1) << (bitCount - 1 - bit);
  return turned;
}

/** RFC 1951, 3.2.7: that a block with codes of its own follows, and the lengths of these codes. */
function blockHeader(): readonly Code[] {
  const header: Code[] = [
    { bits: 0b100, bitCount: 3 },
    // 261 symbols, eight distances, and eighteen lengths for the codes of what follows.
    { bits: 261 - 257, bitCount: 5 },
    { bits: 8 - 1, bitCount: 5 },
    { bits: 18 - 4, bitCount: 4 },
  ];
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1];
  const lengths = new Map([1, 2, 3, 4, 5, 6, FEW_ZEROS, MANY_ZEROS].map((symbol) => [symbol, 3]));
  for (const symbol of order) header.push({ bits: lengths.get(symbol) ?? 0, bitCount: 3 });
  const codes = canonicalCodes(lengths);
  const say = (symbol: number): void => void header.push(codes.get(symbol) ?? NO_CODE);
  const skip = (zeroCount: number): void => {
    if (zeroCount === 0) return;
    const isMany = zeroCount > 10;
    say(isMany ? MANY_ZEROS : FEW_ZEROS);
    const count = Math.min(zeroCount, 138);
    header.push(isMany ? { bits: count - 11, bitCount: 7 } : { bits: count - 3, bitCount: 3 });
    skip(zeroCount - count);
  };
  for (const set of [CODES, DISTANCE_CODES]) {
    let end = 0;
    for (const [symbol, { bitCount }] of [...set].toSorted(([one], [other]) => one - other)) {
      skip(symbol - end);
      say(bitCount);
      end = symbol + 1;
    }
  }
  return header;
}
