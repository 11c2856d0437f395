import { afterAll, beforeAll, expect, test } from "bun:test";
import { nextBootNumber } from "../../../src/adapters/postgres/boot-store.ts";
import { Database } from "../../../src/adapters/postgres/client.ts";
import { checkDurability } from "../../../src/adapters/postgres/durability.ts";
import { migrate } from "../../../src/adapters/postgres/migrate.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";

let neighbour: TestDatabase;
let url: string;

beforeAll(async () => {
  neighbour = await freshDatabase();
  await neighbour.sql`create database unmigrated template template0`;
  url = Object.assign(new URL(neighbour.url), { pathname: "/unmigrated" }).href;
});

afterAll(async () => {
  await neighbour.sql`drop database unmigrated with (force)`;
  await neighbour[Symbol.asyncDispose]();
});

test("migrations may be started by several processes at once, and again", async () => {
  await Promise.all([migrate(url), migrate(url), migrate(url)]);
  await migrate(url);
  await using database = openDatabase();
  const lanes = await database.run((sql) => sql`select name from lanes order by name`);
  expect(lanes.map(({ name }) => name)).toEqual(["code", "confirmation-sms", "mail"]);
});

test("each boot has a number of its own", async () => {
  await using database = openDatabase();
  const numbers = await Promise.all([nextBootNumber(database), nextBootNumber(database)]);
  expect(new Set(numbers)).toEqual(new Set([1, 2]));
});

test("the settings that would break a promise are told, each in a sentence", async () => {
  await neighbour.sql`alter database unmigrated set synchronous_commit = off`;
  await neighbour.sql`
    alter database unmigrated set default_transaction_isolation = 'repeatable read'`;
  await using weakened = openDatabase();
  const faults = await checkDurability(weakened);
  expect(faults).toEqual([
    expect.stringMatching(/^default_transaction_isolation is repeatable read: .+\.$/),
    expect.stringMatching(/^synchronous_commit is off: .+\.$/),
  ]);
  await neighbour.sql`alter database unmigrated reset all`;
  await using sound = openDatabase();
  expect(await checkDurability(sound)).toEqual([]);
});

function openDatabase(): Database {
  return new Database({
    url,
    applicationName: "floodgate-test",
    connectionCountMax: 2,
    isPrepared: true,
  });
}
