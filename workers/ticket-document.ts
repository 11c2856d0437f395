import PDFDocument from "pdfkit";
import {
  DEFAULT_LANGUAGE,
  LANGUAGE_TRAITS,
  type Language,
  parseLanguage,
} from "../src/language/language.ts";
import type { KeyRing } from "../src/ticket/signing-key.ts";
import { TEMPLATE_VERSION, type TicketSheet } from "../src/ticket/ticket.ts";
import { ticketCodes } from "../src/ticket/ticket-codes.ts";
import { TextPen } from "./text-pen.ts";
import { isDrawable } from "./text-runs.ts";
import { writeDay } from "./ticket-dates.ts";
import type { TicketFonts } from "./ticket-fonts.ts";
import { drawTicketPage, type OpenPicture, type TicketPage } from "./ticket-page.ts";
import { ticketPalette } from "./ticket-palette.ts";
import { TICKET_WORDS } from "./ticket-words.ts";

/** The whole ticket as a PDF, one page for each event day; the same sheet gives the same bytes in any process. */
export function renderTicket(
  sheet: TicketSheet,
  ring: KeyRing,
  fonts: TicketFonts,
): Promise<Uint8Array> {
  const language = parseLanguage(sheet.locale) ?? DEFAULT_LANGUAGE;
  const pages = ticketPages(sheet, ring, fonts);
  const doc = openDocument(sheet, language);
  const bytes = collect(doc);
  const look = {
    fonts,
    pen: new TextPen(doc),
    words: TICKET_WORDS[language],
    palette: ticketPalette(sheet.event.theme?.accent),
    direction: LANGUAGE_TRAITS[language].direction,
    picture: openPicture(doc, sheet.event.picture),
  };
  for (const page of pages) drawTicketPage(doc, page, look);
  doc.end();
  return bytes;
}

function ticketPages(sheet: TicketSheet, ring: KeyRing, fonts: TicketFonts): readonly TicketPage[] {
  const words = TICKET_WORDS[parseLanguage(sheet.locale) ?? DEFAULT_LANGUAGE];
  const { name, venue, timeZone, days, bring } = sheet.event;
  const codes = ticketCodes(sheet, ring);
  return days.map((day, index) => {
    const code = codes[index];
    if (code?.day !== day.day) throw new Error(`no codes for event day ${day.day}`);
    return {
      eventId: sheet.eventId,
      eventName: name,
      venue,
      holderName: sheet.holderName,
      dayLabel: words.dayOf(day.day, days.length),
      written: writeDay({ ...day, timeZone }, sheet.locale, (text) =>
        isDrawable(text, fonts, "bold"),
      ),
      ticketNumber: ticketNumber(sheet),
      ticketCode: code.ticketCode,
      shortCode: code.shortCode,
      bring: bring ?? words.bring,
      host: sheet.host,
    };
  });
}

interface PictureOpener {
  openImage(source: string): OpenPicture["image"] & Omit<OpenPicture, "image">;
}

/** A picture that cannot be opened costs the picture, not the ticket. */
function openPicture(doc: PDFKit.PDFDocument, picture: string | undefined): OpenPicture | null {
  if (picture === undefined) return null;
  try {
    // pdfkit's types leave out this call, and that what it opened can be drawn on many pages.
    const image = (doc as unknown as PictureOpener).openImage(picture);
    return { image, width: image.width, height: image.height };
  } catch {
    return null;
  }
}

/**
 * pdfkit derives the file's ID from the metadata, so with a fixed instant the whole file is fixed. It stays
 * at its default PDF 1.3, above which pdfkit adds an XMP copy of the title without escaping it.
 */
function openDocument(sheet: TicketSheet, language: Language): PDFKit.PDFDocument {
  return new PDFDocument({
    size: "A4",
    margin: 0,
    autoFirstPage: false,
    lang: language,
    displayTitle: true,
    info: {
      Title: `${sheet.event.name}: ticket ${ticketNumber(sheet)}`,
      Creator: "Floodgate",
      Producer: `Floodgate template ${TEMPLATE_VERSION}, PDFKit`,
      CreationDate: new Date(0),
    },
  });
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
