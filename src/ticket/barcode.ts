import bwipjs from "bwip-js/node";
import { encodeQR } from "qr";

/** Quiet zones in modules: ISO/IEC 18004 (QR) asks for 4 on each side, ISO/IEC 15417 (Code 128) for 10. */
export const QR_QUIET_MODULES = 4;
export const CODE_128_QUIET_MODULES = 10;

/** Side of a QR symbol of version 5. */
export const QR_SIDE_MODULES = 37;

/** A horizontal run of dark modules, from the symbol's top left corner, quiet zone not counted. */
export interface DarkRun {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Rows of modules, true for dark. Every ticket code gives version 5, level M, alphanumeric mode. */
export function qrModules(ticketCode: string): readonly (readonly boolean[])[] {
  // The package draws a border of at least one module: it is cut off again.
  const options = { version: 5, ecc: "medium", encoding: "alphanumeric", border: 1 } as const;
  const bordered = encodeQR(ticketCode, "raw", options);
  const rows = bordered.slice(1, -1).map((row) => row.slice(1, -1));
  if (rows.length !== QR_SIDE_MODULES) throw new Error(`a QR of ${rows.length} rows, not 37`);
  return rows;
}

/** Widths in modules of bar, space, bar and so on, from the first bar to the last. */
export function code128Bars(shortCode: string): readonly number[] {
  const [symbol] = bwipjs.raw("code128", shortCode, {});
  if (symbol === undefined || !("sbs" in symbol)) throw new Error("a Code 128 without bars");
  return symbol.sbs;
}

/** The symbol as few rectangles of height 1: neighbours in a row are one, so no hairline parts them. */
export function qrRuns(modules: readonly (readonly boolean[])[]): readonly DarkRun[] {
  const runs: DarkRun[] = [];
  for (const [y, row] of modules.entries()) {
    for (let x = row.indexOf(true); x !== -1; ) {
      const end = row.indexOf(false, x);
      const width = (end === -1 ? row.length : end) - x;
      runs.push({ x, y, width });
      x = row.indexOf(true, x + width);
    }
  }
  return runs;
}

/** The bars of a Code 128 as runs of one row, and the width of the whole symbol in modules. */
export function code128Runs(bars: readonly number[]): {
  readonly runs: readonly DarkRun[];
  readonly widthModules: number;
} {
  const runs: DarkRun[] = [];
  let x = 0;
  for (const [index, width] of bars.entries()) {
    if (index % 2 === 0) runs.push({ x, y: 0, width });
    x += width;
  }
  return { runs, widthModules: x };
}
