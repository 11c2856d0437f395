import { ok as assert } from "node:assert";
import type {
  ChannelState,
  DeliveryRows,
  LineStart,
  LineStarts,
  MessageRow,
  OutboxLane,
} from "../../delivery/ports.ts";
import type { TicketKey } from "../../ticket/ticket.ts";
import type { Database, SqlTag } from "./client.ts";
import { ticketKeyUuid } from "./ticket-key.ts";

type StoredState = ChannelState | "not-owed";

interface ChannelColumns {
  readonly id: number;
  readonly smsState: StoredState;
  readonly smsTries: number;
  readonly smsLeaseEndedAgoMs: number;
  readonly mailState: StoredState;
  readonly mailTries: number;
  readonly mailLeaseEndedAgoMs: number;
}

interface StartColumns {
  readonly sms: number | null;
  readonly mail: number | null;
  readonly newest: number | null;
}

/** The outbox as people ask about it, joined with what operators and mail providers have reported. */
export class PostgresDeliveryStatusStore implements DeliveryRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * All rows of the ticket, few as they are: for the newest alone, a planner without statistics walks the whole
   * outbox backwards (measured behind a pooler: 117 ms of 60,000 rows instead of 0.3). A mail is reported by its
   * Message-ID, which `ticketMail` makes of the row.
   */
  async findMessages(
    key: TicketKey,
  ): Promise<{ readonly sms: MessageRow; readonly mail: MessageRow } | null> {
    const rows = await this.#database.run(
      (sql) => sql<ChannelColumns[]>`
        select o.id,
          coalesce(sms.state, o.sms_state) as "smsState", o.sms_tries as "smsTries",
          ${agoMs(sql, "sms_due_at")} as "smsLeaseEndedAgoMs",
          coalesce(mail.state, o.mail_state) as "mailState", o.mail_tries as "mailTries",
          ${agoMs(sql, "mail_due_at")} as "mailLeaseEndedAgoMs"
        from registrations r
        join events e on e.id = r.event_id
        join outbox o on o.registration_id = r.id
        left join delivery_reports sms on sms.provider_id = o.sms_provider_id
        left join delivery_reports mail on mail.provider_id = 'mail/' || r.id || '.' || o.id || '@' || e.host
        where r.ticket_key = ${ticketKeyUuid(key)}
        order by o.id desc`,
    );
    const sms = newestOwed(rows, (row) => ({
      id: row.id,
      state: row.smsState,
      tries: row.smsTries,
      leaseEndedAgoMs: row.smsLeaseEndedAgoMs,
    }));
    const mail = newestOwed(rows, (row) => ({
      id: row.id,
      state: row.mailState,
      tries: row.mailTries,
      leaseEndedAgoMs: row.mailLeaseEndedAgoMs,
    }));
    return sms === null || mail === null ? null : { sms, mail };
  }

  async findLineStarts(from: Readonly<Record<OutboxLane, number>>): Promise<LineStarts> {
    const [row] = await this.#database.run(
      (sql) => sql<StartColumns[]>`
        select ${firstWaiting(sql, "sms", from["confirmation-sms"])} as sms,
          ${firstWaiting(sql, "mail", from.mail)} as mail,
          (select max(o.id) from outbox o) as newest`,
    );
    assert(row !== undefined, "an aggregate answers with one row");
    const { sms, mail, newest } = row;
    return { "confirmation-sms": lineStart(sms, newest), mail: lineStart(mail, newest) };
  }
}

function newestOwed(
  rows: readonly ChannelColumns[],
  channelOf: (row: ChannelColumns) => Omit<MessageRow, "state"> & { readonly state: StoredState },
): MessageRow | null {
  for (const row of rows) {
    const { state, ...channel } = channelOf(row);
    if (state !== "not-owed") return { ...channel, state };
  }
  return null;
}

/**
 * Not `tries = 0`, of which a planner without statistics expects so few that it sorts all that wait (measured
 * behind a pooler: 18 ms of 30,000 rows instead of 0.1).
 */
function firstWaiting(sql: SqlTag, channel: "sms" | "mail", fromId: number) {
  return sql`(
    select o.id from outbox o
    where o.${sql(`${channel}_state`)} = 'queued' and o.${sql(`${channel}_tries`)} < 1 and o.id >= ${fromId}::bigint
    order by o.id limit 1)`;
}

function lineStart(waitingId: number | null, newestId: number | null): LineStart {
  return { startId: waitingId ?? (newestId ?? 0) + 1, isEmpty: waitingId === null };
}

function agoMs(sql: SqlTag, column: "sms_due_at" | "mail_due_at") {
  return sql`(extract(epoch from clock_timestamp() - o.${sql(column)}) * 1000)::double precision`;
}
