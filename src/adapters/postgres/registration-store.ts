import { ok as assert } from "node:assert";
import postgres from "postgres";
import type { Phone } from "../../attendee/phone.ts";
import type {
  Candidate,
  CommitAnswer,
  MemberOutcome,
  RegistrationStore,
  Seat,
} from "../../quota/ports.ts";
import { type RegistrationId, TEMPLATE_VERSION } from "../../ticket/ticket.ts";
import { arrayLiteral } from "./array-literal.ts";
import type { Database, SqlTag } from "./client.ts";
import { DataRefusedError } from "./errors.ts";
import { ticketKeyUuid, uuidTicketKey } from "./ticket-key.ts";

type SeatRow =
  | { readonly registrationId: string; readonly ticketKey: string; readonly ordinal: number }
  | { readonly registrationId: null };

type CommitRow = { readonly sold: number } & (
  | ({ readonly outcome: "seat" } & Extract<SeatRow, { readonly registrationId: string }>)
  | { readonly outcome: "full" | "not-open" | "closed" }
);

/** Commits have connections of their own, so that no read is ever ahead of a commit in a queue. */
export class PostgresRegistrationStore implements RegistrationStore {
  readonly #commits: Database;
  readonly #reads: Database;

  constructor(databases: { readonly commits: Database; readonly reads: Database }) {
    this.#commits = databases.commits;
    this.#reads = databases.reads;
  }

  async commitBatch(saleId: number, members: readonly Candidate[]): Promise<CommitAnswer> {
    assert(members.length > 0, "a batch has members");
    let rows: readonly CommitRow[];
    try {
      rows = await this.#commits.run((sql) => commitRegistrations(sql, saleId, members));
    } catch (error) {
      return failedAnswer(error);
    }
    assert(rows.length === members.length, "every member has an outcome");
    const outcomes = members.map((member, index) => memberOutcome(member, rows[index]));
    return { kind: "done", outcomes, sold: rows[0]?.sold ?? 0 };
  }

  async findHolders(eventId: number, phones: readonly Phone[]): Promise<readonly (Seat | null)[]> {
    const rows = await this.#reads.run(
      (sql) => sql<SeatRow[]>`
        select held.id as "registrationId", held.ticket_key as "ticketKey", held.ordinal
        from unnest(${arrayLiteral(phones.map(digits))}::bigint[]) with ordinality as p (phone, place)
        left join lateral (
          select r.id, r.ticket_key, r.ordinal
          from registrations r where r.event_id = ${eventId} and r.phone = p.phone limit 1
        ) as held on true
        order by p.place`,
    );
    return rows.map((row) => (row.registrationId === null ? null : seat(row)));
  }
}

function commitRegistrations(
  sql: SqlTag,
  saleId: number,
  members: readonly Candidate[],
): PromiseLike<readonly CommitRow[]> {
  const column = (value: (member: Candidate) => string | number | null) =>
    arrayLiteral(members.map(value));
  return sql<CommitRow[]>`
    select
      outcome, registration_id as "registrationId", ticket_key as "ticketKey", ordinal, sold
    from commit_registrations(
      ${saleId},
      ${TEMPLATE_VERSION}::smallint,
      ${column((member) => member.registrationId)}::uuid[],
      ${column((member) => ticketKeyUuid(member.ticketKey))}::uuid[],
      ${column((member) => digits(member.phone))}::bigint[],
      ${column((member) => member.name)}::text[],
      ${column((member) => member.email)}::text[],
      ${column((member) => member.locale)}::text[],
      ${column((member) => member.takenAtMs)}::double precision[]
    )`;
}

function memberOutcome(member: Candidate, row: CommitRow | undefined): MemberOutcome {
  assert(row !== undefined);
  switch (row.outcome) {
    case "seat":
      // A seat with the minted id is this member's own, from this call or from one whose answer was lost.
      return row.registrationId === member.registrationId
        ? { kind: "committed", seat: seat(row) }
        : { kind: "holder", seat: seat(row) };
    case "full":
    case "not-open":
    case "closed":
      return { kind: row.outcome };
  }
}

function seat(row: Extract<SeatRow, { readonly registrationId: string }>): Seat {
  return {
    registrationId: row.registrationId as RegistrationId,
    ticketKey: uuidTicketKey(row.ticketKey),
    ordinal: row.ordinal,
  };
}

/** Only errors of the data itself are sure to have written nothing and to come again. */
function failedAnswer(error: unknown): CommitAnswer {
  if (error instanceof postgres.PostgresError && /^2[23]/.test(error.code)) {
    const place = error.constraint_name ?? error.routine;
    return { kind: "refused", error: new DataRefusedError(error.code, place) };
  }
  return { kind: "unknown", error: error instanceof Error ? error : new Error(String(error)) };
}

function digits(phone: Phone): string {
  return phone.slice(1);
}
