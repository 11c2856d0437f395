import type { Email } from "../../attendee/email.ts";
import type { Phone } from "../../attendee/phone.ts";
import type {
  ChannelState,
  ChannelStatus,
  DeliveryStatus,
  DeliveryStatusStore,
  OutboxItem,
  OutboxLane,
  OutboxResult,
  OutboxStore,
} from "../../delivery/ports.ts";
import type { RegistrationId, TicketKey } from "../../ticket/ticket.ts";
import { arrayLiteral } from "./array-literal.ts";
import type { Database, SqlTag } from "./client.ts";
import { ticketKeyUuid } from "./ticket-key.ts";
import { type SheetRow, sheetColumns, sheetJoins, ticketSheet } from "./ticket-sheet.ts";

type ClaimRow = SheetRow & {
  readonly id: number;
  readonly tries: number;
  readonly phone: Phone;
  readonly email: Email;
};

interface StatusRow {
  readonly smsState: ChannelState;
  readonly smsAhead: number | null;
  readonly mailState: ChannelState;
  readonly mailAhead: number | null;
}

/** A row's `due_at` is its lease as well: claiming moves it on, and nothing is locked while a message is sent. */
export class PostgresOutboxStore implements OutboxStore, DeliveryStatusStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async claim(
    lane: OutboxLane,
    want: { readonly countMax: number; readonly leaseMs: number },
  ): Promise<readonly OutboxItem[]> {
    const rows = await this.#database.run((sql) => {
      const { state, tries, dueAt } = laneColumns(sql, lane);
      return sql<ClaimRow[]>`
        with due as (
          select o.id from outbox o
          where o.${state} = 'queued' and o.${dueAt} <= clock_timestamp()
            and not exists (select from lanes l where l.name = ${lane} and l.is_paused)
          order by o.id
          limit ${want.countMax}
          for update skip locked
        ), claimed as (
          update outbox o
          set ${tries} = o.${tries} + 1,
            ${dueAt} = clock_timestamp() + ${want.leaseMs}::double precision * interval '1 millisecond'
          from due where o.id = due.id
          returning o.id, o.registration_id, o.${tries} as tries
        )
        select c.id, c.tries, '+' || r.phone as phone, r.email, ${sheetColumns(sql)}
        from claimed c join registrations r on r.id = c.registration_id ${sheetJoins(sql)}
        order by c.id`;
    });
    return rows.map((row) => ({
      id: row.id,
      registrationId: row.registrationId as RegistrationId,
      tries: row.tries,
      phone: row.phone,
      email: row.email,
      sheet: ticketSheet(row),
    }));
  }

  async settle(
    lane: OutboxLane,
    results: readonly { readonly item: OutboxItem; readonly result: OutboxResult }[],
  ): Promise<void> {
    const column = (value: (result: OutboxResult, item: OutboxItem) => string | number | null) =>
      arrayLiteral(results.map(({ item, result }) => value(result, item)));
    await this.#database.run((sql) => {
      const { state, tries, dueAt, providerId, error } = laneColumns(sql, lane);
      return sql`
        update outbox o
        set ${state} = r.state, ${providerId} = r.provider_id, ${error} = r.error,
          ${dueAt} = coalesce(to_timestamp(r.due_at_ms / 1000), o.${dueAt})
        from unnest(
          ${column((_, item) => item.id)}::bigint[],
          ${column((_, item) => item.tries)}::integer[],
          ${column(stateAfter)}::channel_state[],
          ${column((result) => (result.kind === "retry" ? result.dueAtMs : null))}::double precision[],
          ${column((result) => (result.kind === "sent" ? storable(result.providerId) : null))}::text[],
          ${column((result) => (result.kind === "sent" ? null : storable(result.reason)))}::text[]
        ) as r (id, tries, state, due_at_ms, provider_id, error)
        where o.id = r.id and o.${tries} = r.tries and o.${state} = 'queued'`;
    });
  }

  async setPaused(lane: OutboxLane, isPaused: boolean): Promise<void> {
    await this.#database.run(
      (sql) => sql`update lanes set is_paused = ${isPaused} where name = ${lane}`,
    );
  }

  async findDeliveryStatus(key: TicketKey): Promise<DeliveryStatus | null> {
    const [row] = await this.#database.run(
      (sql) => sql<StatusRow[]>`
        select
          o.sms_state as "smsState", ${ahead(sql, "confirmation-sms")} as "smsAhead",
          o.mail_state as "mailState", ${ahead(sql, "mail")} as "mailAhead"
        from registrations r join outbox o on o.registration_id = r.id
        where r.ticket_key = ${ticketKeyUuid(key)}
        order by o.id desc
        limit 1`,
    );
    if (row === undefined) return null;
    return {
      sms: channelStatus(row.smsState, row.smsAhead),
      mail: channelStatus(row.mailState, row.mailAhead),
    };
  }
}

function laneColumns(sql: SqlTag, lane: OutboxLane) {
  const channel = lane === "mail" ? "mail" : "sms";
  return {
    state: sql(`${channel}_state`),
    tries: sql(`${channel}_tries`),
    dueAt: sql(`${channel}_due_at`),
    providerId: sql(`${channel}_provider_id`),
    error: sql(`${channel}_error`),
  };
}

/**
 * The place in line of `outbox o`: its id less the lane's low-water mark, which is the first row never claimed,
 * since rows are claimed in order. A row once claimed is not in the line any more, even while it waits to be tried again.
 */
function ahead(sql: SqlTag, lane: OutboxLane) {
  const { state, tries } = laneColumns(sql, lane);
  return sql`
    case when o.${tries} > 0 then 0 else o.id - (
      select a.id from outbox a where a.${state} = 'queued' and a.${tries} = 0 order by a.id limit 1
    ) end`;
}

function channelStatus(state: ChannelState, aheadCount: number | null): ChannelStatus {
  return { state, ahead: state === "queued" ? (aheadCount ?? 0) : null };
}

function stateAfter(result: OutboxResult): ChannelState {
  switch (result.kind) {
    case "sent":
    case "failed":
    case "unknown":
      return result.kind;
    case "retry":
      return "queued";
  }
}

/** Providers write these texts, and PostgreSQL refuses a NUL: the batch would never settle and be sent again. */
function storable(text: string): string {
  return text.replaceAll("\0", "");
}
