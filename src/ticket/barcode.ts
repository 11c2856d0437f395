import { QR_SIDE_MODULES } from "./qr-penalty.ts";
import { isDark, qrLines, rowChanges } from "./qr-symbol.ts";

export { QR_SIDE_MODULES };

/** Quiet zones in modules: ISO/IEC 18004 (QR) asks for 4 on each side, ISO/IEC 15417 (Code 128) for 10. */
export const QR_QUIET_MODULES = 4;
export const CODE_128_QUIET_MODULES = 10;

/** A horizontal run of dark modules, from the symbol's top left corner, quiet zone not counted. */
export interface DarkRun {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Rows of modules, true for dark. Every ticket code gives version 5, level M, alphanumeric mode. */
export function qrModules(ticketCode: string): readonly (readonly boolean[])[] {
  const lines = qrLines(ticketCode);
  return Array.from({ length: QR_SIDE_MODULES }, (_row, y) =>
    Array.from({ length: QR_SIDE_MODULES }, (_module, x) => isDark(lines, x, y)),
  );
}

/** The QR as few rectangles of height 1: neighbours in a row are one, so no hairline parts them. */
export function qrRuns(ticketCode: string): readonly DarkRun[] {
  const lines = qrLines(ticketCode);
  const runs: DarkRun[] = [];
  for (let y = 0; y < QR_SIDE_MODULES; y += 1) {
    // Not `[low, high]`: Bun 1.4.5 takes several times as long with it.
    const changes = rowChanges(lines, y);
    let start = -1;
    for (let word = 0; word < changes.length; word += 1) {
      for (let left = changes[word] ?? 0; left !== 0; left &= left - 1) {
        const x = 32 * word + 31 - Math.clz32(left & -left);
        if (start !== -1) runs.push({ x: start, y, width: x - start });
        start = start === -1 ? x : -1;
      }
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
