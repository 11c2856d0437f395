import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  PostgresReportStore,
  PostgresSuppressionStore,
} from "../../../src/adapters/postgres/report-store.ts";
import type { Email } from "../../../src/attendee/email.ts";
import type { DeliveryReport } from "../../../src/delivery/ports.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";
import { openStores, type Stores } from "./stores.ts";

const DAY_MS = 86_400_000;

let database: TestDatabase;
let stores: Stores;
let reports: PostgresReportStore;
let suppressions: PostgresSuppressionStore;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
  reports = new PostgresReportStore(stores.database);
  suppressions = new PostgresSuppressionStore(stores.database);
});

beforeEach(async () => {
  await database.sql`truncate delivery_reports, mail_suppressions`;
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

describe("delivery reports", () => {
  const some = (count: number, state: DeliveryReport["state"]): DeliveryReport[] =>
    Array.from({ length: count }, (_, id) => ({ providerId: `gate/${id}`, state }));

  test("two processes that are told the same in opposite orders never wait for each other for ever", async () => {
    const rounds = Array.from({ length: 20 }, (_, round) => {
      const told = [...some(300, "failed"), ...some(300, "delivered")];
      return reports.record(round % 2 === 0 ? told : told.toReversed());
    });
    await Promise.all(rounds);
    const rows = await database.sql`
      select state, count(*)::integer from delivery_reports group by state`;
    expect(rows.map((row) => ({ ...row }))).toEqual([{ state: "delivered", count: 300 }]);
  });

  test("what says nothing new writes nothing", async () => {
    await reports.record(some(1, "delivered"));
    const place = () => database.sql`select ctid::text, reported_at from delivery_reports`;
    const before = await place();
    await reports.record(some(1, "failed"));
    await reports.record(some(1, "delivered"));
    expect(await place()).toEqual(before);
  });

  test("the old are thrown away, so many at a time, and the young are kept", async () => {
    await reports.record(some(10, "failed"));
    await database.sql`
      update delivery_reports set reported_at = now() - interval '31 days'
      where provider_id < 'gate/7'`;
    const forget = () => reports.forget({ ageMsMin: 30 * DAY_MS, countMax: 4 });
    expect([await forget(), await forget(), await forget()]).toEqual([4, 3, 0]);
    const rows = await database.sql`select provider_id from delivery_reports order by 1`;
    expect(rows.map((row) => row["provider_id"])).toEqual(["gate/7", "gate/8", "gate/9"]);
  });

  test("a message heard of again is young again", async () => {
    await reports.record(some(1, "failed"));
    await database.sql`update delivery_reports set reported_at = now() - interval '31 days'`;
    await reports.record(some(1, "delivered"));
    expect(await reports.forget({ ageMsMin: 30 * DAY_MS, countMax: 4 })).toBe(0);
  });
});

describe("suppressed addresses", () => {
  const address = "Rahim.Uddin@example.org" as Email;
  const shouted = "RAHIM.UDDIN@EXAMPLE.ORG" as Email;

  test("are one address however they are spelled, with the first reason, in one batch or several", async () => {
    await suppressions.suppress([
      { address, reason: "complained" },
      { address: shouted, reason: "bounced" },
    ]);
    await suppressions.suppress([{ address, reason: "bounced" }]);
    const listed = await suppressions.list(10);
    expect(listed.map((row) => ({ address: row.address, reason: row.reason }))).toEqual([
      { address: "rahim.uddin@example.org" as Email, reason: "complained" },
    ]);
    const [clock] = await database.sql`select extract(epoch from now())::float8 * 1000 as ms`;
    const ageMs = Number(clock?.["ms"]) - (listed[0]?.suppressedAtMs ?? 0);
    expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeLessThan(60_000);
  });

  test("are listed the newest first, no more than asked for", async () => {
    for (const name of ["first", "second", "third"]) {
      await suppressions.suppress([{ address: `${name}@example.org` as Email, reason: "bounced" }]);
    }
    const listed = await suppressions.list(2);
    expect(listed.map((row) => `${row.address}`)).toEqual([
      "third@example.org",
      "second@example.org",
    ]);
  });

  test("are lifted once, in any spelling, and no other with them", async () => {
    const other = "karim@example.org" as Email;
    await suppressions.suppress([
      { address, reason: "bounced" },
      { address: other, reason: "bounced" },
    ]);
    expect(await suppressions.lift(shouted)).toBe(true);
    expect(await suppressions.lift(shouted)).toBe(false);
    expect((await suppressions.list(10)).map((row) => row.address)).toEqual([other]);
  });
});
