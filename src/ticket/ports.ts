import type { TicketKey, TicketSheet } from "./ticket.ts";

export interface TicketStore {
  /** Everything the ticket shows, or null for a key that opens nothing; throws when the database is away. */
  findTicket(key: TicketKey): Promise<TicketSheet | null>;
}
