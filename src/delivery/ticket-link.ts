import type { TicketKey } from "../ticket/ticket.ts";

/** The page that shows the tickets; `publicUrl` is the site's origin, as in `https://tickets.example`. */
export function ticketLink(publicUrl: string, key: TicketKey): string {
  return new URL(`/t/${key}`, publicUrl).href;
}
