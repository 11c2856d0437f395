import type { TicketKey } from "../../ticket/ticket.ts";

/**
 * A ticket key's 128 bits as the `uuid` they are stored in. Its 22 characters carry four bits more, so each key
 * has one true spelling; any other is null, which equals nothing in SQL.
 */
export function ticketKeyUuid(key: TicketKey): string | null {
  const bytes = Buffer.from(key, "base64url");
  return bytes.toString("base64url") === key ? bytes.toString("hex") : null;
}

export function uuidTicketKey(uuid: string): TicketKey {
  return Buffer.from(uuid.replaceAll("-", ""), "hex").toString("base64url") as TicketKey;
}
