import type { TicketStore } from "../../ticket/ports.ts";
import type { TicketKey, TicketSheet } from "../../ticket/ticket.ts";
import type { Database } from "./client.ts";
import { ticketKeyUuid } from "./ticket-key.ts";
import { type SheetRow, sheetColumns, sheetJoins, ticketSheet } from "./ticket-sheet.ts";

export class PostgresTicketStore implements TicketStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async findTicket(key: TicketKey): Promise<TicketSheet | null> {
    const [row] = await this.#database.run(
      (sql) => sql<SheetRow[]>`
        select ${sheetColumns(sql)} from registrations r ${sheetJoins(sql)}
        where r.ticket_key = ${ticketKeyUuid(key)}`,
    );
    return row === undefined ? null : ticketSheet(row);
  }
}
