import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

const MIGRATIONS_FOLDER = `${import.meta.dir}/migrations`;
/** Any number, as long as it stays the same: "floodgate" in the letters of a telephone. */
const LOCK_KEY = 356_634_283;
const CONNECT_TIMEOUT_S = 10;
const END_TIMEOUT_S = 5;

/**
 * Applies what is missing; safe to run in several processes at once. One connection holds a lock of its
 * transaction, which a pooler keeps, while another applies each migration in a transaction.
 */
export async function migrate(url: string): Promise<void> {
  const lock = openConnection(url);
  const migrations = openConnection(url);
  try {
    await lock.begin(async (transaction) => {
      await transaction`select pg_advisory_xact_lock(${LOCK_KEY})`;
      await runMigrations(drizzle(migrations), { migrationsFolder: MIGRATIONS_FOLDER });
    });
  } finally {
    await Promise.all([lock, migrations].map((sql) => sql.end({ timeout: END_TIMEOUT_S })));
  }
}

function openConnection(url: string): postgres.Sql {
  return postgres(url, {
    max: 1,
    prepare: false,
    connect_timeout: CONNECT_TIMEOUT_S,
    fetch_types: false,
    connection: { application_name: "floodgate-migrate" },
    onnotice: () => undefined,
  });
}
