import type { ISql, Sql } from "postgres";
import { ticketKeyUuid } from "../../src/adapters/postgres/ticket-key.ts";
import type { TicketKey } from "../../src/ticket/ticket.ts";

/** A seat as a server told it: a 201 or 200 that came whole. */
export interface Acknowledged {
  readonly phone: string;
  readonly registrationId: string;
  readonly ordinal: number;
  /** Of the ticket's address: whose links these are. */
  readonly origin: string;
  /** The last segment of the ticket's address. */
  readonly ticketKey: string;
}

/** When a person had read that the sale is full, by this machine's clock (ms since the epoch). */
export interface ToldFull {
  readonly phone: string;
  readonly atMs: number;
}

/** Everything people were told by any server, at any time. */
export interface Told {
  readonly acknowledged: readonly Acknowledged[];
  readonly full: readonly ToldFull[];
}

export class BrokenInvariantError extends Error {
  override readonly name = "BrokenInvariantError";

  /** By its number in src/README.md. */
  readonly invariant: number;

  constructor({ invariant, sentence }: Check, faults: readonly unknown[]) {
    const examples = JSON.stringify(faults.slice(0, 5));
    super(`invariant ${invariant}: ${sentence} (${faults.length} times, as in ${examples})`);
    this.invariant = invariant;
  }
}

/**
 * Holds what people were told against one snapshot of the tables, which may be taken while servers run or lie
 * dead. Answers how many registrations there are; throws `BrokenInvariantError` for the first that is broken.
 */
export function checkLedger(sql: Sql, told: Told): Promise<number> {
  return sql.begin("isolation level repeatable read read only", (snapshot) =>
    checkSnapshot(snapshot, told),
  );
}

/** The same within a transaction of the caller's. */
export async function checkSnapshot(snapshot: Snapshot, told: Told): Promise<number> {
  for (const check of CHECKS) {
    const faults = await check.find(snapshot, told);
    if (faults.length > 0) throw new BrokenInvariantError(check, faults);
  }
  const [row] = await snapshot<{ count: number }[]>`
    select count(*)::int as count from registrations`;
  return row?.count ?? 0;
}

/** What a statement of one transaction is written with. */
export type Snapshot = ISql<Record<never, never>>;

interface Check {
  readonly invariant: number;
  /** What is wrong where `find` finds something. */
  readonly sentence: string;
  readonly find: (sql: Snapshot, told: Told) => PromiseLike<readonly unknown[]>;
}

const CHECKS: readonly Check[] = [
  {
    invariant: 1,
    sentence: "a sale's seats are not what its row says, or more than its quota",
    find: (sql) => sql`
      select s.id, s.quota, s.sold, count(r.id)::int as seats
      from sales s left join registrations r on r.sale_id = s.id
      group by s.id
      having count(r.id) > s.quota or count(r.id) <> s.sold`,
  },
  {
    invariant: 1,
    sentence: "a sale's ordinals are not dense from 1",
    find: (sql) => sql`
      select sale_id, min(ordinal), max(ordinal), count(distinct ordinal)::int as ordinals
      from registrations
      group by sale_id
      having min(ordinal) <> 1 or max(ordinal) <> count(*) or count(distinct ordinal) <> count(*)`,
  },
  {
    invariant: 1,
    sentence: "a later ordinal was committed before an earlier one",
    find: (sql) => sql`
      select sale_id, ordinal from (
        select sale_id, ordinal, committed_at,
          lag(committed_at) over (partition by sale_id order by ordinal) as before
        from registrations
      ) as seat
      where committed_at < before`,
  },
  {
    invariant: 2,
    sentence: "a phone holds two registrations of an event",
    find: (sql) => sql`
      select event_id, count(*)::int from registrations group by event_id, phone having count(*) > 1`,
  },
  {
    invariant: 4,
    sentence: "a registration and its outbox row do not come in a pair",
    find: (sql) => sql`
      select r.id, count(o.id)::int as outbox_rows
      from registrations r full join outbox o on o.registration_id = r.id
      group by r.id
      having r.id is null or count(o.id) <> 1`,
  },
  {
    invariant: 3,
    sentence: "an acknowledged registration is not in the table as it was told",
    find: async (sql, { acknowledged }) => {
      const stored = await storedSeats(sql);
      return acknowledged.filter((seat) => stored.get(seat.registrationId) !== identityOf(seat));
    },
  },
  {
    invariant: 6,
    sentence: "somebody was told full before the last seat was given out",
    find: async (sql, { full }) => {
      const [last] = await sql<{ committedAtMs: number }[]>`
        select (extract(epoch from max(last_committed_at)) * 1000)::float8 as "committedAtMs"
        from sales where sold = quota`;
      const fullFromMs = last?.committedAtMs ?? null;
      return full.filter(({ atMs }) => fullFromMs === null || atMs < fullFromMs);
    },
  },
  {
    invariant: 7,
    sentence: "a holder was told full",
    find: async (sql, { full }) => {
      const phones = full.map(({ phone }) => phone.slice(1));
      return sql`select ordinal from registrations where phone = any(${phones}::bigint[])`;
    },
  },
];

async function storedSeats(sql: Snapshot): Promise<ReadonlyMap<string, string>> {
  const rows = await sql<{ id: string; ordinal: number; phone: string; key: string }[]>`
    select id::text, ordinal, '+' || phone as phone, ticket_key::text as key from registrations`;
  return new Map(
    rows.map(({ id, ordinal, phone, key }) => [
      id,
      `${phone} ${ordinal} ${key.replaceAll("-", "")}`,
    ]),
  );
}

function identityOf({ phone, ordinal, ticketKey }: Acknowledged): string {
  return `${phone} ${ordinal} ${ticketKeyUuid(ticketKey as TicketKey)}`;
}
