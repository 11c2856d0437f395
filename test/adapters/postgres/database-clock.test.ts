import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { DisciplinedClock, slewedOffsetMs } from "../../../src/actor/disciplined-clock.ts";
import { Database } from "../../../src/adapters/postgres/client.ts";
import { readDatabaseClock } from "../../../src/adapters/postgres/database-clock.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;

let testDatabase: TestDatabase;

beforeAll(async () => {
  testDatabase = await freshDatabase();
});

afterAll(async () => {
  await testDatabase[Symbol.asyncDispose]();
});

describe("slewing", () => {
  const slew = { fromMs: 1_000, offsetMs: 20, targetMs: 30 };

  test("goes 5 ms a second towards the target and stays there", () => {
    expect(slewedOffsetMs(slew, 1_000)).toBe(20);
    expect(slewedOffsetMs(slew, 2_000)).toBe(25);
    expect(slewedOffsetMs(slew, 3_000)).toBe(30);
    expect(slewedOffsetMs(slew, hourMs)).toBe(30);
  });

  test("goes back as slowly, so that time itself never does", () => {
    const back = { fromMs: 0, offsetMs: 0, targetMs: -hourMs };
    const instants = Array.from({ length: 1_000 }, (_, index) => index * 0.25);
    const times = instants.map((baseMs) => baseMs + slewedOffsetMs(back, baseMs));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(slewedOffsetMs(back, 1_000)).toBe(-5);
  });
});

describe("the database's clock", () => {
  test("is taken over at the start, however wrong the machine's is", async () => {
    await using database = openDatabase();
    const base = new ManualClock(0);
    using clock = await DisciplinedClock.start(options(database, base));
    expect(Math.abs(clock.nowMs() - (await readDatabaseClock(database)))).toBeLessThan(minuteMs);
  });

  test("stepped by an hour moves this one by 5 ms a second at most (invariant 6)", async () => {
    await using database = openDatabase();
    const base = new ManualClock(0);
    const drifts: number[] = [];
    using clock = await DisciplinedClock.start({
      ...options(database, base),
      onDrift: (offMs) => drifts.push(offMs),
    });
    // An hour of monotonic time in no time is a database whose clock went back by an hour.
    await base.advance(hourMs);
    const beforeMs = clock.nowMs();
    await clock.sync();
    expect(clock.nowMs()).toBe(beforeMs);
    expect(drifts).toHaveLength(1);
    expect(Math.abs((drifts[0] ?? 0) + hourMs)).toBeLessThan(minuteMs);
    await base.advance(1_000);
    expect(clock.nowMs() - beforeMs).toBeCloseTo(995, 3);
  });

  test("does not matter while it is away", async () => {
    const database = openDatabase();
    const base = new ManualClock(0);
    using clock = await DisciplinedClock.start(options(database, base));
    await database[Symbol.asyncDispose]();
    const beforeMs = clock.nowMs();
    await clock.sync();
    await base.advance(1_000);
    expect(clock.nowMs() - beforeMs).toBe(1_000);
  });

  test("is asked again and again until this one is disposed of", async () => {
    await using database = openDatabase();
    const base = new ManualClock(0);
    const drifted = Promise.withResolvers<void>();
    const clock = await DisciplinedClock.start({
      ...options(database, base),
      syncEveryMs: hourMs,
      onDrift: () => drifted.resolve(),
    });
    await base.advance(hourMs);
    await drifted.promise;
    clock[Symbol.dispose]();
    await new Promise((resolve) => setImmediate(resolve));
    expect(base.timerCount).toBe(0);
  });
});

function options(database: Database, base: ManualClock) {
  return {
    readReferenceMs: () => readDatabaseClock(database),
    base,
    syncEveryMs: 100 * hourMs,
    onDrift: () => undefined,
  };
}

function openDatabase(): Database {
  return new Database({
    url: testDatabase.url,
    applicationName: "floodgate-test",
    connectionCountMax: 1,
    isPrepared: true,
  });
}
