import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Database } from "../../src/adapters/postgres/client.ts";
import {
  PostgresReportStore,
  PostgresSuppressionStore,
} from "../../src/adapters/postgres/report-store.ts";
import type { Email } from "../../src/attendee/email.ts";
import { DeliveryReports } from "../../src/delivery/delivery-reports.ts";
import type { DeliveryReport } from "../../src/delivery/ports.ts";
import type { Suppression } from "../../src/delivery/report-ports.ts";
import { freshDatabase, type TestDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";

const limits = { batchCountMax: 500, waitingCountMax: 5_000 };

const delivered = (providerId: string): DeliveryReport => ({ providerId, state: "delivered" });
const failed = (providerId: string): DeliveryReport => ({ providerId, state: "failed" });

let database: TestDatabase;
let client: Database;
let batchCounts: number[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  client = new Database({
    url: database.url,
    applicationName: "test",
    connectionCountMax: 4,
    isPrepared: true,
  });
});

beforeEach(async () => {
  batchCounts = [];
  await database.sql`truncate delivery_reports, mail_suppressions`;
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** On the real tables, counting the statements of reports. */
function open(): DeliveryReports {
  const store = new PostgresReportStore(client);
  const record = (batch: readonly DeliveryReport[]) => {
    batchCounts.push(batch.length);
    return store.record(batch);
  };
  return new DeliveryReports({
    reports: { record },
    suppressions: new PostgresSuppressionStore(client),
    limits,
    onFault: (error) => {
      throw error;
    },
  });
}

async function table(): Promise<Record<string, unknown>> {
  const rows = await database.sql`select provider_id, state from delivery_reports`;
  return Object.fromEntries(rows.map((row) => [row["provider_id"], row["state"]]));
}

describe("what is kept of a message", () => {
  const orders: [told: DeliveryReport[], kept: string][] = [
    [[failed("1")], "failed"],
    [[delivered("1")], "delivered"],
    [[failed("1"), delivered("1")], "delivered"],
    [[delivered("1"), failed("1")], "delivered"],
    [[failed("1"), failed("1")], "failed"],
    [[delivered("1"), failed("1"), delivered("1"), failed("1")], "delivered"],
  ];
  test.each(orders)("told %j it is %s, at once or one by one", async (told, kept) => {
    const reports = open();
    expect(await reports.take("gate", told)).toEqual({ kind: "taken" });
    expect(await table()).toEqual({ "gate/1": kept });
    await database.sql`truncate delivery_reports`;
    for (const report of told) await reports.take("gate", [report]);
    expect(await table()).toEqual({ "gate/1": kept });
  });

  test("is apart for each source, as two providers may give the same id", async () => {
    const reports = open();
    await reports.take("one", [failed("7")]);
    await reports.take("two", [delivered("7")]);
    expect(await table()).toEqual({ "one/7": "failed", "two/7": "delivered" });
  });

  test("is nothing of an id that no table could hold, and such an id spoils none beside it", async () => {
    const reports = open();
    const told = ["nul\0", "x".repeat(10_000), '"quoted", {braced} \\', "__proto__", "\ud800", ""];
    expect(await reports.take("gate", told.map(delivered))).toEqual({ kind: "taken" });
    expect(Object.keys(await table()).sort()).toEqual([
      "gate/",
      'gate/"quoted", {braced} \\',
      "gate/__proto__",
      "gate/\ufffd",
    ]);
  });

  test("needs no report at all", async () => {
    expect(await open().take("gate", [])).toEqual({ kind: "taken" });
    expect(batchCounts).toEqual([]);
  });
});

for (const seed of [1, 2, 3]) {
  test(`2,000 reports in any order, in any pieces and told twice end in one table (seed ${seed})`, async () => {
    const random = new Random(seed);
    const told = Array.from({ length: 2_000 }, () => {
      const providerId = String(random.below(800));
      return random.chance(0.5) ? delivered(providerId) : failed(providerId);
    });
    const expected: Record<string, string> = {};
    for (const { providerId } of told) expected[`gate/${providerId}`] = "failed";
    for (const { providerId, state } of told) {
      if (state === "delivered") expected[`gate/${providerId}`] = state;
    }
    for (let order = 0; order < 2; order += 1) {
      await database.sql`truncate delivery_reports`;
      const twice = shuffled([...told, ...told], random);
      const processes = [open(), open()];
      const takes = pieces(twice, random).map((piece) =>
        random.pick(processes).take("gate", piece),
      );
      expect(new Set((await Promise.all(takes)).map(({ kind }) => kind))).toEqual(
        new Set(["taken"]),
      );
      expect(await table()).toEqual(expected);
    }
  });
}

test("a thousand providers' requests at once cost a few statements", async () => {
  const reports = open();
  const takes = Array.from({ length: 1_000 }, (_, id) => reports.take("gate", [failed(`${id}`)]));
  await Promise.all(takes);
  expect(batchCounts).toEqual([500, 500]);
  expect(Object.keys(await table())).toHaveLength(1_000);
});

test("what does not fit is unavailable at once, as a whole, and is taken when told again (invariant 8)", async () => {
  const gate = Promise.withResolvers<void>();
  const written: string[] = [];
  const reports = new DeliveryReports({
    reports: {
      async record(batch) {
        await gate.promise;
        written.push(...batch.map(({ providerId }) => providerId));
      },
    },
    suppressions: { suppress: async () => {} },
    limits: { batchCountMax: 1, waitingCountMax: 3 },
    onFault: () => {},
  });
  const first = reports.take("gate", [failed("1")]);
  await Promise.resolve();
  await Promise.resolve();
  const second = reports.take("gate", [failed("2"), failed("3")]);
  const third = [failed("4"), failed("5")];
  expect(await reports.take("gate", third)).toEqual({ kind: "unavailable" });
  gate.resolve();
  expect(await Promise.all([first, second])).toEqual([{ kind: "taken" }, { kind: "taken" }]);
  expect(await reports.take("gate", third)).toEqual({ kind: "taken" });
  expect(written).toEqual(["gate/1", "gate/2", "gate/3", "gate/4", "gate/5"]);
});

test("a write that fails is unavailable to all it was for, is told of once, and the next one is tried", async () => {
  const faults: unknown[] = [];
  let isAway = true;
  const away = async () => {
    if (isAway) throw new Error("the database is away");
  };
  const reports = new DeliveryReports({
    reports: { record: away },
    suppressions: { suppress: away },
    limits,
    onFault: (error) => faults.push(error),
  });
  const suppression: Suppression = { address: "a@example.org" as Email, reason: "bounced" };
  const takes = [1, 2, 3].map((id) => reports.take("gate", [failed(`${id}`)]));
  const outcomes = await Promise.all([...takes, reports.suppress([suppression])]);
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(["unavailable"]));
  expect(faults).toHaveLength(2);
  isAway = false;
  expect(await reports.take("gate", [failed("1")])).toEqual({ kind: "taken" });
  expect(await reports.suppress([suppression])).toEqual({ kind: "taken" });
});

test("a drain ends when all that was taken is written", async () => {
  const reports = open();
  const taken = reports.take("gate", [delivered("1")]);
  await reports.drain();
  expect(await table()).toEqual({ "gate/1": "delivered" });
  expect(await taken).toEqual({ kind: "taken" });
});

function shuffled<Value>(values: readonly Value[], random: Random): Value[] {
  return values
    .map((value) => ({ value, place: random.fraction() }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value);
}

function pieces<Value>(values: readonly Value[], random: Random): Value[][] {
  const cut: Value[][] = [];
  for (let at = 0; at < values.length; ) {
    const count = random.whole(1, 60);
    cut.push(values.slice(at, at + count));
    at += count;
  }
  return cut;
}
