import { createHash } from "node:crypto";
import { encodeShortCode } from "./short-code.ts";
import type { KeyRing, SigningKey } from "./signing-key.ts";
import type { RegistrationId, TicketClaim, TicketSheet } from "./ticket.ts";
import { encodeTicketCode } from "./ticket-code.ts";

export interface TicketCodes {
  readonly day: number;
  /** The QR's content. */
  readonly ticketCode: string;
  /** The Code 128's content, without dashes. */
  readonly shortCode: string;
}

/** Both codes of every event day, in the order of the sheet. Throws when the ring lacks the event's key. */
export function ticketCodes(sheet: TicketSheet, ring: KeyRing): readonly TicketCodes[] {
  const key = ring.versions.get(sheet.keyId);
  if (key === undefined) throw new Error(`the ticket keys hold no version ${sheet.keyId}`);
  return sheet.event.days.map(({ day }) => {
    const claim: TicketClaim = { ...sheet, day, revision: FIRST_ISSUE };
    return {
      day,
      ticketCode: signTicketCode(claim, sheet.host, key),
      shortCode: encodeShortCode(claim.eventId, claim, key.hmac),
    };
  });
}

function signTicketCode(claim: TicketClaim, host: string, key: SigningKey): string {
  const { eventId, day, saleNumber, ordinal, revision } = claim;
  const tag = registrationTag(claim.registrationId);
  const fields = { keyId: key.version, eventId, day, saleNumber, ordinal, revision, tag };
  return encodeTicketCode(fields, host, key.sign);
}

/** The first two bytes of SHA-256 over the id as 36 lower-case ASCII characters. */
function registrationTag(registrationId: RegistrationId): number {
  return createHash("sha256").update(registrationId).digest().readUInt16BE(0);
}

/** A sheet describes a ticket as first issued; a reissue signs its own claim. */
const FIRST_ISSUE = 0;
