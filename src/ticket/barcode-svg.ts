import {
  CODE_128_QUIET_MODULES,
  code128Runs,
  type DarkRun,
  QR_QUIET_MODULES,
  QR_SIDE_MODULES,
  qrRuns,
} from "./barcode.ts";
import { code128Bars } from "./code-128.ts";

/** In modules: a laser needs height to cross, about a third of the symbol's width. */
const CODE_128_HEIGHT_MODULES = 56;

/** The QR as an SVG element with its quiet zone; black on white in dark mode too. `label` names it for screen readers. */
export function qrSvg(ticketCode: string, label: string): string {
  const side = QR_SIDE_MODULES + 2 * QR_QUIET_MODULES;
  const lines = dashes(qrRuns(ticketCode), QR_QUIET_MODULES, 1);
  return svg(label, { width: side, height: side, lineWidth: 1 }, lines);
}

/** The Code 128 as an SVG element with its quiet zone; the text beneath it is the page's. */
export function code128Svg(shortCode: string, label: string): string {
  const { runs, widthModules } = code128Runs(code128Bars(shortCode));
  const width = widthModules + 2 * CODE_128_QUIET_MODULES;
  const height = CODE_128_HEIGHT_MODULES + 2 * CODE_128_QUIET_MODULES;
  const lines = dashes(runs, CODE_128_QUIET_MODULES, CODE_128_HEIGHT_MODULES);
  return svg(label, { width, height, lineWidth: CODE_128_HEIGHT_MODULES }, lines);
}

/**
 * Each run as a stroke from where the last one ended, along the middle of its row: a symbol in less than half the
 * letters that rectangles take, for a page that sixty thousand people ask for within minutes. Written letter by letter,
 * for a string that is put together of a thousand takes longer than all the rest of the symbol.
 */
function dashes(runs: readonly DarkRun[], quiet: number, rowHeight: number): string {
  let end = 0;
  let x = 0;
  let y = 0;
  for (const run of runs) {
    end = writeNumber(MOVE, run.x - x, end);
    end = writeNumber(SPACE, run.y - y, end);
    end = writeNumber(LINE, run.width, end);
    x = run.x + run.width;
    y = run.y;
  }
  return `M${quiet} ${quiet + rowHeight / 2}${LETTERS.toString("latin1", 0, end)}`;
}

/** Room for more runs than a symbol of as many modules can have. */
const LETTERS = Buffer.alloc(10 * QR_SIDE_MODULES ** 2);
const [MOVE, SPACE, LINE, MINUS, ZERO] = [0x6d, 0x20, 0x68, 0x2d, 0x30];

/** `letter` and a number below 100, from `at` on. Returns where it ends. */
function writeNumber(letter: number, value: number, at: number): number {
  let end = at;
  LETTERS[end++] = letter;
  if (value < 0) LETTERS[end++] = MINUS;
  const size = Math.abs(value);
  if (size >= 10) LETTERS[end++] = ZERO + Math.floor(size / 10);
  LETTERS[end++] = ZERO + (size % 10);
  return end;
}

function svg(
  label: string,
  box: { readonly width: number; readonly height: number; readonly lineWidth: number },
  lines: string,
): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${box.width} ${box.height}" role="img"` +
    ` aria-label="${escapeAttribute(label)}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${box.width}v${box.height}H0z"/>` +
    `<path stroke="#000" stroke-width="${box.lineWidth}" d="${lines}"/></svg>`
  );
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
