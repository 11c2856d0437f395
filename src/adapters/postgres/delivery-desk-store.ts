import { ok as assert } from "node:assert";
import type { BudgetShare, SmsCost } from "../../delivery/budget-ports.ts";
import type { OutboxLane } from "../../delivery/ports.ts";
import type { Database, SqlTag } from "./client.ts";

/** A lane as its row is named: one of the outbox, or the codes, which are not in it. */
export type LaneName = OutboxLane | "code";

/** What became of the messages of one lane, as operators report it where they do. */
export interface LaneCounts {
  readonly waiting: number;
  /** Of those that wait, how many may go now; the others are under way or put off. */
  readonly due: number;
  readonly sent: number;
  readonly delivered: number;
  readonly failed: number;
  readonly unknown: number;
  /** By when they were claimed. */
  readonly sentLastMinute: number;
  /** Since the longest waiting was asked for; null where none waits. */
  readonly oldestWaitingMs: number | null;
}

/** What an operator asks of the outbox and may do to it, beside a server at work. */
export class PostgresDeliveryDeskStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async pausedLanes(): Promise<ReadonlySet<LaneName>> {
    const rows = await this.#database.run(
      (sql) => sql<{ name: LaneName }[]>`select name from lanes where is_paused`,
    );
    return new Set(rows.map(({ name }) => name));
  }

  async setPaused(lane: LaneName, isPaused: boolean): Promise<void> {
    await this.#database.run(
      (sql) => sql`update lanes set is_paused = ${isPaused} where name = ${lane}`,
    );
  }

  /** Reads the whole outbox. A row is claimed for `leaseMs`, which dates the claim of one that was sent. */
  async countLane(lane: OutboxLane, leaseMs: number): Promise<LaneCounts> {
    const pages = this.#database.pages<LaneCounts>(
      (sql) => sql`
        select
          count(*) filter (where f.state = 'queued') as waiting,
          count(*) filter (where f.state = 'queued' and f.due_at <= now()) as due,
          count(*) filter (where f.state = 'sent') as sent,
          count(*) filter (where f.state = 'delivered') as delivered,
          count(*) filter (where f.state = 'failed') as failed,
          count(*) filter (where f.state = 'unknown') as unknown,
          count(*) filter (
            where f.state in ('sent', 'delivered') and f.due_at > now() - interval '1 minute'
              + ${leaseMs}::double precision * interval '1 millisecond'
          ) as "sentLastMinute",
          (extract(epoch from now() - min(f.asked_at) filter (where f.state = 'queued')) * 1000)
            ::double precision as "oldestWaitingMs"
        from (${selectFates(sql, lane)}) as f`,
      1,
    );
    const [counts] = (await Array.fromAsync(pages)).flat();
    assert(counts !== undefined, "an aggregate answers with one row");
    return counts;
  }

  /**
   * Queues again what failed, and tells how many: not to addresses that are suppressed, and not what a later message
   * to the same holder took the place of. What was reported of the failed try is forgotten. The tries of a row go on,
   * since a late result is known by their number, but for one that has used up `triesMax`: those took hours.
   */
  async retryFailed(lane: OutboxLane, triesMax: number): Promise<number> {
    const { count } = await this.#database.run((sql) =>
      sql.begin(async (transaction) => {
        // The plans of a flood look rows up one by one (measured of 131,000 rows: 2.2 s instead of 1.4).
        await transaction`
          select set_config('enable_seqscan', 'on', true), set_config('enable_bitmapscan', 'on', true)`;
        return await queueFailed(transaction, lane, triesMax);
      }),
    );
    return count;
  }

  /** What is reserved of the budget of this UTC day, and not given back. */
  async reservedToday(): Promise<Readonly<Record<BudgetShare, SmsCost>>> {
    const rows = await this.#database.run(
      (sql) => sql<(SmsCost & { readonly share: BudgetShare })[]>`
        select share, sum(segments)::bigint as segments, sum(micros)::bigint as micros
        from sms_blocks
        where reserved_at >= date_trunc('day', clock_timestamp(), 'UTC')
        group by share`,
    );
    const of = (share: BudgetShare): SmsCost => {
      const { segments = 0, micros = 0 } = rows.find((row) => row.share === share) ?? {};
      return { segments, micros };
    };
    return { codes: of("codes"), others: of("others") };
  }

  async countSuppressed(): Promise<number> {
    const [{ count }] = await this.#database.run(
      (sql) => sql<[{ count: number }]>`select count(*) as count from mail_suppressions`,
    );
    return count;
  }
}

function queueFailed(sql: SqlTag, lane: OutboxLane, triesMax: number) {
  const { state, tries, dueAt, providerId, error } = laneColumns(sql, lane);
  const isSuppressed = sql`exists (
    select from mail_suppressions m where m.address = lower(r.email)
  )`;
  return sql`
    with failed as materialized (
      select f.id, f.report_id from (${selectFates(sql, lane)}) f
      join registrations r on r.id = f.registration_id
      where f.state = 'failed'
        and not exists (
          select from outbox later
          where later.registration_id = f.registration_id and later.id > f.id
            and later.${state} <> 'not-owed'
        )
        ${lane === "mail" ? sql`and not ${isSuppressed}` : sql``}
    ), forgotten as (
      delete from delivery_reports d using failed f where d.provider_id = f.report_id
    )
    update outbox o
    set ${state} = 'queued', ${dueAt} = clock_timestamp(), ${providerId} = null, ${error} = null,
      ${tries} = case when o.${tries} < ${triesMax} then o.${tries} else 0 end
    from failed f where o.id = f.id and o.${state} <> 'queued'`;
}

/** Every row that is owed: its state now, and the id by which it is reported; a mail goes by its Message-ID. */
function selectFates(sql: SqlTag, lane: OutboxLane) {
  const { state, dueAt, providerId } = laneColumns(sql, lane);
  const reportId =
    lane === "mail" ? sql`'mail/' || r.id || '.' || o.id || '@' || e.host` : sql`o.${providerId}`;
  return sql`
    select o.id, o.registration_id, o.${dueAt} as due_at,
      coalesce(o.asked_at, r.committed_at) as asked_at,
      d.provider_id as report_id,
      case when o.${state} = 'queued' then o.${state} else coalesce(d.state, o.${state}) end as state
    from outbox o
    join registrations r on r.id = o.registration_id
    join events e on e.id = r.event_id
    left join delivery_reports d on d.provider_id = ${reportId}
    where o.${state} <> 'not-owed'`;
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
