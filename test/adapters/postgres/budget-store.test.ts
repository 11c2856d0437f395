import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { PostgresBudgetStore } from "../../../src/adapters/postgres/budget-store.ts";
import { Database } from "../../../src/adapters/postgres/client.ts";
import { budgetStoreContract, segmentsOf, wish } from "../../contract/budget-store.contract.ts";
import { openPooler } from "../../deploy/pooler.ts";
import { needs } from "../../support/needs.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";

const DAY_MS = 86_400_000;
const NONE = Number.POSITIVE_INFINITY;

let database: TestDatabase;
/** Two processes: one as it talks to a database, one as it talks to a pooler. */
let clients: readonly [Database, Database];
let store: PostgresBudgetStore;
let otherStore: PostgresBudgetStore;

beforeAll(async () => {
  database = await freshDatabase();
  const shared = { url: database.url, applicationName: "budget-test", connectionCountMax: 4 };
  clients = [
    new Database({ ...shared, isPrepared: true }),
    new Database({ ...shared, isPrepared: false }),
  ];
  store = new PostgresBudgetStore(clients[0]);
  otherStore = new PostgresBudgetStore(clients[1]);
});

beforeEach(async () => {
  await database.sql`truncate sms_blocks`;
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  await database[Symbol.asyncDispose]();
});

budgetStoreContract("PostgreSQL", async () => ({
  store,
  otherStore,
  async age(byMs) {
    await database.sql`
      update sms_blocks set reserved_at = reserved_at - ${byMs}::double precision * interval '1 ms'`;
  },
}));

describe("a day of the budget", () => {
  test("begins at midnight UTC, wherever the database is", async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.sql.unsafe(`alter database ${name} set timezone = 'Asia/Dhaka'`);
    await using client = new Database({
      url: database.url,
      applicationName: "budget-test-dhaka",
      connectionCountMax: 1,
      isPrepared: true,
    });
    await database.sql`
      insert into sms_blocks (reserved_at, share, segments, micros)
      values
        (date_trunc('day', clock_timestamp(), 'UTC') - interval '1 ms', 'codes', 1000, 0),
        (date_trunc('day', clock_timestamp(), 'UTC'), 'codes', 7, 0)`;
    const { day, dayEndsInMs } = await new PostgresBudgetStore(client).reserve(wish({}));
    expect(day.codes.segments).toBe(7);
    const untilMidnightMs = DAY_MS - (Date.now() % DAY_MS);
    expect(Math.abs(dayEndsInMs - untilMidnightMs)).toBeLessThan(10_000);
  });
});

test("reserves through a pooler in transaction mode are one after another too", async () => {
  await using pooler = needs("pgbouncer") ? await openPooler(database.url) : null;
  if (pooler === null) return;
  await using client = new Database({
    url: pooler.url,
    applicationName: "budget-test-pooled",
    connectionCountMax: 4,
    isPrepared: false,
  });
  const pooled = new PostgresBudgetStore(client);
  const wanted = wish({ allMax: { segments: 115, micros: NONE } });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? pooled : store).reserve(wanted)),
  );
  const granted = answers.map((answer) => segmentsOf(answer) ?? 0);
  expect(granted.reduce((sum, segments) => sum + segments, 0)).toBe(115);
});

describe("processes that are killed while they reserve", () => {
  test("never hold more together than the day's budget, whatever the moment", async () => {
    // Enough for some kills on a machine that reserves a block in two milliseconds.
    const segments = 2_000;
    const allMax = { segments, micros: NONE };
    const wanted = wish({ allMax, most: { segments: 7, micros: 0 } });
    let isOver = false;
    const kill = async () => {
      while (!isOver) {
        await database.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'budget-test' and datname = current_database()
          order by random() limit 1`;
        await Bun.sleep(20);
      }
    };
    const held: number[] = [];
    let lostCount = 0;
    const spend = async (own: PostgresBudgetStore) => {
      for (;;) {
        const answer = await own.reserve(wanted).catch(() => null);
        if (answer === null) lostCount += 1;
        else if (answer.block === null) return;
        else held.push(segmentsOf(answer) ?? 0);
      }
    };
    const killer = kill();
    await Promise.all([spend(store), spend(store), spend(otherStore), spend(otherStore)]);
    isOver = true;
    await killer;
    const [row] = await database.sql`select sum(segments)::int as reserved from sms_blocks`;
    const told = held.reduce((sum, segments) => sum + segments, 0);
    expect(lostCount).toBeGreaterThan(0);
    expect(row?.["reserved"]).toBe(segments);
    expect(told).toBeLessThanOrEqual(segments);
    expect(told).toBeGreaterThan(0);
  });
});
