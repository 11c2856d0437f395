import { encodeQR } from "qr";
import { BASE45_ALPHABET } from "./base45.ts";
import { LINE_WORDS, penaltyOf, QR_SIDE_MODULES, ROW_REST_MASK } from "./qr-penalty.ts";

/** What every symbol asks of the package, which draws all that does not depend on the text. */
const OPTIONS = { version: 5, ecc: "medium", encoding: "alphanumeric", border: 1 } as const;

/**
 * The QR symbol of a ticket code: version 5, level M, alphanumeric mode, the mask with the least penalty
 * (ISO/IEC 18004). Ticket codes are all of one length, so everything but their bits is prepared: a symbol
 * takes a third of the time that the package takes, and is module by module the package's own.
 */
export function qrLines(ticketCode: string): Int32Array {
  if (ticketCode.length !== TEXT_LENGTH) throw new RangeError("not the length of a ticket code");
  const { dataPlaces, masks } = (prepared ??= prepare());
  const unmasked = placeBits(addParity(encodeText(ticketCode)), dataPlaces);
  const candidate = new Int32Array(unmasked.length);
  let best = masks[0];
  let leastPenalty = Number.POSITIVE_INFINITY;
  for (const mask of masks) {
    mix(candidate, unmasked, mask.unmarked);
    const penalty = penaltyOf(candidate, leastPenalty);
    if (penalty >= leastPenalty) continue;
    leastPenalty = penalty;
    best = mask;
  }
  if (best !== undefined) mix(candidate, unmasked, best.marked);
  return candidate;
}

/** Whether a module is dark. */
export function isDark(lines: Int32Array, x: number, y: number): boolean {
  return (((lines[LINE_WORDS * y + (x >>> 5)] ?? 0) >>> (x & 31)) & 1) === 1;
}

/** Bits 0 to 31 and 32 to 37 of a row: set where a module is not as the one before it, light beyond both edges. */
export function rowChanges(lines: Int32Array, y: number): readonly [low: number, high: number] {
  const low = lines[LINE_WORDS * y] ?? 0;
  const high = (lines[LINE_WORDS * y + 1] ?? 0) & ROW_REST_MASK;
  return [low ^ (low << 1), high ^ ((high << 1) | (low >>> 31))];
}

/** 117: what `encodeTicketCode` gives. Of the 122 characters the symbol could hold, the rest is padding. */
const TEXT_LENGTH = 117;
/** Codewords of data and of parity in each of the two blocks of version 5-M (ISO/IEC 18004, table 9). */
const BLOCK_DATA_BYTES = 43;
const BLOCK_PARITY_BYTES = 24;
const BLOCK_PARITY_WORDS = BLOCK_PARITY_BYTES / 4;
const BLOCK_COUNT = 2;

/** Mode, length, pairs of characters in 11 bits, the last character in 6, four zeros, and padding. */
function encodeText(text: string): Uint8Array {
  const bytes = new Uint8Array(BLOCK_COUNT * BLOCK_DATA_BYTES);
  let pending = (ALPHANUMERIC_MODE << 9) | text.length;
  let bitCount = 13;
  let end = 0;
  const flush = (): void => {
    for (; bitCount >= 8; bitCount -= 8) {
      bytes[end] = pending >>> (bitCount - 8);
      end += 1;
    }
  };
  for (let index = 0; index + 1 < text.length; index += 2) {
    flush();
    const pair = 45 * valueAt(text, index) + valueAt(text, index + 1);
    pending = (pending << 11) | pair;
    bitCount += 11;
  }
  flush();
  // The zeros that end the text fill the last of its bytes too.
  pending = (pending << 13) | (valueAt(text, text.length - 1) << 7);
  bitCount += 13;
  flush();
  for (let padding = 0xec; end < bytes.length; padding ^= 0xec ^ 0x11) {
    bytes[end] = padding;
    end += 1;
  }
  return bytes;
}

const ALPHANUMERIC_MODE = 0b0010;

const VALUES = new Uint8Array(128).fill(0xff);
for (const [value, character] of Array.from(BASE45_ALPHABET).entries()) {
  VALUES[character.charCodeAt(0)] = value;
}

function valueAt(text: string, index: number): number {
  const value = VALUES[text.charCodeAt(index)] ?? 0xff;
  if (value === 0xff) throw new RangeError("a character that no ticket code has");
  return value;
}

/** The data of both blocks codeword by codeword in turn, and then their parity (ISO/IEC 18004, 7.6). */
function addParity(data: Uint8Array): Uint8Array {
  const codewords = new Uint8Array(BLOCK_COUNT * (BLOCK_DATA_BYTES + BLOCK_PARITY_BYTES));
  for (let block = 0; block < BLOCK_COUNT; block += 1) {
    const start = block * BLOCK_DATA_BYTES;
    const parity = parityOf(data, start, start + BLOCK_DATA_BYTES);
    for (let index = 0; index < BLOCK_DATA_BYTES; index += 1) {
      codewords[BLOCK_COUNT * index + block] = data[start + index] ?? 0;
    }
    for (let index = 0; index < BLOCK_PARITY_BYTES; index += 1) {
      const byte = (parity[index >>> 2] ?? 0) >>> (8 * (index & 3));
      codewords[BLOCK_COUNT * (BLOCK_DATA_BYTES + index) + block] = byte;
    }
  }
  return codewords;
}

/** Remainder of the division by the generator polynomial over GF(256), four bytes to a word, the first one lowest. */
function parityOf(data: Uint8Array, start: number, end: number): Int32Array {
  const parity = new Int32Array(BLOCK_PARITY_WORDS + 1);
  for (let index = start; index < end; index += 1) {
    const row = (((data[index] ?? 0) ^ (parity[0] ?? 0)) & 0xff) * BLOCK_PARITY_WORDS;
    for (let word = 0; word < BLOCK_PARITY_WORDS; word += 1) {
      const shifted = ((parity[word] ?? 0) >>> 8) | ((parity[word + 1] ?? 0) << 24);
      parity[word] = shifted ^ (GENERATOR_MULTIPLES[row + word] ?? 0);
    }
  }
  return parity;
}

/** Every element of GF(256) times each coefficient of the generator but the leading 1, in such words. */
const GENERATOR_MULTIPLES = multiplesOfGenerator();

function multiplesOfGenerator(): Int32Array {
  let generator = [1];
  for (let index = 0, root = 1; index < BLOCK_PARITY_BYTES; index += 1, root = times(root, 2)) {
    const scaled = [0, ...generator.map((coefficient) => times(coefficient, root))];
    generator = [...generator, 0].map((coefficient, place) => coefficient ^ (scaled[place] ?? 0));
  }
  const multiples = new Int32Array(256 * BLOCK_PARITY_WORDS);
  for (let element = 0; element < 256; element += 1) {
    for (const [index, coefficient] of generator.slice(1).entries()) {
      const word = BLOCK_PARITY_WORDS * element + (index >>> 2);
      const byte = times(coefficient, element) << (8 * (index & 3));
      multiples[word] = (multiples[word] ?? 0) | byte;
    }
  }
  return multiples;
}

/** In GF(256) with the polynomial of QR codes. */
function times(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ (product & 0x80 ? 0x11d : 0);
    if ((other >>> bit) & 1) product ^= one;
  }
  return product;
}

/** What no text changes. */
interface Prepared {
  /** Where each bit goes: word and bit of its row's line, then of its column's. */
  readonly dataPlaces: Uint16Array;
  readonly masks: readonly Mask[];
}

/** The patterns of every symbol and one of the eight masks over the rest. */
interface Mask {
  readonly marked: Int32Array;
  /** Without the marks that name the mask: so the package weighs it. */
  readonly unmarked: Int32Array;
}

/** Made by the first symbol: most processes and threads draw none, and it takes milliseconds. */
let prepared: Prepared | null = null;

function prepare(): Prepared {
  const dataPlaces = placesOfData();
  const text = "0".repeat(TEXT_LENGTH);
  const data = placeBits(addParity(encodeText(text)), dataPlaces);
  const masks = [0, 1, 2, 3, 4, 5, 6, 7].map((mask) => {
    const rows = encodeQR(text, "raw", { ...OPTIONS, mask }).slice(1, -1);
    const marked = new Int32Array(data);
    const unmarked = new Int32Array(data);
    for (const [y, row] of rows.entries()) {
      for (const [x, isSet] of row.slice(1, -1).entries()) {
        if (!isSet) continue;
        flip(marked, x, y);
        if (!isMark(x, y)) flip(unmarked, x, y);
      }
    }
    return { marked, unmarked };
  });
  return { dataPlaces, masks };
}

function flip(lines: Int32Array, x: number, y: number): void {
  for (const place of [rowPlace(x, y), columnPlace(x, y)]) {
    lines[place >>> 5] = (lines[place >>> 5] ?? 0) ^ (1 << (place & 31));
  }
}

function rowPlace(x: number, y: number): number {
  return 32 * LINE_WORDS * y + x;
}

function columnPlace(x: number, y: number): number {
  return 32 * LINE_WORDS * x + QR_SIDE_MODULES + y;
}

function placeBits(codewords: Uint8Array, places: Uint16Array): Int32Array {
  const lines = new Int32Array(LINE_WORDS * QR_SIDE_MODULES);
  for (let bit = 0; bit < 8 * codewords.length; bit += 1) {
    // Light modules are written too: a processor guesses half of the bits wrong, and pays more for it.
    const module = ((codewords[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1;
    const row = places[2 * bit] ?? 0;
    const column = places[2 * bit + 1] ?? 0;
    lines[row >>> 5] = (lines[row >>> 5] ?? 0) | (module << (row & 31));
    lines[column >>> 5] = (lines[column >>> 5] ?? 0) | (module << (column & 31));
  }
  return lines;
}

/** Up and down in columns of two from the lower right corner, around what is not data (ISO/IEC 18004, 7.7.3). */
function placesOfData(): Uint16Array {
  const places: number[] = [];
  let isUpward = true;
  for (let right = QR_SIDE_MODULES - 1; right > 0; right -= right === 8 ? 3 : 2) {
    for (let step = 0; step < QR_SIDE_MODULES; step += 1) {
      const y = isUpward ? QR_SIDE_MODULES - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (!isPattern(x, y)) places.push(rowPlace(x, y), columnPlace(x, y));
      }
    }
    isUpward = !isUpward;
  }
  return Uint16Array.from(places);
}

/** Finders with the marks beside them, timing lines, and the one alignment pattern of version 5. */
function isPattern(x: number, y: number): boolean {
  const isAligning = Math.abs(x - 30) <= 2 && Math.abs(y - 30) <= 2;
  return (
    isAligning || x === 6 || y === 6 || (x < 9 && y < 9) || (x > 28 && y < 9) || (x < 9 && y > 28)
  );
}

/** The two copies of the format information and the module that is always dark. */
function isMark(x: number, y: number): boolean {
  const isBeside = (along: number) => (along < 9 && along !== 6) || along > 28;
  return (x === 8 && isBeside(y)) || (y === 8 && isBeside(x));
}

function mix(target: Int32Array, one: Int32Array, other: Int32Array): void {
  for (let index = 0; index < target.length; index += 1) {
    target[index] = (one[index] ?? 0) ^ (other[index] ?? 0);
  }
}
