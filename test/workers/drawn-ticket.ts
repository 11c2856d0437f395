import PDFDocument from "pdfkit";
import { DEFAULT_LANGUAGE, LANGUAGE_TRAITS, parseLanguage } from "../../src/language/language.ts";
import { code128Runs, type DarkRun, qrRuns } from "../../src/ticket/barcode.ts";
import { code128Bars } from "../../src/ticket/code-128.ts";
import { groupShortCode } from "../../src/ticket/short-code.ts";
import type { TicketSheet } from "../../src/ticket/ticket.ts";
import { ticketCodes } from "../../src/ticket/ticket-codes.ts";
import { CodeLettering } from "../../workers/code-lettering.ts";
import type { Box } from "../../workers/page-box.ts";
import { TextPen } from "../../workers/text-pen.ts";
import { isDrawable } from "../../workers/text-runs.ts";
import { writeDay } from "../../workers/ticket-dates.ts";
import { TicketFonts } from "../../workers/ticket-fonts.ts";
import {
  code128Unit,
  HOLDER_NAME,
  placeLine,
  placeText,
  qrUnit,
  SHORT_CODE,
  type TextSpace,
  TICKET_NUMBER,
} from "../../workers/ticket-layout.ts";
import { drawBand, drawDay, drawFoot, type TicketLook } from "../../workers/ticket-page.ts";
import { INK, ticketPalette } from "../../workers/ticket-palette.ts";
import { TICKET_WORDS } from "../../workers/ticket-words.ts";
import { testKeyRing } from "../ticket/make-ticket-sheet.ts";

const fonts = new TicketFonts();

/**
 * A ticket that pdfkit draws as a whole, page by page, embedding its fonts itself: slow, and what a stamped
 * one has to look and read like.
 */
export async function drawTicket(sheet: TicketSheet): Promise<Uint8Array> {
  const language = parseLanguage(sheet.locale) ?? DEFAULT_LANGUAGE;
  const words = TICKET_WORDS[language];
  const doc = new PDFDocument({ size: "A4", margin: 0, autoFirstPage: false });
  const bytes = Array.fromAsync<Uint8Array>(doc);
  const look: TicketLook = {
    fonts,
    pen: new TextPen(doc),
    words,
    palette: ticketPalette(sheet.event.theme?.accent),
    direction: LANGUAGE_TRAITS[language].direction,
    picture: null,
  };
  const { days, timeZone, bring = words.bring } = sheet.event;
  const event = { ...sheet.event, eventId: sheet.eventId, host: sheet.host, bring };
  for (const [index, codes] of ticketCodes(sheet, testKeyRing()).entries()) {
    const day = days[index];
    if (day === undefined) throw new Error("more codes than days");
    const canDraw = (text: string) => isDrawable(text, fonts, "bold");
    const written = writeDay({ ...day, timeZone }, sheet.locale, canDraw);
    doc.addPage();
    drawBand(doc, event, look);
    drawDay(doc, { label: words.dayOf(day.day, days.length), written }, look);
    for (const { runs, start } of placeText(sheet.holderName, HOLDER_NAME, look)) {
      look.pen.draw(runs, start, INK);
    }
    const letter = (text: string, wanted: TextSpace) => {
      const lettering = new CodeLettering(look.pen, fonts);
      const start = placeLine(lettering.width(text), wanted, look.direction);
      doc.fillColor(INK).addContent(lettering.operators(text, start));
    };
    letter(`${sheet.saleNumber}-${sheet.ordinal}`, TICKET_NUMBER);
    fillRuns(doc, qrRuns(codes.ticketCode), qrUnit(look.direction));
    fillRuns(doc, code128Runs(code128Bars(codes.shortCode)).runs, code128Unit(look.direction));
    letter(groupShortCode(codes.shortCode), SHORT_CODE);
    drawFoot(doc, event, look);
  }
  doc.end();
  return Buffer.concat(await bytes);
}

function fillRuns(doc: PDFKit.PDFDocument, runs: readonly DarkRun[], unit: Box): void {
  doc.save().translate(unit.x, unit.y).scale(unit.width, unit.height);
  for (const run of runs) doc.rect(run.x, run.y, run.width, 1);
  doc.fill("#000000").restore();
}
