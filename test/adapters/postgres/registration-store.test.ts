import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  candidate,
  done,
  range,
  registrationStoreContract,
} from "../../contract/registration-store.contract.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";
import { openEvent } from "./event-at-hand.ts";
import { createSale, openStores, type Stores } from "./stores.ts";

let database: TestDatabase;
let stores: Stores;
let otherProcess: Stores;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
  otherProcess = openStores(database.url);
});

afterAll(async () => {
  await Promise.all([stores[Symbol.asyncDispose](), otherProcess[Symbol.asyncDispose]()]);
  await database[Symbol.asyncDispose]();
});

registrationStoreContract("PostgreSQL", (quota) =>
  openEvent(database, [stores, otherProcess], quota),
);

describe("a commit", () => {
  test("is durable even where a session has synchronous_commit off (invariant 3)", async () => {
    const { saleId } = await createSale(stores, 1);
    const [row] = await database.sql.begin(async (transaction) => {
      await transaction`set local synchronous_commit = off`;
      await transaction`
        select from commit_registrations(
          ${saleId}, 1::smallint, '{}', '{}', '{}', '{}', '{}', '{}', '{}'
        )`;
      return transaction<{ setting: string }[]>`
        select current_setting('synchronous_commit') as setting`;
    });
    expect(row?.setting).toBe("on");
  });

  test("is the same without prepared statements, as behind a pooler", async () => {
    await using unprepared = openStores(database.url, { isPrepared: false });
    const { saleId } = await createSale(stores, 10);
    for (const _ of range(2)) {
      const answer = await unprepared.registrations.commitBatch(saleId, [candidate(1)]);
      expect(done(answer).sold).toBe(1);
    }
  });
});
