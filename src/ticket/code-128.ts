import bwipjs from "bwip-js/node";

/** Twelve characters, a start, a check and a stop symbol: every short code gives a symbol of one width. */
export const CODE_128_WIDTH_MODULES = 11 * (1 + 12 + 1) + 13;

/**
 * Widths in modules of bar, space, bar and so on, from the first bar to the last. In code set B throughout
 * (ISO/IEC 15417): pairing digits would make some symbols narrower, and none easier to read.
 */
export function code128Bars(shortCode: string): readonly number[] {
  const { start, symbols, stop } = (prepared ??= prepare());
  const values = Array.from(shortCode, (character) => character.charCodeAt(0) - FIRST_CHARACTER);
  const check = values.reduce((sum, value, index) => sum + (index + 1) * value, START_B);
  const drawn = [...values, check % symbols.length].map((value) => {
    const bars = symbols[value];
    if (bars === undefined) throw new RangeError("a character that code set B has no symbol for");
    return bars;
  });
  return [start, ...drawn, stop].flat();
}

/** Value of the start symbol of code set B, whose symbols stand for the characters from U+0020 on in order. */
const START_B = 104;
const FIRST_CHARACTER = 0x20;
/** Symbols that are neither start nor stop. The check symbol is a remainder by as many. */
const SYMBOL_COUNT = 103;
/** Of every symbol but the stop. */
const BARS_IN_SYMBOL = 6;

interface Symbols {
  readonly start: readonly number[];
  /** By their values. */
  readonly symbols: readonly (readonly number[])[];
  readonly stop: readonly number[];
}

/** Made by the first short code. */
let prepared: Symbols | null = null;

/** A symbol is drawn alike wherever it stands, so bwip-js draws them all once, in one long code with a check symbol. */
function prepare(): Symbols {
  const values = [START_B, ...Array.from({ length: SYMBOL_COUNT }, (_, value) => value)];
  const text = values.map((value) => `^${String(value).padStart(3, "0")}`).join("");
  const [drawn] = bwipjs.raw("code128", text, "raw");
  if (drawn === undefined || !("sbs" in drawn)) throw new Error("a Code 128 without bars");
  const bars = drawn.sbs;
  const barsOf = (index: number) =>
    bars.slice(BARS_IN_SYMBOL * index, BARS_IN_SYMBOL * (index + 1));
  return {
    start: barsOf(0),
    symbols: Array.from({ length: SYMBOL_COUNT }, (_, value) => barsOf(value + 1)),
    stop: bars.slice(BARS_IN_SYMBOL * (values.length + 1)),
  };
}
