import { ok as assert } from "node:assert";
import type { Database } from "./client.ts";

/** The database's clock, ms since the epoch with its microseconds; throws when the database is away. */
export async function readDatabaseClock(database: Database): Promise<number> {
  const [row] = await database.run(
    (sql) => sql<{ nowMs: number }[]>`
      select (extract(epoch from clock_timestamp()) * 1000)::double precision as "nowMs"`,
  );
  assert(row !== undefined);
  return row.nowMs;
}
