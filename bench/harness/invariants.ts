import { ok as assert } from "node:assert";
import type { Sql } from "postgres";
import { checkLedger } from "../../test/fault/ledger.ts";

/**
 * Holds the tables to the invariants after a run that wrote: seats, ordinals, duplicates, outbox rows, and a row for
 * every 201. Throws for the first that is broken. `lostCount` requests had no answer: they may have left a row.
 */
export async function checkInvariants(
  sql: Sql,
  { createdCount, lostCount }: { readonly createdCount: number; readonly lostCount: number },
): Promise<void> {
  const rowCount = await checkLedger(sql, { acknowledged: [], full: [] });
  const isComplete = rowCount >= createdCount && rowCount <= createdCount + lostCount;
  assert(isComplete, `${createdCount} were told 201, ${lostCount} nothing; ${rowCount} have a row`);
}
