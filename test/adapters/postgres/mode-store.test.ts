import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { Database } from "../../../src/adapters/postgres/client.ts";
import { PostgresModeStore } from "../../../src/adapters/postgres/mode-store.ts";
import type { ToldMode } from "../../../src/mode/ports.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";

const MODE: ToldMode = { level: 2, cause: "event loop late", sinceMs: 0 };

let database: TestDatabase;
let client: Database;
let store: PostgresModeStore;

beforeAll(async () => {
  database = await freshDatabase();
  client = new Database({
    url: database.url,
    applicationName: "mode-test",
    connectionCountMax: 2,
    isPrepared: true,
  });
  store = new PostgresModeStore(client);
});

beforeEach(async () => {
  await database.sql`
    update service_mode
    set level = default, cause = default, since = default, seen_at = default, held_level = null`;
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

test("before any service told of it there is a level of 0 that nobody told", async () => {
  expect(await store.read()).toMatchObject({
    level: 0,
    cause: "",
    toldAgeMs: null,
    heldLevel: null,
  });
});

test("what the service tells is read back with its ages by the database's clock", async () => {
  const [clock] = await database.sql<{ nowMs: number }[]>`
    select (1000 * extract(epoch from clock_timestamp()))::double precision as "nowMs"`;
  await store.tell({ ...MODE, sinceMs: (clock?.nowMs ?? 0) - 200_000 });
  await database.sql`update service_mode set seen_at = seen_at - interval '40 seconds'`;
  const { sinceAgeMs, toldAgeMs, ...mode } = await store.read();
  expect(mode).toEqual({ level: 2, cause: "event loop late", heldLevel: null });
  expect(sinceAgeMs).toBeGreaterThanOrEqual(200_000);
  expect(sinceAgeMs).toBeLessThan(260_000);
  expect(toldAgeMs).toBeGreaterThanOrEqual(40_000);
  expect(toldAgeMs).toBeLessThan(100_000);
});

test("a service that tells learns where an operator holds the ladder, until it is released", async () => {
  expect(await store.tell(MODE)).toBeNull();
  await store.hold(0);
  expect(await store.tell(MODE)).toBe(0);
  expect((await store.read()).heldLevel).toBe(0);
  await store.hold(null);
  expect(await store.tell(MODE)).toBeNull();
});

test("a hold by a version with more measures holds it at the last one there is", async () => {
  await store.hold(9);
  expect(await store.tell(MODE)).toBe(6);
});
