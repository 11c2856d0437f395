import bwipjs from "bwip-js/node";

/** Twelve characters, a start, a check and a stop symbol: every short code gives a symbol of one width. */
export const CODE_128_WIDTH_MODULES = 11 * (1 + 12 + 1) + 13;

/** Value of the start symbol of code set B, whose symbols stand for the characters from U+0020 on in order. */
const START_B = 104;
const FIRST_CHARACTER = 0x20;

/**
 * Widths in modules of bar, space, bar and so on, from the first bar to the last. Told symbol by symbol, in code set B
 * throughout (ISO/IEC 15417): pairing digits would make some symbols narrower, and none easier to read.
 */
export function code128Bars(shortCode: string): readonly number[] {
  const values = Array.from(shortCode, (character) => character.charCodeAt(0) - FIRST_CHARACTER);
  const symbols = [START_B, ...values].map((value) => `^${String(value).padStart(3, "0")}`);
  const [symbol] = bwipjs.raw("code128", symbols.join(""), "raw");
  if (symbol === undefined || !("sbs" in symbol)) throw new Error("a Code 128 without bars");
  return symbol.sbs;
}
