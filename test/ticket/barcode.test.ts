import { describe, expect, test } from "bun:test";
import {
  CODE_128_QUIET_MODULES,
  code128Runs,
  type DarkRun,
  QR_QUIET_MODULES,
  qrModules,
  qrRuns,
} from "../../src/ticket/barcode.ts";
import { code128Svg, qrSvg } from "../../src/ticket/barcode-svg.ts";
import { code128Bars } from "../../src/ticket/code-128.ts";
import { ticketCodes } from "../../src/ticket/ticket-codes.ts";
import { makeTicketSheet, testKeyRing } from "./make-ticket-sheet.ts";
import { readPixels } from "./read-barcodes.ts";

const MODULE_PIXELS = 4;
const [codes] = ticketCodes(makeTicketSheet(), testKeyRing());
if (codes === undefined) throw new Error("the sheet has a first day");
const { ticketCode, shortCode } = codes;

describe("the barcodes", () => {
  test("a decoder reads the ticket code from the QR's modules", async () => {
    const box = { width: 37, height: 37, quiet: QR_QUIET_MODULES };
    const [read] = await readPixels(paint(qrRuns(ticketCode), 1, box));
    expect(read).toEqual({ format: "QRCode", text: ticketCode });
  });

  test("runs cover exactly the dark modules", () => {
    const modules = qrModules(ticketCode);
    const dark = modules.map((row) => row.map(() => false));
    for (const { x, y, width } of qrRuns(ticketCode)) dark[y]?.fill(true, x, x + width);
    expect(dark).toEqual(modules.map((row) => [...row]));
  });

  test("a decoder reads the short code from the Code 128's bars", async () => {
    const { runs, widthModules } = code128Runs(code128Bars(shortCode));
    const box = { width: widthModules, height: 40, quiet: CODE_128_QUIET_MODULES };
    const [read] = await readPixels(paint(runs, 40, box));
    expect(read).toEqual({ format: "Code128", text: shortCode });
  });

  test("as SVG the symbols are the same and keep their quiet zones, black on white", async () => {
    const svgs = [
      { svg: qrSvg(ticketCode, "QR"), quiet: 4, text: ticketCode },
      { svg: code128Svg(shortCode, "Code 128"), quiet: 10, text: shortCode },
    ];
    for (const { svg, quiet, text } of svgs) {
      const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).map(Number);
      const bars = strokesOf(svg);
      expect(Math.min(...bars.map((bar) => bar.x))).toBe(quiet);
      expect(Math.max(...bars.map((bar) => bar.x + bar.width))).toBe(width - quiet);
      expect(Math.min(...bars.map((bar) => bar.y))).toBe(quiet);
      expect(svg).toContain(`<path fill="#fff" d="M0 0h${width}v${height}H0z"/>`);
      expect(svg).toContain('shape-rendering="crispEdges"');
      const [read] = await readPixels(
        paint(bars, bars[0]?.height ?? 0, { width, height, quiet: 0 }),
      );
      expect(read?.text).toBe(text);
    }
  });

  test("a label cannot break out of its attribute", () => {
    const svg = qrSvg(ticketCode, `"><script>&`);
    expect(svg).toContain('aria-label="&quot;>&lt;script>&amp;"');
  });
});

/** What the strokes of the symbol cover, as an SVG 2 renderer draws relative moves and horizontal lines. */
function strokesOf(svg: string): (DarkRun & { readonly height: number })[] {
  const [, height = 0] = (/stroke-width="(\d+)"/.exec(svg) ?? []).map(Number);
  const [, startX = 0, startY = 0] = (/ d="M([\d.]+) ([\d.]+)m/.exec(svg) ?? []).map(Number);
  let x = startX;
  let y = startY;
  return [...svg.matchAll(/m(-?\d+) (\d+)h(\d+)/g)].map((match) => {
    const [, right = 0, down = 0, width = 0] = match.map(Number);
    x += right;
    y += down;
    const stroke = { x, y: y - height / 2, width, height };
    x += width;
    return stroke;
  });
}

/** Black runs on white, as a decoder's image. */
function paint(
  runs: readonly DarkRun[],
  runHeight: number,
  box: { readonly width: number; readonly height: number; readonly quiet: number },
): ImageData {
  const width = (box.width + 2 * box.quiet) * MODULE_PIXELS;
  const height = (box.height + 2 * box.quiet) * MODULE_PIXELS;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const run of runs) {
    const left = (run.x + box.quiet) * MODULE_PIXELS;
    const top = (run.y + box.quiet) * MODULE_PIXELS;
    for (let y = top; y < top + runHeight * MODULE_PIXELS; y += 1) {
      for (let x = left; x < left + run.width * MODULE_PIXELS; x += 1) {
        data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
      }
    }
  }
  return { data, width, height, colorSpace: "srgb" } as ImageData;
}
