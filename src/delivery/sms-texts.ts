import { ok as assert } from "node:assert";
import type { TicketSheet } from "../ticket/ticket.ts";
import { fitsOneSegment } from "./gsm7.ts";
import { phrasesFor } from "./phrases.ts";
import { ticketLink } from "./ticket-link.ts";

/**
 * The SMS that carries a code: one GSM-7 segment for any host up to 140 characters, its last line
 * `@host #code` as WICG's origin-bound one-time codes ask, so that browsers can fill it in.
 */
export function codeText(code: {
  readonly code: string;
  /** Host name of the page the code is typed into, without a port. */
  readonly host: string;
  /** BCP 47 tag. */
  readonly locale: string;
  readonly validForMs: number;
}): string {
  const phrases = phrasesFor(code.locale).code(code.code, Math.floor(code.validForMs / 60_000));
  return fullestInOneSegment(phrases.map((phrase) => `${phrase}\n@${code.host} #${code.code}`));
}

/** The SMS that follows a registration; a name too long or outside GSM-7 gives way to the link. */
export function confirmationText(sheet: TicketSheet, publicUrl: string): string {
  const link = ticketLink(publicUrl, sheet.ticketKey);
  return fullestInOneSegment(phrasesFor(sheet.locale).confirmation(sheet.event.name, link));
}

/** The shortest where none fits: two segments are dearer, no message is worse. */
function fullestInOneSegment(texts: readonly string[]): string {
  const text = texts.find(fitsOneSegment) ?? texts.at(-1);
  assert(text !== undefined, "every phrase has a wording");
  return text;
}
