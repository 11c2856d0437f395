/** A Huffman code of DEFLATE (RFC 1951), its first bit lowest. */
export interface Code {
  readonly bits: number;
  readonly bitCount: number;
}

export type Codes = ReadonlyMap<number, Code>;

export const NO_CODE: Code = { bits: 0, bitCount: 0 };

/** RFC 1951, 3.2.2: `lengths` are bits by symbol; shorter codes come first, and in the order of their symbols. */
export function canonicalCodes(lengths: ReadonlyMap<number, number>): Codes {
  const codes = new Map<number, Code>();
  let next = 0;
  for (let bitCount = 1; bitCount <= 15; bitCount += 1) {
    for (const [symbol, length] of inOrder(lengths)) {
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

/** Symbols of the codes that tell lengths: 3 to 10 zeros, and 11 to 138. */
const FEW_ZEROS = 17;
const MANY_ZEROS = 18;
/** The order in which the lengths of those codes stand. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1];

/**
 * That a zlib stream of one block begins, whose codes are its own, and the lengths of these: at most six bits, with
 * gaps of no less than three symbols (RFC 1950, 2.2; RFC 1951, 3.2.7).
 */
export function blockHeader(symbols: Codes, distances: Codes): readonly Code[] {
  const header: Code[] = [
    { bits: 0x0178, bitCount: 16 },
    { bits: 0b101, bitCount: 3 },
    { bits: endOf(symbols) - 257, bitCount: 5 },
    { bits: endOf(distances) - 1, bitCount: 5 },
    { bits: LENGTH_ORDER.length - 4, bitCount: 4 },
  ];
  const lengths = new Map([1, 2, 3, 4, 5, 6, FEW_ZEROS, MANY_ZEROS].map((symbol) => [symbol, 3]));
  for (const symbol of LENGTH_ORDER) header.push({ bits: lengths.get(symbol) ?? 0, bitCount: 3 });
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
  for (const set of [symbols, distances]) {
    let end = 0;
    for (const [symbol, { bitCount }] of inOrder(set)) {
      skip(symbol - end);
      say(bitCount);
      end = symbol + 1;
    }
  }
  return header;
}

function endOf(codes: Codes): number {
  return Math.max(...codes.keys()) + 1;
}

function inOrder<Value>(
  bySymbol: ReadonlyMap<number, Value>,
): readonly (readonly [number, Value])[] {
  return [...bySymbol].toSorted(([one], [other]) => one - other);
}
