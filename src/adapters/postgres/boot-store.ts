import { ok as assert } from "node:assert";
import type { Database } from "./client.ts";

/** A number no other start of the service has had; challenges carry it. */
export async function nextBootNumber(database: Database): Promise<number> {
  const [boot] = await database.run(
    (sql) => sql<{ number: number }[]>`insert into boots default values returning number`,
  );
  assert(boot !== undefined);
  return boot.number;
}
