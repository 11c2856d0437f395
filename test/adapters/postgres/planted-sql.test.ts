import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { registrationStoreClauses } from "../../contract/registration-store.contract.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";
import { openEvent } from "./event-at-hand.ts";
import { plant, plantedBugs } from "./planted-sql.ts";
import { openStores, type Stores } from "./stores.ts";

let database: TestDatabase;
let stores: Stores;
let otherProcess: Stores;
/** As the migrations left it. */
let definition: string;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
  otherProcess = openStores(database.url);
  const [row] = await database.sql`
    select pg_get_functiondef('commit_registrations'::regproc) as definition`;
  definition = row?.["definition"];
});

afterAll(async () => {
  await Promise.all([stores[Symbol.asyncDispose](), otherProcess[Symbol.asyncDispose]()]);
  await database[Symbol.asyncDispose]();
});

describe("the contract of registration stores finds, planted in commit_registrations:", () => {
  for (const bug of plantedBugs) {
    test(bug.name, async () => {
      await database.sql.unsafe(plant(definition, bug));
      const broken = await firstBroken();
      expect(broken).not.toBeNull();
      console.info(`${bug.name}: found by "${broken}"`);
    });
  }
});

test("an edit that no longer applies fails", () => {
  const bug = { name: "of another function", edits: [["for share", ""]] } as const;
  expect(() => plant(definition, bug)).toThrow("of another function: stands 0 times");
});

/** The first clause that does not hold; throws where the function itself is broken (SQLSTATE class 42). */
async function firstBroken(): Promise<string | null> {
  const open = (quota: number) => openEvent(database, [stores, otherProcess], quota);
  for (const [promise, hold] of Object.entries(registrationStoreClauses)) {
    try {
      await hold(open);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : null;
      if (cause instanceof postgres.PostgresError && cause.code.startsWith("42")) throw cause;
      return promise;
    }
  }
  return null;
}
