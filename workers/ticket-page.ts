import {
  code128Bars,
  code128Runs,
  type DarkRun,
  qrModules,
  qrRuns,
} from "../src/ticket/barcode.ts";
import { groupShortCode } from "../src/ticket/short-code.ts";
import type { WrittenDay } from "./ticket-dates.ts";

/** One event day of one ticket, every text already drawable. */
export interface TicketPage {
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
  readonly host: string;
}

/** A rectangle in points from the top left corner of the page. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type Doc = PDFKit.PDFDocument;

const INK = "#16202A";
const MUTED = "#66717C";
const ACCENT = "#0B6170";
const HAIRLINE = "#C9D0D6";

/** The frame's text stands on two columns; everything is in millimetres until it is drawn. */
const FRAME = box(18, 18, 174, 182);
const LEFT_MM = 28;
const RIGHT_MM = 93.6;
const WIDTH_MM = 154;

/**
 * Modules in points: whole pixels of a screen at 96 dots an inch, 5 and 2, so that a picture of the page is
 * as sharp as its print. The QR is 49 mm wide, the Code 128 88 mm at most (twelve characters take 167 modules).
 */
const PIXEL = 0.75;
const QR_MODULE = 5 * PIXEL;
const CODE_128_MODULE = 2 * PIXEL;
const CODE_128_HEIGHT_MM = 27;

export function drawTicketPage(doc: Doc, page: TicketPage): void {
  doc.addPage();
  drawFrame(doc);
  drawHeading(doc, page);
  drawParticulars(doc, page);
  drawCodes(doc, page);
  drawNotes(doc, page);
}

function drawFrame(doc: Doc): void {
  doc.lineWidth(0.5).strokeColor(HAIRLINE);
  doc.roundedRect(FRAME.x, FRAME.y, FRAME.width, FRAME.height, millimetres(3)).stroke();
  doc.rect(millimetres(LEFT_MM), FRAME.y, millimetres(18), millimetres(1.6)).fill(ACCENT);
  for (const yMm of [84, 112]) {
    doc.moveTo(millimetres(LEFT_MM), millimetres(yMm));
    doc.lineTo(millimetres(LEFT_MM + WIDTH_MM), millimetres(yMm)).stroke();
  }
  const cutY = millimetres(212);
  doc.dash(3, { space: 3 }).moveTo(0, cutY).lineTo(doc.page.width, cutY).stroke().undash();
}

function drawHeading(doc: Doc, page: TicketPage): void {
  doc.font("bold").fillColor(INK);
  fitText(doc, page.eventName, box(LEFT_MM, 27, WIDTH_MM, 24), [26, 22, 18, 15, 12]);
  doc.fillColor(ACCENT);
  fitText(doc, page.dayLabel, box(LEFT_MM, 54, WIDTH_MM, 9), [17]);
  doc.fillColor(INK);
  fitText(doc, page.written.date, box(LEFT_MM, 63, WIDTH_MM, 12), [26, 22, 18, 15]);
}

function drawParticulars(doc: Doc, page: TicketPage): void {
  const { doors, zone } = page.written;
  drawField(doc, "Name", page.holderName, box(LEFT_MM, 88, WIDTH_MM, 22));
  drawField(doc, "Doors", `${doors} ${zone}`, box(LEFT_MM, 116, 34, 18));
  drawField(doc, "Ticket", page.ticketNumber, box(LEFT_MM + 36, 116, 27, 18));
  drawField(doc, "Venue", page.venue, box(RIGHT_MM, 116, LEFT_MM + WIDTH_MM - RIGHT_MM, 18));
}

function drawField(doc: Doc, label: string, value: string, field: Box): void {
  const labelHeight = millimetres(5);
  doc.font("regular").fontSize(8.5).fillColor(MUTED);
  doc.text(label, field.x, field.y, { lineBreak: false });
  doc.font("bold").fillColor(INK);
  const rest = { ...field, y: field.y + labelHeight, height: field.height - labelHeight };
  fitText(doc, value, rest, [15, 13, 11, 9, 7.5]);
}

function drawCodes(doc: Doc, page: TicketPage): void {
  const top = toPixel(millimetres(140));
  const qrUnit = { x: toPixel(millimetres(LEFT_MM)), y: top, width: QR_MODULE, height: QR_MODULE };
  fillRuns(doc, qrRuns(qrModules(page.ticketCode)), qrUnit);

  const left = toPixel(millimetres(RIGHT_MM));
  const barHeight = toPixel(millimetres(CODE_128_HEIGHT_MM));
  const { runs, widthModules } = code128Runs(code128Bars(page.shortCode));
  fillRuns(doc, runs, { x: left, y: top, width: CODE_128_MODULE, height: barHeight });

  const centred = { width: widthModules * CODE_128_MODULE, align: "center" } as const;
  doc.font("bold").fontSize(16).fillColor(INK);
  const shortCodeTop = top + barHeight + millimetres(4);
  doc.text(groupShortCode(page.shortCode), left, shortCodeTop, { ...centred, characterSpacing: 1 });
  doc.font("regular").fontSize(9).fillColor(MUTED);
  doc.text("One admission, on this day only", left, shortCodeTop + millimetres(11), centred);
}

/** One path and one fill for a whole symbol; `unit` is where it starts and the size of a module. */
function fillRuns(doc: Doc, runs: readonly DarkRun[], unit: Box): void {
  doc.save().translate(unit.x, unit.y).scale(unit.width, unit.height);
  for (const run of runs) doc.rect(run.x, run.y, run.width, 1);
  doc.fill("#000000").restore();
}

function drawNotes(doc: Doc, page: TicketPage): void {
  const notes =
    "Show this page at the gate, printed or on a bright screen. Each day of the event has its own page. " +
    "The code admits one person once: whoever shows it first goes in, so keep pictures of it to yourself.";
  doc.font("regular").fontSize(9).fillColor(MUTED);
  const width = millimetres(WIDTH_MM);
  doc.text(notes, millimetres(LEFT_MM), millimetres(220), { width, lineGap: 3 });
  doc.fontSize(8).text(page.host, millimetres(LEFT_MM), millimetres(280), { width });
}

/** Sets the text in the largest of the sizes at which it fits, and ends it with an ellipsis where none does. */
function fitText(doc: Doc, text: string, space: Box, sizes: readonly number[]): void {
  const { width, height } = space;
  for (const size of sizes) {
    doc.fontSize(size);
    if (doc.heightOfString(text, { width }) <= height) break;
  }
  doc.text(text, space.x, space.y, { width, height, ellipsis: true });
}

function box(xMm: number, yMm: number, widthMm: number, heightMm: number): Box {
  return {
    x: millimetres(xMm),
    y: millimetres(yMm),
    width: millimetres(widthMm),
    height: millimetres(heightMm),
  };
}

function millimetres(count: number): number {
  return (count * 72) / 25.4;
}

function toPixel(points: number): number {
  return Math.round(points / PIXEL) * PIXEL;
}
