import type { Email } from "../../attendee/email.ts";
import type { DeliveryReport } from "../../delivery/ports.ts";
import type {
  ReportStore,
  StoredSuppression,
  Suppression,
  SuppressionStore,
} from "../../delivery/report-ports.ts";
import { arrayLiteral } from "./array-literal.ts";
import type { Database } from "./client.ts";

/** Rows are written in order of key, so that two processes that are told the same things never wait for each other. */
export class PostgresReportStore implements ReportStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async record(reports: readonly DeliveryReport[]): Promise<void> {
    await this.#database.run(
      (sql) => sql`
        insert into delivery_reports as known (provider_id, state)
        select told.provider_id,
          (case when bool_or(told.state = 'delivered') then 'delivered' else 'failed' end)::channel_state
        from unnest(
          ${arrayLiteral(reports.map(({ providerId }) => providerId))}::text[],
          ${arrayLiteral(reports.map(({ state }) => state))}::text[]
        ) as told (provider_id, state)
        group by told.provider_id
        order by told.provider_id
        on conflict (provider_id) do update
        set state = excluded.state, reported_at = excluded.reported_at
        where known.state = 'failed' and excluded.state = 'delivered'`,
    );
  }

  /** Reads all of the table, for which it has no index: a sweep, not a look-up. */
  async forget({
    ageMsMin,
    countMax,
  }: {
    readonly ageMsMin: number;
    readonly countMax: number;
  }): Promise<number> {
    const { count } = await this.#database.run(
      (sql) => sql`
        delete from delivery_reports where provider_id in (
          select old.provider_id from delivery_reports old
          where old.reported_at <= now() - ${ageMsMin}::double precision * interval '1 millisecond'
          limit ${countMax}
          for update skip locked
        )`,
    );
    return count;
  }
}

export class PostgresSuppressionStore implements SuppressionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async suppress(suppressions: readonly Suppression[]): Promise<void> {
    await this.#database.run(
      (sql) => sql`
        insert into mail_suppressions (address, reason)
        select distinct on (lower(told.address)) lower(told.address), told.reason
        from unnest(
          ${arrayLiteral(suppressions.map(({ address }) => address))}::text[],
          ${arrayLiteral(suppressions.map(({ reason }) => reason))}::text[]
        ) with ordinality as told (address, reason, place)
        order by lower(told.address), told.place
        on conflict (address) do nothing`,
    );
  }

  async list(countMax: number): Promise<readonly StoredSuppression[]> {
    return await this.#database.run(
      (sql) => sql<StoredSuppression[]>`
        select address, reason,
          (extract(epoch from suppressed_at) * 1000)::double precision as "suppressedAtMs"
        from mail_suppressions
        order by suppressed_at desc, address
        limit ${countMax}`,
    );
  }

  async lift(address: Email): Promise<boolean> {
    const { count } = await this.#database.run(
      (sql) => sql`delete from mail_suppressions where address = lower(${address})`,
    );
    return count > 0;
  }
}
