import { expect, test } from "bun:test";
import { systemClock } from "../../src/actor/clock.ts";
import type { PersonName } from "../../src/attendee/person-name.ts";
import { commitUntilKnown } from "../../src/quota/commit-loop.ts";
import { createSale, openStores } from "../adapters/postgres/stores.ts";
import { candidates } from "../contract/registration-store.contract.ts";
import { freshDatabase } from "../support/postgres.ts";

test("invariant 1: a row that PostgreSQL refuses fails alone in a batch of 500, and ordinals stay dense", async () => {
  await using database = await freshDatabase();
  await using stores = openStores(database.url);
  const { saleId } = await createSale(stores, 1_000);
  // PostgreSQL stores no NUL (SQLSTATE 22021); the edge refuses such names long before.
  const members = candidates(500).map((member, index) =>
    index === 137 ? { ...member, name: "Mallory\u0000" as PersonName } : member,
  );
  const troubles: string[] = [];
  const { outcomes, sold } = await commitUntilKnown(stores.registrations, saleId, members, {
    clock: systemClock,
    retryFirstMs: 1,
    retryMaxMs: 10,
    onTrouble: (answer) => troubles.push(answer.kind),
  });
  expect(sold).toBe(499);
  expect(outcomes[137]?.kind).toBe("poisonous");
  expect(outcomes.filter((outcome) => outcome.kind === "committed")).toHaveLength(499);
  expect(new Set(troubles)).toEqual(new Set(["refused"]));
  const rows = await database.sql`select ordinal from registrations order by ordinal`;
  expect(rows.map((row) => row["ordinal"])).toEqual(Array.from({ length: 499 }, (_, i) => i + 1));
});
