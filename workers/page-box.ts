/** A rectangle in points from the top left corner of the page. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The same rectangle given in millimetres. */
export function box(xMm: number, yMm: number, widthMm: number, heightMm: number): Box {
  return {
    x: millimetres(xMm),
    y: millimetres(yMm),
    width: millimetres(widthMm),
    height: millimetres(heightMm),
  };
}

/** In points. */
export function millimetres(count: number): number {
  return (count * 72) / 25.4;
}

/** A pixel of a screen at 96 dots an inch, in points. */
export const PIXEL = 0.75;

/** Moves to the grid of such pixels, so that a picture of the page is as sharp as its print. */
export function toPixel(points: number): number {
  return Math.round(points / PIXEL) * PIXEL;
}
