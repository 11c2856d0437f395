import type { TicketKey } from "../../ticket/ticket.ts";

/** Of the last character two bits count, the other four are zero. */
const SPELLING = /^[\w-]{21}[AQgw]$/;
const BASE64URL = { alphabet: "base64url" } as const;

/**
 * A ticket key's 128 bits as the `uuid` they are stored in. Its 22 characters carry four bits more, so each key
 * has one true spelling; any other is null, which equals nothing in SQL.
 */
export function ticketKeyUuid(key: TicketKey): string | null {
  return SPELLING.test(key) ? Uint8Array.fromBase64(key, BASE64URL).toHex() : null;
}

export function uuidTicketKey(uuid: string): TicketKey {
  const bytes = Uint8Array.fromHex(uuid.replaceAll("-", ""));
  return bytes.toBase64({ ...BASE64URL, omitPadding: true }) as TicketKey;
}
