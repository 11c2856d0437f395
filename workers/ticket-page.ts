import { type Box, box, millimetres } from "./page-box.ts";
import type { TextPen } from "./text-pen.ts";
import type { WrittenDay } from "./ticket-dates.ts";
import type { TicketFonts, Weight } from "./ticket-fonts.ts";
import {
  ADMISSION,
  ASIDE,
  LEFT,
  PAGE_WIDTH,
  type PageDirection,
  place,
  placeText,
  type TextSpace,
  WIDTH,
} from "./ticket-layout.ts";
import { drawOrnament } from "./ticket-ornament.ts";
import { HAIRLINE, INK, MUTED, type TicketPalette } from "./ticket-palette.ts";
import type { TicketWords } from "./ticket-words.ts";

/** What all tickets of an event say on every page. Texts may be of any script: what no font has shows as U+FFFD. */
export interface EventTexts {
  readonly eventId: number;
  readonly name: string;
  readonly venue: string;
  readonly bring: string;
  readonly host: string;
}

/** What all tickets of an event say of one day. */
export interface DayTexts {
  /** As in `Day 1 of 3`. */
  readonly label: string;
  readonly written: WrittenDay;
}

/** What the pages of an event's tickets share. */
export interface TicketLook {
  readonly fonts: TicketFonts;
  readonly pen: TextPen;
  readonly words: TicketWords;
  readonly palette: TicketPalette;
  readonly direction: PageDirection;
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

/** In millimetres. */
const BAND_HEIGHT = 56;
const PICTURE_WIDTH = 70;
const CUT = 208;

export function drawBand(doc: Doc, event: EventTexts, look: TicketLook): void {
  const { palette, picture } = look;
  doc.rect(0, 0, millimetres(PAGE_WIDTH), millimetres(BAND_HEIGHT)).fill(palette.accent);
  const right = box(PAGE_WIDTH - PICTURE_WIDTH, 0, PICTURE_WIDTH, BAND_HEIGHT);
  const art = place(right, look.direction);
  if (picture === null) drawOrnament(doc, art, { seed: event.eventId, tints: palette.tints });
  else drawPicture(doc, picture, art);
  const width = PAGE_WIDTH - PICTURE_WIDTH - LEFT - 8;
  write(event.name, box(LEFT, 10, width, 26), look, {
    sizes: [27, 23, 19, 16, 13],
    colour: palette.onAccent,
  });
  write(event.venue, box(LEFT, 39, width, 11), look, {
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

export function drawDay(doc: Doc, { label, written }: DayTexts, look: TicketLook): void {
  const width = ASIDE - LEFT - 6;
  const accented = { sizes: [13], colour: look.palette.accentText };
  write(label, box(LEFT, 63, width, 8), look, accented);
  write(written.weekday, box(LEFT, 70, width, 13), look, { weight: "regular", sizes: [26] });
  write(written.date, box(LEFT, 81, width, 17), look, { sizes: [34, 30, 26, 22, 18] });
  const asideWidth = LEFT + WIDTH - ASIDE;
  write(look.words.doors, box(ASIDE, 63, asideWidth, 8), look, accented);
  write(written.doors, box(ASIDE, 68.5, asideWidth, 16), look, { sizes: [34, 26] });
  const zone = { weight: "regular", sizes: [11], colour: MUTED } as const;
  write(written.zone, box(ASIDE, 86.5, asideWidth, 6), look, zone);
  drawHairline(doc, 103);
  const quiet = { weight: "regular", sizes: [9], colour: MUTED } as const;
  write(look.words.name, box(LEFT, 106, 60, 5), look, quiet);
  write(look.words.ticket, box(ASIDE, 106, 40, 5), look, quiet);
  drawHairline(doc, 133);
}

/** All that stands below the codes. */
export function drawFoot(doc: Doc, event: EventTexts, look: TicketLook): void {
  const { space, ...admission } = ADMISSION;
  write(look.words.admission, space, look, { ...admission, colour: MUTED });
  drawCut(doc, look);
  drawNotes(event, look);
}

/** Dashes from edge to edge, and scissors on them. */
function drawCut(doc: Doc, look: TicketLook): void {
  const y = millimetres(CUT);
  doc.lineWidth(0.6).strokeColor(MUTED).dash(4, { space: 4 });
  doc.moveTo(0, y).lineTo(millimetres(PAGE_WIDTH), y).stroke().undash();
  const { x, width } = place(box(8, CUT, 7, 1), look.direction);
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

function drawNotes(event: EventTexts, look: TicketLook): void {
  const columnWidth = 82;
  const second = LEFT + WIDTH - columnWidth;
  const { words } = look;
  const columns = [
    { left: LEFT, title: words.bringTitle, text: event.bring },
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
  write(event.host, box(LEFT, 281, WIDTH, 6), look, quiet);
}

function drawHairline(doc: Doc, y: number): void {
  doc.lineWidth(0.5).strokeColor(HAIRLINE);
  doc.moveTo(millimetres(LEFT), millimetres(y)).lineTo(millimetres(LEFT + WIDTH), millimetres(y));
  doc.stroke();
}

interface Wording extends Omit<TextSpace, "space" | "weight"> {
  readonly weight?: Weight;
  readonly colour?: string;
}

/** `space` is of the left-to-right page. */
function write(text: string, space: Box, look: TicketLook, wording: Wording): void {
  const { weight = "bold", colour = INK, ...setting } = wording;
  for (const { runs, start } of placeText(text, { ...setting, space, weight }, look)) {
    look.pen.draw(runs, start, colour);
  }
}
