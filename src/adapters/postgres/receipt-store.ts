import { ok as assert } from "node:assert";
import type { ReceiptStore, SaleTotals } from "../../organiser/receipt-ports.ts";
import type { Database, SqlTag } from "./client.ts";

interface TotalsRow extends SaleTotals {
  readonly listed: number;
}

export class PostgresReceiptStore implements ReceiptStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** One snapshot. The list is hashed where it lies, so that nothing of it passes through this process. */
  async findTotals(saleId: number): Promise<SaleTotals | null> {
    const [row] = await this.#database.run((sql) => selectTotals(sql, saleId));
    if (row === undefined) return null;
    const { listed, ...totals } = row;
    assert(listed === totals.seats, "a sale has as many registrations as seats given out");
    return totals;
  }
}

function selectTotals(sql: SqlTag, saleId: number) {
  return sql<TotalsRow[]>`
    select
      (extract(epoch from s.opens_at) * 1000)::double precision as "opensAtMs",
      (extract(epoch from s.closes_at) * 1000)::double precision as "closesAtMs",
      s.quota, s.sold as seats, list.listed,
      ${rfc3339(sql, sql`list.first`)} as "firstSeatAt",
      ${rfc3339(sql, sql`list.last`)} as "lastSeatAt",
      list.sha256 as "listSha256", minutes.counts as minutes,
      case when s.lobby_from is not null then json_build_object(
        'places', greatest(w.line_count, lobby.places), 'lobby', lobby.places, 'verified', lobby.verified
      ) end as line
    from sales s
    left join waiting_rooms w on w.sale_id = s.id
    cross join lateral (
      select count(*) as listed, min(r.committed_at) as first, max(r.committed_at) as last,
        encode(sha256(convert_to(coalesce(string_agg(
          r.ordinal || ',' || r.id || ',' || ${rfc3339(sql, sql`r.committed_at`)} || e'\n',
          '' order by r.ordinal
        ), ''), 'UTF8')), 'hex') as sha256
      from registrations r where r.sale_id = s.id
    ) as list
    cross join lateral (
      select coalesce(json_agg(json_build_array(m.minute, m.seats) order by m.minute), '[]') as counts
      from (
        select greatest(floor(extract(epoch from r.committed_at - s.opens_at) / 60), 0) as minute,
          count(*) as seats
        from registrations r where r.sale_id = s.id group by minute
      ) as m
    ) as minutes
    cross join lateral (
      select count(*) as places, count(*) filter (where p.is_verified) as verified
      from lobby_places p where p.sale_id = s.id
    ) as lobby
    where s.id = ${saleId}`;
}

/** In UTC with microseconds, as the export writes an instant. */
function rfc3339(sql: SqlTag, instant: ReturnType<SqlTag>) {
  return sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
