import { ok as assert } from "node:assert";

export interface TakenMail {
  readonly messageId: string;
  readonly pdfBytes: number;
}

const MESSAGE_ID = /^Message-ID: <([^>]+)>\r$/im;
/** Its headers to their end, and its lines of base64 (RFC 2045 section 6.8). */
const PDF_PART = /^Content-Type: application\/pdf(?:.|\r\n(?!\r\n))*\r\n\r\n([A-Za-z\d+/=\r\n]+)/im;
/** A ticket of three pages takes 24 kB. */
const PDF_BYTES_MIN = 20_000;

/** A mail as it came over the wire. Throws unless it has its ticket, whole (ISO 32000-2 sections 7.5.2 and 7.5.5). */
export function readTakenMail(mail: Buffer): TakenMail {
  const text = mail.toString("latin1");
  const messageId = MESSAGE_ID.exec(text)?.[1];
  assert(messageId !== undefined, "a mail came without its Message-ID");
  const pdf = Buffer.from(PDF_PART.exec(text)?.[1] ?? "", "base64");
  assert(pdf.byteLength >= PDF_BYTES_MIN, `a mail came with a PDF of ${pdf.byteLength} bytes`);
  const isWhole = pdf.toString("latin1", 0, 5) === "%PDF-" && pdf.includes("%%EOF", -16);
  assert(isWhole, "a mail came with a PDF that is not whole");
  return { messageId, pdfBytes: pdf.byteLength };
}
