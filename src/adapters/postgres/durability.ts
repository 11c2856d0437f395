import type { Database } from "./client.ts";

/** The server's settings under which a promise of ours would be untrue, each as a sentence; none is well. */
export async function checkDurability(database: Database): Promise<readonly string[]> {
  const rows = await database.run(
    (sql) => sql<{ name: string; setting: string }[]>`
      select name, setting from pg_settings
      where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'default_transaction_isolation')
      order by name`,
  );
  return rows.flatMap(({ name, setting }) => {
    const fault = FAULTS[`${name}=${setting}`];
    if (fault !== undefined) return [`${name} is ${setting}: ${fault}`];
    if (name !== ISOLATION || setting === "read committed") return [];
    return [
      `${name} is ${setting}: the commit needs read committed, to see what its lock waited for.`,
    ];
  });
}

const ISOLATION = "default_transaction_isolation";

const FAULTS: Readonly<Record<string, string>> = {
  "fsync=off": "a crash of the machine can lose or corrupt everything.",
  "full_page_writes=off": "a crash of the machine can tear pages beyond repair.",
  "synchronous_commit=off":
    "a crash of the server loses registrations that were already confirmed.",
};
