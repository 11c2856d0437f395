import type { Box } from "./page-box.ts";

/**
 * Quarter circles turned this way and that, the same for every ticket of an event and another for the next:
 * a ticket of another event is told apart from afar.
 */
export function drawOrnament(
  doc: PDFKit.PDFDocument,
  band: Box,
  look: { readonly seed: number; readonly tints: readonly string[] },
): void {
  const { seed, tints } = look;
  const side = band.height / ROW_COUNT;
  const columnCount = Math.round(band.width / side);
  for (let row = 0; row < ROW_COUNT; row += 1) {
    for (let column = 0; column < columnCount; column += 1) {
      const dice = scramble(seed * 1_000 + row * columnCount + column);
      const tile = { x: band.x + column * side, y: band.y + row * side, side };
      const colour = tints[dice % tints.length] ?? "";
      drawQuarter(doc, tile, { corner: (dice >>> 8) % 4, colour });
    }
  }
}

const ROW_COUNT = 4;

/** How far the handles of a Bézier curve stand out to follow a quarter of a circle. */
const QUARTER_HANDLE = 0.5523;

interface Tile {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** The quarter of a disc whose centre is a corner of the tile, clockwise from the top left. */
function drawQuarter(
  doc: PDFKit.PDFDocument,
  { x, y, side }: Tile,
  { corner, colour }: { readonly corner: number; readonly colour: string },
): void {
  const handle = side * QUARTER_HANDLE;
  doc.save().translate(x + side / 2, y + side / 2);
  doc.rotate(corner * 90).translate(-side / 2, -side / 2);
  doc.moveTo(0, 0).lineTo(side, 0);
  doc.bezierCurveTo(side, handle, handle, side, 0, side).closePath().fill(colour).restore();
}

/** An integer hash (Wang, 2007): neighbouring numbers come out unlike each other. */
function scramble(value: number): number {
  let hash = (value ^ 61 ^ (value >>> 16)) >>> 0;
  hash = (hash + (hash << 3)) >>> 0;
  hash = (hash ^ (hash >>> 4)) >>> 0;
  hash = Math.imul(hash, 0x27d4eb2d) >>> 0;
  return (hash ^ (hash >>> 15)) >>> 0;
}
