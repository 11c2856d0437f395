import type { EventDetails } from "../../sale/event.ts";
import type { RegistrationId, TicketSheet } from "../../ticket/ticket.ts";
import type { SqlTag } from "./client.ts";
import { uuidTicketKey } from "./ticket-key.ts";

/** One row of `sheetColumns`. */
export interface SheetRow {
  readonly registrationId: string;
  readonly ticketKey: string;
  readonly eventId: number;
  readonly saleNumber: number;
  readonly ordinal: number;
  readonly holderName: string;
  readonly locale: string;
  readonly templateVersion: number;
  readonly host: string;
  readonly keyId: number;
  readonly details: EventDetails;
}

/** What a ticket shows, of `registrations r` and the tables of `sheetJoins`. */
export function sheetColumns(sql: SqlTag) {
  return sql`
    r.id as "registrationId", r.ticket_key as "ticketKey", r.event_id as "eventId",
    s.number as "saleNumber", r.ordinal, r.name as "holderName", r.locale,
    r.template_version as "templateVersion", e.host, e.key_id as "keyId", v.details`;
}

/** The event's details are those of the revision the registration was made under. */
export function sheetJoins(sql: SqlTag) {
  return sql`
    join sales s on s.id = r.sale_id
    join events e on e.id = r.event_id
    join event_revisions v on v.event_id = r.event_id and v.revision = r.event_revision`;
}

export function ticketSheet(row: SheetRow): TicketSheet {
  const { description: _, ...event } = row.details;
  return {
    registrationId: row.registrationId as RegistrationId,
    ticketKey: uuidTicketKey(row.ticketKey),
    eventId: row.eventId,
    saleNumber: row.saleNumber,
    ordinal: row.ordinal,
    holderName: row.holderName,
    locale: row.locale,
    host: row.host,
    keyId: row.keyId,
    templateVersion: row.templateVersion,
    event,
  };
}
