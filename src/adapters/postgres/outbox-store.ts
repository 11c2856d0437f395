import type { Email } from "../../attendee/email.ts";
import type { Phone } from "../../attendee/phone.ts";
import type {
  ChannelState,
  LaneSwitches,
  OutboxItem,
  OutboxLane,
  OutboxResult,
  OutboxStore,
} from "../../delivery/ports.ts";
import type { RegistrationId } from "../../ticket/ticket.ts";
import { arrayLiteral } from "./array-literal.ts";
import type { Database, SqlTag } from "./client.ts";
import { type SheetRow, sheetColumns, sheetJoins, ticketSheet } from "./ticket-sheet.ts";

type ClaimRow = SheetRow & {
  readonly id: number;
  readonly tries: number;
  readonly phone: Phone;
  readonly email: Email;
  readonly isSuppressed: boolean;
};

/** A row's `due_at` is its lease as well: claiming moves it on, and nothing is locked while a message is sent. */
export class PostgresOutboxStore implements OutboxStore, LaneSwitches {
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
        select c.id, c.tries, '+' || r.phone as phone, r.email,
          exists(select from mail_suppressions m where m.address = lower(r.email)) as "isSuppressed",
          ${sheetColumns(sql)}
        from claimed c join registrations r on r.id = c.registration_id ${sheetJoins(sql)}
        order by c.id`;
    });
    return rows.map((row) => ({
      id: row.id,
      registrationId: row.registrationId as RegistrationId,
      tries: row.tries,
      phone: row.phone,
      email: row.email,
      isSuppressed: row.isSuppressed,
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

  async isPaused(lane: OutboxLane | "code"): Promise<boolean> {
    const [row] = await this.#database.run(
      (sql) => sql<{ isPaused: boolean }[]>`
        select is_paused as "isPaused" from lanes where name = ${lane}`,
    );
    return row?.isPaused ?? false;
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
