/** Side of a QR symbol of version 5. */
export const QR_SIDE_MODULES = 37;

/**
 * A symbol is 37 lines of 74 bits: line i is row i and after it column i, so that what is looked for along rows
 * and along columns is looked for at once, 32 lines of modules to a word.
 */
export const LINE_WORDS = 3;

/**
 * How hard a symbol is to read (ISO/IEC 18004, 7.8.3). At `limit` it stops counting: a mask that bad is not chosen.
 */
export function penaltyOf(lines: Int32Array, limit: number): number {
  let penalty = runPenalty(lines);
  if (penalty < limit) penalty += 3 * boxCount(lines);
  if (penalty < limit) penalty += 40 * finderCount(lines);
  if (penalty < limit) penalty += 10 * imbalance(lines);
  return penalty;
}

/** Three for five modules of one colour in a row or column, and one for each module more. */
function runPenalty(lines: Int32Array): number {
  let penalty = 0;
  for (let word = 0; word < LINE_WORDS; word += 1) {
    const valid = word === LINE_WORDS - 1 ? LAST_WORD_MASK : ALL_BITS;
    let line = lines[word] ?? 0;
    let same1 = 0;
    let same2 = 0;
    let same3 = 0;
    let fives = 0;
    for (let index = LINE_WORDS + word; index < lines.length; index += LINE_WORDS) {
      const next = lines[index] ?? 0;
      const same = ~(line ^ next) & valid;
      const ends = same & same1 & same2 & same3;
      if (ends !== 0) penalty += bitCount(ends) + 2 * bitCount(ends & ~fives);
      line = next;
      same3 = same2;
      same2 = same1;
      same1 = same;
      fives = ends;
    }
  }
  return penalty;
}

/** Squares of two by two of one colour, counted where they overlap too. */
function boxCount(lines: Int32Array): number {
  let count = 0;
  for (let index = LINE_WORDS; index < lines.length; index += LINE_WORDS) {
    const above = lines[index - LINE_WORDS] ?? 0;
    const aboveRest = lines[index - LINE_WORDS + 1] ?? 0;
    const below = lines[index] ?? 0;
    const belowRest = lines[index + 1] ?? 0;
    const sameAbove = ~(above ^ ((above >>> 1) | (aboveRest << 31)));
    const sameBelow = ~(below ^ ((below >>> 1) | (belowRest << 31)));
    count += bitCount(~(above ^ below) & sameAbove & sameBelow);
    const rest = ~(aboveRest ^ belowRest) & ~(aboveRest ^ (aboveRest >>> 1));
    count += bitCount(rest & ~(belowRest ^ (belowRest >>> 1)) & (ROW_REST_MASK >>> 1));
  }
  return count;
}

/** By how many steps of five hundredths the dark modules are more or less than half. */
function imbalance(lines: Int32Array): number {
  let dark = 0;
  for (let index = 0; index < lines.length; index += LINE_WORDS) {
    dark += bitCount(lines[index] ?? 0) + bitCount((lines[index + 1] ?? 0) & ROW_REST_MASK);
  }
  const half = 50 * QR_SIDE_MODULES ** 2;
  return Math.ceil(Math.max(0, Math.abs(100 * dark - half) / (half / 10) - 1));
}

/** What a reader may take for a finder: dark, light, three dark, light, dark, with four light before or after. */
function finderCount(lines: Int32Array): number {
  let count = 0;
  for (let word = 0; word < LINE_WORDS; word += 1) {
    const valid = word === LINE_WORDS - 1 ? LAST_WORD_MASK : ALL_BITS;
    for (let step = 0; step + 7 <= QR_SIDE_MODULES; step += 1) {
      const index = LINE_WORDS * step + word;
      const ends = at(lines, index, 0) & ~at(lines, index, 1) & ~at(lines, index, 5);
      const middle = at(lines, index, 2) & at(lines, index, 3) & at(lines, index, 4);
      const finders = ends & middle & at(lines, index, 6) & valid;
      if (finders === 0) continue;
      if (step >= 4) count += bitCount(finders & lightFrom(lines, index, -4));
      if (step + 11 <= QR_SIDE_MODULES) count += bitCount(finders & lightFrom(lines, index, 7));
    }
  }
  return count;
}

/** The word as many lines further on. */
function at(lines: Int32Array, index: number, lineCount: number): number {
  return lines[index + LINE_WORDS * lineCount] ?? 0;
}

/** Where four lines are light. */
function lightFrom(lines: Int32Array, index: number, lineCount: number): number {
  const dark = at(lines, index, lineCount) | at(lines, index, lineCount + 1);
  return ~(dark | at(lines, index, lineCount + 2) | at(lines, index, lineCount + 3));
}

const ALL_BITS = -1;
const LAST_WORD_MASK = (1 << (2 * QR_SIDE_MODULES - 64)) - 1;
/** Of the second word, what belongs to the row. */
export const ROW_REST_MASK = (1 << (QR_SIDE_MODULES - 32)) - 1;

/** Sums neighbouring groups of bits, of 1, 2, 4 and then all at once. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
