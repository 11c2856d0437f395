import { createHash } from "node:crypto";
import PDFDocument from "pdfkit";
import {
  DEFAULT_LANGUAGE,
  LANGUAGE_TRAITS,
  type Language,
  parseLanguage,
} from "../src/language/language.ts";
import { TEMPLATE_VERSION, type TicketSheet } from "../src/ticket/ticket.ts";
import { CodeLettering } from "./code-lettering.ts";
import { takeApart } from "./pdf-parts.ts";
import { FREE_ROW, type SharedBeginning, tableRow } from "./pdf-writer.ts";
import { TextPen } from "./text-pen.ts";
import { isDrawable } from "./text-runs.ts";
import { writeDay } from "./ticket-dates.ts";
import type { TicketFonts } from "./ticket-fonts.ts";
import type { PageDirection } from "./ticket-layout.ts";
import { drawBand, drawDay, drawFoot, type OpenPicture, type TicketLook } from "./ticket-page.ts";
import { ticketPalette } from "./ticket-palette.ts";
import { TICKET_WORDS } from "./ticket-words.ts";

/** All that the tickets of one event have in common in one language, drawn, deflated and numbered. */
export interface TicketTemplate {
  readonly beginning: SharedBeginning;
  /** Hex digits that no other template has. */
  readonly digest: string;
  readonly own: OwnObjects;
  readonly direction: PageDirection;
  readonly lettering: CodeLettering;
  /** What comes before the ticket's number in the title of its document. */
  readonly titleStart: string;
  /** Entries of dictionaries that each ticket writes with entries of its own. */
  readonly infoEntries: string;
  readonly fontEntries: string;
  readonly trailerEntries: string;
}

/** Numbers of the objects that the pages name and each ticket writes itself. */
export interface OwnObjects {
  /** The dictionary of fonts. */
  readonly fonts: number;
  /** Stands on every page: name and ticket number. */
  readonly holder: number;
  readonly pages: readonly OwnPage[];
  readonly info: number;
}

/** The codes of a day. */
export interface OwnPage {
  /** The path of its QR, which is filled by what comes after it. */
  readonly qr: number;
  readonly afterQr: number;
}

/** pdfkit draws it, once for thousands of tickets. The sheet may be any of the event's in this locale. */
export async function makeTicketTemplate(
  sheet: TicketSheet,
  fonts: TicketFonts,
): Promise<TicketTemplate> {
  const language = parseLanguage(sheet.locale) ?? DEFAULT_LANGUAGE;
  const doc = openDocument(language);
  const bytes = collect(doc);
  doc.addPage();
  const look = {
    fonts,
    pen: new TextPen(doc),
    words: TICKET_WORDS[language],
    palette: ticketPalette(sheet.event.theme?.accent),
    direction: LANGUAGE_TRAITS[language].direction,
    picture: openPicture(doc, sheet.event.picture),
  };
  const lettering = new CodeLettering(look.pen, fonts);
  const pages = drawPages(doc, sheet, look);
  const { entries: fontEntries, number } = withoutFonts(doc);
  doc.end();
  const { header, objects, rootNumber, infoNumber } = takeApart(await bytes);
  const own = { ...pages, fonts: number, info: infoNumber };
  const info = Buffer.from(objects.get(infoNumber) ?? []).toString("latin1");
  const beginning = shareObjects(header, objects, own);
  return {
    beginning,
    digest: createHash("md5").update(beginning.bytes).digest("hex"),
    own,
    direction: look.direction,
    lettering,
    titleStart: `${sheet.event.name}: ticket `,
    infoEntries: /<<(.*)>>/s.exec(info)?.[1]?.trim() ?? "",
    fontEntries,
    trailerEntries: `/Root ${rootNumber} 0 R/Info ${infoNumber} 0 R`,
  };
}

/** What this file uses of a pdfkit page and its types leave out. */
interface PageInternals {
  content: PDFKit.PDFKitReference;
  readonly fonts: Readonly<Record<string, PDFKit.PDFKitReference>>;
  readonly resources: { readonly data: { Font?: unknown } };
  readonly dictionary: {
    readonly data: {
      Contents: unknown;
      readonly Parent: { readonly data: { readonly Kids: unknown[]; Count: number } };
    };
  };
}

function pageOf(doc: PDFKit.PDFDocument): PageInternals {
  return doc.page as unknown as PageInternals;
}

/**
 * The pages are one, but for the streams they are made of: band, day, the holder's own, the codes of the day,
 * foot. In this order they are read aloud, and what pages share is in the file once.
 */
function drawPages(
  doc: PDFKit.PDFDocument,
  sheet: TicketSheet,
  look: TicketLook,
): Pick<OwnObjects, "holder" | "pages"> {
  const { words, fonts } = look;
  const { days, timeZone, bring = words.bring } = sheet.event;
  const event = { ...sheet.event, eventId: sheet.eventId, host: sheet.host, bring };
  drawBand(doc, event, look);
  const band = pageOf(doc).content;
  const foot = drawAside(doc, () => drawFoot(doc, event, look));
  const holder = reserve(doc);
  const codes = days.map(() => ({ qr: reserve(doc), afterQr: reserve(doc) }));
  const contents = days.map((day, index) => {
    const label = words.dayOf(day.day, days.length);
    const canDraw = (text: string) => isDrawable(text, fonts, "bold");
    const written = writeDay({ ...day, timeZone }, sheet.locale, canDraw);
    const drawn = drawAside(doc, () => drawDay(doc, { label, written }, look));
    return [band, drawn, holder, codes[index]?.qr, codes[index]?.afterQr, foot];
  });
  const { data } = pageOf(doc).dictionary;
  const tree = data.Parent.data;
  data.Contents = contents[0];
  for (const streams of contents.slice(1)) {
    const page = doc.ref({ ...data, Contents: streams });
    page.end(undefined);
    tree.Kids.push(page);
    tree.Count += 1;
  }
  return {
    holder: holder.id,
    pages: codes.map(({ qr, afterQr }) => ({ qr: qr.id, afterQr: afterQr.id })),
  };
}

/** Draws into a stream of its own, which begins as the page's first one ends. */
function drawAside(doc: PDFKit.PDFDocument, draw: () => void): PDFKit.PDFKitReference {
  const page = pageOf(doc);
  const { content } = page;
  const aside = doc.ref({});
  page.content = aside;
  draw();
  page.content = content;
  aside.end(undefined);
  return aside;
}

/** A number for an object that every ticket writes itself. */
function reserve(doc: PDFKit.PDFDocument): PDFKit.PDFKitReference {
  const ref = doc.ref({});
  ref.end(undefined);
  return ref;
}

/** Takes the dictionary of fonts out of the pages' resources, so that each ticket can add to it. */
function withoutFonts(doc: PDFKit.PDFDocument): {
  readonly entries: string;
  readonly number: number;
} {
  const { fonts, resources } = pageOf(doc);
  const ref = reserve(doc);
  resources.data.Font = ref;
  const entries = Object.entries(fonts).map(([id, font]) => `/${id} ${font.id} 0 R`);
  return { entries: entries.join(""), number: ref.id };
}

function shareObjects(
  header: Uint8Array,
  objects: ReadonlyMap<number, Uint8Array>,
  own: OwnObjects,
): SharedBeginning {
  const ofPages = own.pages.flatMap(({ qr, afterQr }) => [qr, afterQr]);
  const left = new Set([own.fonts, own.holder, own.info, ...ofPages]);
  const rows = [FREE_ROW];
  const parts = [header];
  let offset = header.length;
  for (const [number, object] of objects) {
    const isShared = !left.has(number);
    rows[number] = isShared ? tableRow(offset) : "";
    if (!isShared) continue;
    parts.push(object);
    offset += object.length;
  }
  return { bytes: Buffer.concat(parts), rows };
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

/** It stays at pdfkit's default PDF 1.3, above which pdfkit adds an XMP copy of what it knows of the document. */
function openDocument(language: Language): PDFKit.PDFDocument {
  return new PDFDocument({
    size: "A4",
    margin: 0,
    autoFirstPage: false,
    lang: language,
    displayTitle: true,
    info: {
      Creator: "Floodgate",
      Producer: `Floodgate template ${TEMPLATE_VERSION}, PDFKit`,
      CreationDate: new Date(0),
    },
  });
}

function collect(doc: PDFKit.PDFDocument): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    doc.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    doc.on("end", () => resolve(Buffer.concat(chunks)));
    doc.on("error", reject);
  });
}
