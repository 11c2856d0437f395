import { QR_SIDE_MODULES } from "../src/ticket/barcode.ts";
import { CODE_128_WIDTH_MODULES } from "../src/ticket/code-128.ts";
import { type Box, box, millimetres, PIXEL, toPixel } from "./page-box.ts";
import { LINE_HEIGHT, setParagraph } from "./paragraph.ts";
import type { LineStart } from "./text-operators.ts";
import { lineWidth, type TextRun } from "./text-runs.ts";
import type { TicketFonts, Weight } from "./ticket-fonts.ts";

/** In millimetres: the margins, and the second column of everything below the heading. */
export const PAGE_WIDTH = 210;
export const LEFT = 18;
export const WIDTH = 174;
export const ASIDE = 136;
const CODES_TOP = 139;

/**
 * Modules in points: whole pixels of a screen, 6 and 2. The QR is 59 mm wide, for a dim phone at arm's
 * length; the Code 128 88 mm. Both stand on white.
 */
const QR_MODULE = 6 * PIXEL;
const QR: Box = {
  x: millimetres(LEFT),
  y: millimetres(CODES_TOP),
  width: QR_SIDE_MODULES * QR_MODULE,
  height: QR_SIDE_MODULES * QR_MODULE,
};
const CODE_128_MODULE = 2 * PIXEL;
const CODE_128_WIDTH = CODE_128_WIDTH_MODULES * CODE_128_MODULE;
const CODE_128: Box = {
  x: millimetres(LEFT + WIDTH) - CODE_128_WIDTH,
  y: millimetres(CODES_TOP),
  width: CODE_128_WIDTH,
  height: millimetres(26),
};

/** Which way the lines of a page run. Right-to-left pages are the mirror image, but for texts, picture and codes. */
export type PageDirection = "ltr" | "rtl";

/** What a ticket says of its own, beside all that its event says on every ticket. */
export const HOLDER_NAME: TextSpace = {
  space: box(LEFT, 110.5, ASIDE - LEFT - 6, 21),
  sizes: [21, 17, 14, 11, 9, 7.5],
  weight: "bold",
};
export const TICKET_NUMBER: TextSpace = {
  space: box(ASIDE, 110.5, LEFT + WIDTH - ASIDE, 11),
  sizes: [21],
  weight: "bold",
};
/** Centred under its symbol, and under it in turn what it is good for. */
export const SHORT_CODE: TextSpace = {
  space: { ...CODE_128, y: CODE_128.y + CODE_128.height + millimetres(3.5) },
  sizes: [20],
  weight: "bold",
  align: "centre",
};
export const ADMISSION: TextSpace = {
  space: { ...SHORT_CODE.space, y: SHORT_CODE.space.y + millimetres(11), height: millimetres(12) },
  sizes: [10],
  weight: "regular",
  align: "centre",
};

/** Where a symbol starts, and the width and height of its module. */
export function qrUnit(direction: PageDirection): Box {
  return { ...onPixels(place(QR, direction)), width: QR_MODULE, height: QR_MODULE };
}

export function code128Unit(direction: PageDirection): Box {
  const { x, y, height } = onPixels(place(CODE_128, direction));
  return { x, y, width: CODE_128_MODULE, height: toPixel(height) };
}

export interface TextSpace {
  /** Of the left-to-right page. */
  readonly space: Box;
  /** Font sizes in points to try, the largest first. */
  readonly sizes: readonly number[];
  readonly weight: Weight;
  readonly align?: "start" | "centre";
}

export interface PlacedLine {
  readonly runs: readonly TextRun[];
  readonly start: LineStart;
}

/** A text begins where its page's lines begin. */
export function placeText(
  text: string,
  wanted: TextSpace,
  look: { readonly fonts: TicketFonts; readonly direction: PageDirection },
): readonly PlacedLine[] {
  const { lines, size } = setParagraph(text, look.fonts, { ...wanted, ...wanted.space });
  return lines.map((runs, index) => {
    const { x, y } = placeLine(lineWidth(runs), { ...wanted, sizes: [size] }, look.direction);
    return { runs, start: { x, y: y + size * LINE_HEIGHT * index, size } };
  });
}

/** The first line of a text at its first size; `width` in thousandths of that. */
export function placeLine(
  width: number,
  { space, sizes: [size = 10], align = "start" }: TextSpace,
  direction: PageDirection,
): LineStart {
  const spare = space.width - (width * size) / 1000;
  const shift = align === "centre" ? spare / 2 : direction === "rtl" ? spare : 0;
  return { x: place(space, direction).x + shift, y: space.y + size * ASCENT, size };
}

/** From the top of a line to its baseline, in font sizes. */
const ASCENT = 1.05;

/** Where a space of the left-to-right page is on one of this direction. */
export function place(space: Box, direction: PageDirection): Box {
  return direction === "ltr"
    ? space
    : { ...space, x: millimetres(PAGE_WIDTH) - space.x - space.width };
}

function onPixels(space: Box): Box {
  return { ...space, x: toPixel(space.x), y: toPixel(space.y) };
}
