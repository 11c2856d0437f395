import { ok as assert } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import type {
  EventChange,
  EventDecision,
  EventDraft,
  ExportRow,
  OrganiserStore,
  SaleDraft,
} from "../../organiser/ports.ts";
import type { EventDetails, Sale } from "../../sale/event.ts";
import type { EventSnapshot } from "../../sale/ports.ts";
import { arrayLiteral } from "./array-literal.ts";
import type { Database, SqlTag } from "./client.ts";
import { selectEvents } from "./event-store.ts";

const EXPORT_PAGE_COUNT_MAX = 5_000;

export class PostgresOrganiserStore implements OrganiserStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  changeEvent(
    slug: string,
    frozen: { readonly host: string; readonly keyId: number },
    decide: (current: EventSnapshot | null) => EventDecision,
  ): Promise<EventChange> {
    return this.#database.run((sql) =>
      sql.begin(async (transaction): Promise<EventChange> => {
        await lockEvent(transaction, slug);
        const [current = null] = await selectEvents(transaction, slug);
        const decision = decide(current);
        switch (decision.kind) {
          case "refuse":
            return { kind: "refused", faults: decision.faults };
          case "pause":
            return pauseEvent(transaction, current, decision.isPaused);
          case "write":
            assert(decision.draft.slug === slug, "the draft is of the locked event");
            return current === null
              ? createEvent(transaction, decision.draft, frozen)
              : updateEvent(transaction, current, decision.draft);
        }
      }),
    );
  }

  async countRegistrations(eventId: number): Promise<number> {
    const [row] = await this.#database.run(
      (sql) => sql<{ count: number }[]>`
        select count(*) as count from registrations where event_id = ${eventId}`,
    );
    return row?.count ?? 0;
  }

  exportRegistrations(eventId: number): AsyncIterable<readonly ExportRow[]> {
    return this.#database.pages(
      (sql) => sql<ExportRow[]>`
        select
          s.number as "saleNumber", r.ordinal, r.name, '+' || r.phone as phone, r.email, r.locale,
          r.id as "registrationId",
          to_char(r.committed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            as "committedAt"
        from registrations r join sales s on s.id = r.sale_id
        where r.event_id = ${eventId}
        order by r.committed_at, s.number, r.ordinal`,
      EXPORT_PAGE_COUNT_MAX,
    );
  }
}

/** The advisory lock covers an event that is not there yet; the row's lock keeps commits out. */
async function lockEvent(sql: SqlTag, slug: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${slug}, 0))`;
  await sql`select from events where slug = ${slug} for no key update`;
}

async function createEvent(
  sql: SqlTag,
  draft: EventDraft,
  frozen: { readonly host: string; readonly keyId: number },
): Promise<EventChange> {
  const [created] = await sql<{ id: number }[]>`
    insert into events (slug, host, key_id, revision, proof)
    values (${draft.slug}, ${frozen.host}, ${frozen.keyId}, 1, ${draft.proof})
    returning id`;
  assert(created !== undefined);
  await insertRevision(sql, { eventId: created.id, revision: 1, details: draft.details });
  await writeSales(sql, created.id, draft);
  return { kind: "created", event: await storedEvent(sql, draft.slug) };
}

async function updateEvent(
  sql: SqlTag,
  { event, soldBySale }: EventSnapshot,
  draft: EventDraft,
): Promise<EventChange> {
  const hasNewDetails = !isDeepStrictEqual(event.details, draft.details);
  const sales = event.sales.map(draftOf);
  const hasNewSales = !isDeepStrictEqual(inOrder(sales), inOrder(draft.sales));
  if (!hasNewDetails && !hasNewSales && event.proof === draft.proof) {
    return { kind: "unchanged", event };
  }
  const kept = new Set(draft.sales.map((sale) => sale.number));
  for (const sale of event.sales) {
    assert(kept.has(sale.number) || soldBySale.get(sale.id) === 0, "a sale with seats stays");
  }
  if (hasNewDetails) {
    const revision = event.revision + 1;
    await insertRevision(sql, { eventId: event.id, revision, details: draft.details });
    await sql`update events set revision = ${revision} where id = ${event.id}`;
  }
  await sql`update events set proof = ${draft.proof} where id = ${event.id}`;
  await writeSales(sql, event.id, draft);
  return { kind: "changed", event: await storedEvent(sql, draft.slug) };
}

async function pauseEvent(
  sql: SqlTag,
  current: EventSnapshot | null,
  isPaused: boolean,
): Promise<EventChange> {
  assert(current !== null, "only an event that is there can be paused");
  const { event } = current;
  if (event.isPaused === isPaused) return { kind: "unchanged", event };
  await sql`update events set is_paused = ${isPaused} where id = ${event.id}`;
  return { kind: "changed", event: { ...event, isPaused } };
}

async function insertRevision(
  sql: SqlTag,
  row: { readonly eventId: number; readonly revision: number; readonly details: EventDetails },
): Promise<void> {
  await sql`
    insert into event_revisions (event_id, revision, details)
    values (${row.eventId}, ${row.revision}, ${JSON.stringify(row.details)}::text::jsonb)`;
}

async function writeSales(sql: SqlTag, eventId: number, draft: EventDraft): Promise<void> {
  const kept = arrayLiteral(draft.sales.map((sale) => sale.number));
  await sql`
    delete from sales where event_id = ${eventId} and number <> all (${kept}::smallint[])`;
  for (const sale of draft.sales) {
    await sql`
      insert into sales (
        event_id, number, verify_from, opens_at, closes_at, quota, lobby_from, beacon
      )
      values (
        ${eventId}, ${sale.number}, ${sale.verifyFromMs}, ${sale.opensAtMs}, ${sale.closesAtMs},
        ${sale.quota}, ${sale.lobby?.fromMs ?? null}, ${sale.lobby?.beacon ?? null}
      )
      on conflict (event_id, number) do update set
        verify_from = excluded.verify_from, opens_at = excluded.opens_at,
        closes_at = excluded.closes_at, quota = excluded.quota,
        lobby_from = excluded.lobby_from, beacon = excluded.beacon`;
  }
}

async function storedEvent(sql: SqlTag, slug: string) {
  const [stored] = await selectEvents(sql, slug);
  assert(stored !== undefined);
  return stored.event;
}

function draftOf(sale: Sale): SaleDraft {
  const { id: _, ...draft } = sale;
  return draft;
}

function inOrder(sales: readonly SaleDraft[]): readonly SaleDraft[] {
  return sales.toSorted((one, other) => one.number - other.number);
}
