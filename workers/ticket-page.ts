import {
  code128Bars,
  code128Runs,
  type DarkRun,
  QR_SIDE_MODULES,
  qrModules,
  qrRuns,
} from "../src/ticket/barcode.ts";
import { groupShortCode } from "../src/ticket/short-code.ts";
import { type Box, box, millimetres, PIXEL, toPixel } from "./page-box.ts";
import { LINE_HEIGHT, setParagraph } from "./paragraph.ts";
import type { TextPen } from "./text-pen.ts";
import { lineWidth } from "./text-runs.ts";
import type { WrittenDay } from "./ticket-dates.ts";
import type { TicketFonts, Weight } from "./ticket-fonts.ts";
import { drawOrnament } from "./ticket-ornament.ts";
import { HAIRLINE, INK, MUTED, type TicketPalette } from "./ticket-palette.ts";
import type { TicketWords } from "./ticket-words.ts";

/** One event day of one ticket. Texts may be of any script: what no font has shows as U+FFFD. */
export interface TicketPage {
  readonly eventId: number;
  readonly eventName: string;
  readonly venue: string;
  readonly holderName: string;
  /** As in `Day 1 of 3`. */
  readonly dayLabel: string;
  readonly written: WrittenDay;
  /** Sale and ordinal, as in `2-131071`. */
  readonly ticketNumber: string;
  readonly ticketCode: string;
  readonly shortCode: string;
  readonly bring: string;
  readonly host: string;
}

/** What the pages of a ticket share. */
export interface TicketLook {
  readonly fonts: TicketFonts;
  readonly pen: TextPen;
  readonly words: TicketWords;
  readonly palette: TicketPalette;
  /** Right-to-left pages are the mirror image, but for texts, picture and codes. */
  readonly direction: "ltr" | "rtl";
  /** The event's picture as pdfkit opened it, or null for the ornament. */
  readonly picture: OpenPicture | null;
}

/** A picture that was read once and is in the file once; its pages only place it. */
export interface OpenPicture {
  readonly image: PDFKit.Mixins.ImageSrc;
  readonly width: number;
  readonly height: number;
}

type Doc = PDFKit.PDFDocument;

/** In millimetres: the margins, and the second column of everything below the heading. */
const PAGE_WIDTH = 210;
const LEFT = 18;
const WIDTH = 174;
const BAND_HEIGHT = 56;
const PICTURE_WIDTH = 70;
const ASIDE = 136;
const CODES_TOP = 139;
const CUT = 208;

/**
 * Modules in points: whole pixels of a screen, 6 and 2. The QR is 59 mm wide, for a dim phone at arm's
 * length; the Code 128 88 mm at most (twelve characters take 167 modules). Both stand on white.
 */
const QR_MODULE = 6 * PIXEL;
const CODE_128_MODULE = 2 * PIXEL;
const CODE_128_WIDTH_MAX = 167 * CODE_128_MODULE;
const CODE_128_HEIGHT = 26;

export function drawTicketPage(doc: Doc, page: TicketPage, look: TicketLook): void {
  doc.addPage();
  drawBand(doc, page, look);
  drawDay(doc, page, look);
  drawHolder(doc, page, look);
  drawCodes(doc, page, look);
  drawCut(doc, look);
  drawNotes(page, look);
}

function drawBand(doc: Doc, page: TicketPage, look: TicketLook): void {
  const { palette, picture } = look;
  doc.rect(0, 0, millimetres(PAGE_WIDTH), millimetres(BAND_HEIGHT)).fill(palette.accent);
  const art = place(box(PAGE_WIDTH - PICTURE_WIDTH, 0, PICTURE_WIDTH, BAND_HEIGHT), look);
  if (picture === null) drawOrnament(doc, art, { seed: page.eventId, tints: palette.tints });
  else drawPicture(doc, picture, art);
  const width = PAGE_WIDTH - PICTURE_WIDTH - LEFT - 8;
  write(page.eventName, box(LEFT, 10, width, 26), look, {
    sizes: [27, 23, 19, 16, 13],
    colour: palette.onAccent,
  });
  write(page.venue, box(LEFT, 39, width, 11), look, {
    weight: "regular",
    sizes: [11.5, 10, 8.5],
    colour: palette.onAccentMuted,
  });
}

/** As large as it must be to leave nothing bare, and cut at the edges. */
function drawPicture(doc: Doc, picture: OpenPicture, art: Box): void {
  const scale = Math.max(art.width / picture.width, art.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  doc.save().rect(art.x, art.y, art.width, art.height).clip();
  const [x, y] = [art.x + (art.width - width) / 2, art.y + (art.height - height) / 2];
  doc.image(picture.image, x, y, { width, height }).restore();
}

function drawDay(doc: Doc, page: TicketPage, look: TicketLook): void {
  const { written } = page;
  const width = ASIDE - LEFT - 6;
  const label = { sizes: [13], colour: look.palette.accentText };
  write(page.dayLabel, box(LEFT, 63, width, 8), look, label);
  write(written.weekday, box(LEFT, 70, width, 13), look, { weight: "regular", sizes: [26] });
  write(written.date, box(LEFT, 81, width, 17), look, { sizes: [34, 30, 26, 22, 18] });
  const asideWidth = LEFT + WIDTH - ASIDE;
  write(look.words.doors, box(ASIDE, 63, asideWidth, 8), look, label);
  write(written.doors, box(ASIDE, 68.5, asideWidth, 16), look, { sizes: [34, 26] });
  const zone = { weight: "regular", sizes: [11], colour: MUTED } as const;
  write(written.zone, box(ASIDE, 86.5, asideWidth, 6), look, zone);
  drawHairline(doc, 103);
}

function drawHolder(doc: Doc, page: TicketPage, look: TicketLook): void {
  const label = { weight: "regular", sizes: [9], colour: MUTED } as const;
  write(look.words.name, box(LEFT, 106, 60, 5), look, label);
  write(page.holderName, box(LEFT, 110.5, ASIDE - LEFT - 6, 21), look, {
    sizes: [21, 17, 14, 11, 9, 7.5],
  });
  write(look.words.ticket, box(ASIDE, 106, 40, 5), look, label);
  write(page.ticketNumber, box(ASIDE, 110.5, LEFT + WIDTH - ASIDE, 11), look, {
    sizes: [21, 17, 14],
  });
  drawHairline(doc, 133);
}

function drawCodes(doc: Doc, page: TicketPage, look: TicketLook): void {
  const side = QR_SIDE_MODULES * QR_MODULE;
  const y = millimetres(CODES_TOP);
  const qr = onPixels(place({ x: millimetres(LEFT), y, width: side, height: side }, look));
  fillRuns(doc, qrRuns(qrModules(page.ticketCode)), {
    ...qr,
    width: QR_MODULE,
    height: QR_MODULE,
  });

  const { runs, widthModules } = code128Runs(code128Bars(page.shortCode));
  const x = millimetres(LEFT + WIDTH) - CODE_128_WIDTH_MAX;
  const width = widthModules * CODE_128_MODULE;
  const height = millimetres(CODE_128_HEIGHT);
  const bars = onPixels(place({ x, y, width, height }, look));
  fillRuns(doc, runs, { ...bars, width: CODE_128_MODULE, height: toPixel(height) });

  const below = { x, width, y: y + height + millimetres(3.5), height: millimetres(12) };
  write(groupShortCode(page.shortCode), below, look, { sizes: [20], align: "centre" });
  const under = { ...below, y: below.y + millimetres(11), height: millimetres(12) };
  const quiet = { weight: "regular", sizes: [10], colour: MUTED, align: "centre" } as const;
  write(look.words.admission, under, look, quiet);
}

/** One path and one fill for a whole symbol; `unit` is where it starts and the size of a module. */
function fillRuns(doc: Doc, runs: readonly DarkRun[], unit: Box): void {
  doc.save().translate(unit.x, unit.y).scale(unit.width, unit.height);
  for (const run of runs) doc.rect(run.x, run.y, run.width, 1);
  doc.fill("#000000").restore();
}

/** Dashes from edge to edge, and scissors on them. */
function drawCut(doc: Doc, look: TicketLook): void {
  const y = millimetres(CUT);
  doc.lineWidth(0.6).strokeColor(MUTED).dash(4, { space: 4 });
  doc.moveTo(0, y).lineTo(millimetres(PAGE_WIDTH), y).stroke().undash();
  const { x, width } = place(box(8, CUT, 7, 1), look);
  doc.rect(x - 3, y - 6, width + 6, 12).fill("#ffffff");
  doc.save().translate(x + (look.direction === "rtl" ? width : 0), y);
  doc
    .scale(look.direction === "rtl" ? -1 : 1, 1)
    .lineWidth(1)
    .strokeColor(MUTED);
  for (const side of [-1, 1]) {
    doc
      .circle(3, side * 3.2, 2.4)
      .moveTo(5, side * 1.9)
      .lineTo(width, side * -2.6);
  }
  doc.stroke().restore();
}

function drawNotes(page: TicketPage, look: TicketLook): void {
  const columnWidth = 82;
  const second = LEFT + WIDTH - columnWidth;
  const { words } = look;
  const columns = [
    { left: LEFT, title: words.bringTitle, text: page.bring },
    { left: second, title: words.gateTitle, text: words.gate },
  ];
  for (const { left, title, text } of columns) {
    write(title, box(left, 217, columnWidth, 8), look, {
      sizes: [13],
      colour: look.palette.accentText,
    });
    write(text, box(left, 225, columnWidth, 46), look, {
      weight: "regular",
      sizes: [10.5, 9.5, 8.5, 7.5],
    });
  }
  const quiet = { weight: "regular", sizes: [8.5], colour: MUTED } as const;
  write(page.host, box(LEFT, 281, WIDTH, 6), look, quiet);
}

function drawHairline(doc: Doc, y: number): void {
  doc.lineWidth(0.5).strokeColor(HAIRLINE);
  doc.moveTo(millimetres(LEFT), millimetres(y)).lineTo(millimetres(LEFT + WIDTH), millimetres(y));
  doc.stroke();
}

interface Wording {
  readonly weight?: Weight;
  /** Font sizes in points to try, the largest first. */
  readonly sizes: readonly number[];
  readonly colour?: string;
  readonly align?: "start" | "centre";
}

/** `space` is of the left-to-right page; a text begins where its page's lines begin. */
function write(text: string, space: Box, look: TicketLook, wording: Wording): void {
  const { weight = "bold", sizes, colour = INK, align = "start" } = wording;
  const { x, y, width, height } = place(space, look);
  const { lines, size } = setParagraph(text, look.fonts, { width, height, sizes, weight });
  for (const [index, runs] of lines.entries()) {
    const spare = width - (lineWidth(runs) * size) / 1000;
    const shift = align === "centre" ? spare / 2 : look.direction === "rtl" ? spare : 0;
    const baseline = y + size * (LINE_HEIGHT * index + ASCENT);
    look.pen.draw(runs, { x: x + shift, y: baseline, size, colour });
  }
}

/** From the top of a line to its baseline, in font sizes. */
const ASCENT = 1.05;

function place(space: Box, { direction }: TicketLook): Box {
  return direction === "ltr"
    ? space
    : { ...space, x: millimetres(PAGE_WIDTH) - space.x - space.width };
}

function onPixels(space: Box): Box {
  return { ...space, x: toPixel(space.x), y: toPixel(space.y) };
}
