/**
 * The three-page ticket as a competent developer writes it from pdfkit's and bwip-js's own documentation:
 * a fresh document, an embedded TrueType font, PNG barcodes. The baseline of `pdf-vs-naive`.
 * Font: NotoSans regular (npm @expo-google-fonts/noto-sans). Measured on one core of a 2-core machine: about 45 ms a ticket.
 */
import bwipjs from "bwip-js/node";
import PDFDocument from "pdfkit";

export interface NaiveTicket {
  readonly event: string;
  readonly venue: string;
  readonly name: string;
  readonly days: readonly {
    readonly date: string;
    readonly code: string;
    readonly shortCode: string;
  }[];
}

export async function naiveTicket(ticket: NaiveTicket, font: Buffer): Promise<Buffer> {
  const doc = new PDFDocument({ size: "A4", autoFirstPage: false });
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise<Buffer>((resolve) =>
    doc.on("end", () => resolve(Buffer.concat(chunks))),
  );
  for (const day of ticket.days) {
    doc.addPage();
    doc.font(font);
    doc
      .fontSize(24)
      .text(ticket.event)
      .fontSize(14)
      .text(ticket.venue)
      .text(day.date)
      .text(ticket.name);
    const qr = await bwipjs.toBuffer({ bcid: "qrcode", text: day.code, scale: 3 });
    doc.image(qr, 100, 300, { width: 200 });
    const linear = await bwipjs.toBuffer({
      bcid: "code128",
      text: day.shortCode,
      scale: 3,
      height: 10,
    });
    doc.image(linear, 100, 550, { width: 200 });
    doc.text(day.shortCode, 100, 600);
  }
  doc.end();
  return done;
}
