import type { Sql } from "postgres";
import { uuidTicketKey } from "../../../src/adapters/postgres/ticket-key.ts";
import { TEMPLATE_VERSION } from "../../../src/ticket/ticket.ts";
import type { StoredChannel, StoredOutboxRow } from "../../support/outbox-table.ts";
import type { Tables } from "../../support/tables.ts";

/** What PostgreSQL holds of registrations and the outbox, instants and ids of outbox rows aside. */
export async function storedRows(sql: Sql) {
  const registrations = await sql`
    select
      id as "registrationId", ticket_key as "ticketKey", '+' || phone as phone, event_id as "eventId",
      event_revision as "eventRevision", sale_id as "saleId", ordinal,
      template_version as "templateVersion", name, email, locale
    from registrations order by sale_id, ordinal`;
  const outbox = await sql`
    select
      registration_id as "registrationId",
      sms_state, sms_tries, sms_provider_id, sms_error,
      mail_state, mail_tries, mail_provider_id, mail_error
    from outbox order by id`;
  return {
    registrations: registrations.map((row) => ({
      ...row,
      ticketKey: uuidTicketKey(row["ticketKey"]),
    })),
    outbox: outbox.map((row) => ({ ...row })),
  };
}

/** The same of `Tables`. */
export function modelledRows(tables: Tables): Awaited<ReturnType<typeof storedRows>> {
  const registrations = tables.registrations.map(
    ({ committedAtMs: _committed, takenAtMs: _taken, ...row }) => ({
      ...row,
      templateVersion: TEMPLATE_VERSION,
    }),
  );
  return {
    registrations: registrations.sort(
      (one, other) => one.saleId - other.saleId || one.ordinal - other.ordinal,
    ),
    outbox: [...tables.outboxRows].map(outboxColumns),
  };
}

function outboxColumns({ row, channels }: StoredOutboxRow) {
  return {
    registrationId: row.registrationId,
    ...channelColumns("sms", channels["confirmation-sms"]),
    ...channelColumns("mail", channels.mail),
  };
}

function channelColumns(name: "sms" | "mail", { state, tries, result }: StoredChannel) {
  return {
    [`${name}_state`]: state,
    [`${name}_tries`]: tries,
    [`${name}_provider_id`]: result?.kind === "sent" ? result.providerId : null,
    [`${name}_error`]: result === null || result.kind === "sent" ? null : result.reason,
  };
}
