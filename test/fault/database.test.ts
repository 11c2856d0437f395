import { describe, expect, test } from "bun:test";
import postgres from "postgres";
import { freshCluster, freshDatabase } from "../support/postgres.ts";
import { CrowdedSale, RECOVERY_MS_MAX } from "./crowded-sale.ts";

const KILL_COUNT = 3;
const TERMINATION_COUNT = 20;
/** Acknowledgements read between two faults. */
const STEP = 25;

describe.concurrent("a PostgreSQL in trouble", () => {
  test("that is killed under a crowd again and again loses no seat that was told, and serves again within 10 s", async () => {
    await using cluster = await freshCluster();
    const options = { databaseUrl: cluster.url, quota: 380, peopleCount: 400, seed: 21 };
    await using sale = await CrowdedSale.open(options);
    const { crowd } = sale;
    const registered = crowd.register(sale.people);
    for (let kill = 1; kill <= KILL_COUNT; kill += 1) {
      await crowd.acknowledgedReaches(kill * STEP);
      await cluster.kill();
      await cluster.start();
      expect(await sale.msToNextSeat()).toBeLessThan(RECOVERY_MS_MAX);
    }
    await registered;
    await sale.expectHonest();
  });

  test("that ends every connection again and again loses nothing", async () => {
    await using database = await freshDatabase();
    const options = { databaseUrl: database.url, quota: 380, peopleCount: 400, seed: 22 };
    await using sale = await CrowdedSale.open(options);
    const groupSize = options.peopleCount / TERMINATION_COUNT;
    const registered: Promise<void>[] = [];
    let endedCount = 0;
    for (let round = 0; round < TERMINATION_COUNT; round += 1) {
      // People of its own, so that the last of the crowd is not served before the last round.
      const group = sale.people.slice(round * groupSize, (round + 1) * groupSize);
      registered.push(sale.crowd.register(group));
      if (round < TERMINATION_COUNT - 1) await sale.msToNextSeat();
      endedCount += await endConnections(database.sql, "floodgate commits");
      await endConnections(database.sql, "floodgate reads");
    }
    expect(endedCount).toBeGreaterThan(TERMINATION_COUNT / 2);
    await Promise.all(registered);
    await sale.expectHonest();
  });

  test("that only reads sheds claims with a verification, and serves again by itself once it writes", async () => {
    await using cluster = await freshCluster();
    const options = { databaseUrl: cluster.url, quota: 20, peopleCount: 30, seed: 23 };
    await using sale = await CrowdedSale.open(options);
    await sale.crowd.register(sale.people.slice(0, 5));
    const sql = postgres(cluster.url, { max: 1 });
    await setReadOnly(sql, "on");
    await sale.expectShed(5);
    await setReadOnly(sql, "off");
    await sql.end();
    const registered = sale.crowd.register(sale.people);
    expect(await sale.msToNextSeat()).toBeLessThan(RECOVERY_MS_MAX);
    await registered;
    await sale.expectHonest();
  });

  test("whose connections others hold sheds claims with a verification, and serves again by itself", async () => {
    await using cluster = await freshCluster();
    const options = { databaseUrl: cluster.url, quota: 20, peopleCount: 30, seed: 24 };
    await using sale = await CrowdedSale.open(options);
    await sale.crowd.register(sale.people.slice(0, 5));
    const held = await holdAllConnections(cluster.url);
    await sale.expectShed(5);
    await Promise.all(held.map((sql) => sql.end()));
    const registered = sale.crowd.register(sale.people);
    expect(await sale.msToNextSeat()).toBeLessThan(RECOVERY_MS_MAX);
    await registered;
    await sale.expectHonest();
  });
});

/** Ends the service's connections for this use, and answers how many there were. */
async function endConnections(sql: postgres.Sql, use: string): Promise<number> {
  const ended = await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = ${use} and datname = current_database()`;
  return ended.length;
}

async function setReadOnly(sql: postgres.Sql, value: "on" | "off"): Promise<void> {
  await sql.unsafe(`alter system set default_transaction_read_only = ${value}`);
  await sql`select pg_reload_conf()`;
  const isSet = async () =>
    (await sql`show default_transaction_read_only`)[0]?.["default_transaction_read_only"] === value;
  while (!(await isSet())) await Bun.sleep(5);
}

/** Every connection that PostgreSQL gives, those of the service as well; each is to be ended. */
async function holdAllConnections(url: string): Promise<readonly postgres.Sql[]> {
  const first = postgres(url, { max: 1, idle_timeout: 0, max_lifetime: null });
  const held = [first];
  for (let isFull = false; !isFull; ) {
    const uses = ["floodgate commits", "floodgate reads"];
    const ended = await Promise.all(uses.map((use) => endConnections(first, use)));
    const more = await Promise.all(Array.from({ length: 8 }, () => holdConnection(url)));
    held.push(...more.filter((sql) => sql !== null));
    isFull = more.includes(null) && ended.every((count) => count === 0);
  }
  return held;
}

/** Null where there is none to be had. */
async function holdConnection(url: string): Promise<postgres.Sql | null> {
  const sql = postgres(url, { max: 1, idle_timeout: 0, max_lifetime: null });
  try {
    await sql`select`;
    return sql;
  } catch {
    await sql.end({ timeout: 0 });
    return null;
  }
}
