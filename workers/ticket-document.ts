import PDFDocument from "pdfkit";
import type { KeyRing } from "../src/ticket/signing-key.ts";
import { TEMPLATE_VERSION, type TicketSheet } from "../src/ticket/ticket.ts";
import { ticketCodes } from "../src/ticket/ticket-codes.ts";
import { writeDay } from "./ticket-dates.ts";
import { drawableText, isDrawable, type TicketFonts } from "./ticket-fonts.ts";
import { drawTicketPage, type TicketPage } from "./ticket-page.ts";

/** The whole ticket as a PDF, one page for each event day; the same sheet gives the same bytes in any process. */
export function renderTicket(
  sheet: TicketSheet,
  ring: KeyRing,
  fonts: TicketFonts,
): Promise<Uint8Array> {
  const doc = openDocument(sheet, fonts);
  const bytes = collect(doc);
  for (const page of ticketPages(sheet, ring, fonts)) drawTicketPage(doc, page);
  doc.end();
  return bytes;
}

function ticketPages(sheet: TicketSheet, ring: KeyRing, fonts: TicketFonts): readonly TicketPage[] {
  const drawable = (text: string) => drawableText(text, fonts.bold);
  const { name, venue, timeZone, days } = sheet.event;
  const codes = ticketCodes(sheet, ring);
  return days.map((day, index) => {
    const code = codes[index];
    if (code?.day !== day.day) throw new Error(`no codes for event day ${day.day}`);
    return {
      eventName: drawable(name),
      venue: drawable(venue),
      holderName: drawable(sheet.holderName),
      dayLabel: `Day ${day.day} of ${days.length}`,
      written: writeDay({ ...day, timeZone }, sheet.locale, (text) => isDrawable(text, fonts.bold)),
      ticketNumber: ticketNumber(sheet),
      ticketCode: code.ticketCode,
      shortCode: code.shortCode,
      host: sheet.host,
    };
  });
}

/**
 * pdfkit derives the file's ID from the metadata, so with a fixed instant the whole file is fixed. It stays
 * at its default PDF 1.3, above which pdfkit adds an XMP copy of the title without escaping it.
 */
function openDocument(sheet: TicketSheet, fonts: TicketFonts): PDFKit.PDFDocument {
  const doc = new PDFDocument({
    size: "A4",
    margin: 0,
    autoFirstPage: false,
    lang: "en",
    displayTitle: true,
    info: {
      Title: `${sheet.event.name}: ticket ${ticketNumber(sheet)}`,
      Creator: "Floodgate",
      Producer: `Floodgate template ${TEMPLATE_VERSION}, PDFKit`,
      CreationDate: new Date(0),
    },
  });
  // pdfkit takes a parsed font wherever it takes a font's bytes; its types know only the bytes.
  doc.registerFont("regular", fonts.regular as unknown as Uint8Array);
  doc.registerFont("bold", fonts.bold as unknown as Uint8Array);
  return doc;
}

function ticketNumber(sheet: TicketSheet): string {
  return `${sheet.saleNumber}-${sheet.ordinal}`;
}

function collect(doc: PDFKit.PDFDocument): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    doc.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    doc.on("end", () => resolve(Buffer.concat(chunks)));
    doc.on("error", reject);
  });
}
