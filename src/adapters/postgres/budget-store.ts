import { ok as assert } from "node:assert";
import type {
  BlockAnswer,
  BlockWish,
  BudgetShare,
  BudgetStore,
  RecentBlocks,
  ReservedBlock,
  SmsCost,
} from "../../delivery/budget-ports.ts";
import { arrayLiteral } from "./array-literal.ts";
import type { Database } from "./client.ts";

/** Any number, the same in every version of the service. */
const LOCK = 7_130_418_553;

/**
 * One row per block in `sms_blocks`, and one with negative numbers for what is given back of it, dated like the block.
 * Days are UTC days by the database's clock.
 */
export class PostgresBudgetStore implements BudgetStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Three statements in one message, which is one transaction: the lock, and then what is seen with it, since a snapshot
   * taken before would miss the blocks of who had it. So no client that dies or stalls can leave the lock held, and a
   * pooler in transaction mode may stand between. The price is that values are written into the text; all are numbers.
   */
  async reserve(wish: BlockWish): Promise<BlockAnswer> {
    const results = await this.#database.run((sql) =>
      sql.unsafe<[unknown[], NewsRow[], ReservedRow[]]>(
        `select pg_advisory_xact_lock(${LOCK}); ${selectNews(wish)}; ${insertBlock(wish)}`,
      ),
    );
    const [, news, [row]] = results;
    assert(row !== undefined);
    const { id, segments, micros } = row;
    const codes = { segments: row.codesSegments, micros: row.codesMicros };
    const others = { segments: row.othersSegments, micros: row.othersMicros };
    return {
      block: id === null ? null : { id, cost: { segments, micros } },
      day: { codes, others },
      dayEndsInMs: row.dayEndsInMs,
      news: Array.from(news, recentBlocks),
      newestId: Math.max(wish.news.afterId, id ?? 0, ...news.map(({ newestId }) => newestId)),
    };
  }

  async giveBack(rests: readonly ReservedBlock[]): Promise<void> {
    const column = (value: (rest: ReservedBlock) => number) => arrayLiteral(rests.map(value));
    await this.#database.run(
      (sql) => sql`
        insert into sms_blocks (reserved_at, share, segments, micros)
        select b.reserved_at, b.share, -r.segments, -r.micros
        from unnest(
          ${column(({ id }) => id)}::bigint[],
          ${column(({ cost }) => cost.segments)}::integer[],
          ${column(({ cost }) => cost.micros)}::bigint[]
        ) as r (id, segments, micros)
        join sms_blocks b on b.id = r.id`,
    );
  }
}

/** With the lock, ids ascend in the order of commits: what is newer than the last one known is somebody else's. */
function selectNews({ news }: BlockWish): string {
  return `
    with at as materialized (select clock_timestamp() as now)
    select b.share, sum(b.segments)::bigint as segments, sum(b.micros)::bigint as micros,
      max(b.id) as "newestId",
      1000 * greatest(0, floor(extract(epoch from at.now - b.reserved_at)))::double precision as "ageMs"
    from at join sms_blocks b
      on b.reserved_at > at.now - ${numeral(news.ageMsMax)} * interval '1 millisecond'
    where b.id > ${numeral(news.afterId)} and b.segments >= 0 and b.micros >= 0
    group by b.share, "ageMs"`;
}

/** The sums are those without the new block. */
function insertBlock({ share, least, most, shareMax, allMax }: BlockWish): string {
  return `
    with at as materialized (
      select now, date_trunc('day', now, 'UTC') as day from (select clock_timestamp() as now) as clock
    ), used as (
      select
        coalesce(sum(b.segments) filter (where b.share = 'codes'), 0)::bigint as codes_segments,
        coalesce(sum(b.micros) filter (where b.share = 'codes'), 0)::bigint as codes_micros,
        coalesce(sum(b.segments) filter (where b.share = 'others'), 0)::bigint as others_segments,
        coalesce(sum(b.micros) filter (where b.share = 'others'), 0)::bigint as others_micros
      from at left join sms_blocks b on b.reserved_at >= at.day
    ), room as (
      select
        least(
          ${numeral(most.segments)},
          ${numeral(shareMax.segments)} - ${share}_segments,
          ${numeral(allMax.segments)} - codes_segments - others_segments
        ) as segments,
        least(
          ${numeral(most.micros)},
          ${numeral(shareMax.micros)} - ${share}_micros,
          ${numeral(allMax.micros)} - codes_micros - others_micros
        ) as micros
      from used
    ), block as (
      insert into sms_blocks (reserved_at, share, segments, micros)
      select at.now, '${share}', room.segments, room.micros from at, room
      where room.segments >= ${numeral(least.segments)}
        and room.micros >= ${numeral(least.micros)}
      returning id, segments, micros
    )
    select
      block.id, coalesce(block.segments, 0) as segments, coalesce(block.micros, 0) as micros,
      used.codes_segments as "codesSegments", used.codes_micros as "codesMicros",
      used.others_segments as "othersSegments", used.others_micros as "othersMicros",
      1000 * extract(epoch from at.day + interval '24 hours' - at.now)::double precision
        as "dayEndsInMs"
    from at cross join used left join block on true`;
}

function numeral(value: number): string {
  return `'${value}'::double precision`;
}

function recentBlocks({ share, ageMs, segments, micros }: NewsRow): RecentBlocks {
  return { share, ageMs, cost: { segments, micros } };
}

interface ReservedRow {
  readonly id: number | null;
  readonly segments: number;
  readonly micros: number;
  readonly codesSegments: number;
  readonly codesMicros: number;
  readonly othersSegments: number;
  readonly othersMicros: number;
  readonly dayEndsInMs: number;
}

interface NewsRow extends SmsCost {
  readonly share: BudgetShare;
  readonly ageMs: number;
  readonly newestId: number;
}
