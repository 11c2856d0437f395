import { ok as assert } from "node:assert";
import type { Event, EventDetails, Sale } from "../../sale/event.ts";
import type { EventSnapshot, EventStore } from "../../sale/ports.ts";
import type { Database, SqlTag } from "./client.ts";

export class PostgresEventStore implements EventStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  loadEvents(): Promise<readonly EventSnapshot[]> {
    return this.#database.run((sql) => selectEvents(sql, null));
  }
}

interface EventSaleRow extends Omit<Event, "sales" | "details"> {
  readonly details: EventDetails;
  /** Null where the event has no sale. */
  readonly sale: (Sale & { readonly sold: number }) | null;
}

/** Every event, or the one with the slug, with its sales in order of number; one snapshot of all of it. */
export async function selectEvents(sql: SqlTag, slug: string | null): Promise<EventSnapshot[]> {
  const rows = await sql<EventSaleRow[]>`
    select
      e.id, e.slug, e.revision, v.details, e.host, e.key_id as "keyId", e.is_paused as "isPaused", e.proof,
      case when s.id is not null then json_strip_nulls(json_build_object(
        'id', s.id, 'number', s.number, 'quota', s.quota, 'sold', s.sold,
        'verifyFromMs', extract(epoch from s.verify_from) * 1000,
        'opensAtMs', extract(epoch from s.opens_at) * 1000,
        'closesAtMs', extract(epoch from s.closes_at) * 1000,
        'lobby', case when s.lobby_from is not null then json_build_object(
          'fromMs', extract(epoch from s.lobby_from) * 1000, 'beacon', s.beacon
        ) end
      )) end as sale
    from events e
    join event_revisions v on v.event_id = e.id and v.revision = e.revision
    left join sales s on s.event_id = e.id
    where ${slug}::text is null or e.slug = ${slug}
    order by e.slug, s.opens_at, s.number`;
  return [...Map.groupBy(rows, (row) => row.id).values()].map(eventSnapshot);
}

function eventSnapshot(rows: readonly EventSaleRow[]): EventSnapshot {
  const [first] = rows;
  assert(first !== undefined);
  const { sale: _, ...event } = first;
  const sales = rows.flatMap((row) => (row.sale === null ? [] : [row.sale]));
  return {
    event: { ...event, sales: sales.map(({ sold: _sold, ...sale }) => sale) },
    soldBySale: new Map(sales.map((sale) => [sale.id, sale.sold])),
  };
}
