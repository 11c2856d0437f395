import { expect, test } from "bun:test";
import { saleDraft, storeEvent } from "../support/harness.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";
import { Crowd } from "./crowd.ts";
import { CrowdSms } from "./crowd-sms.ts";
import { checkLedger } from "./ledger.ts";
import { faultEnvironment, startUnderFault } from "./service-under-fault.ts";

test("invariants 1, 2, 6 and 7: two servers sell the last 100 seats to a crowd that goes to both, and tell every holder the same", async () => {
  await using world = await openWorld(150);
  const { crowd, database } = world;
  // A quarter ask for their code when they register; the others are proved to either server.
  const people = [...(await crowd.arriveVerified(300)), ...crowd.arrive(100)];
  await crowd.register(people.slice(0, 50));
  expect(await checkLedger(database.sql, crowd.told)).toBe(50);
  expect(crowd.told.full).toEqual([]);

  await crowd.register(people.slice(50));
  expect(crowd.faults).toEqual([]);
  expect(await checkLedger(database.sql, crowd.told)).toBe(150);
  // Everyone was told one or the other, and a holder who came again to either server was told of that very seat.
  expect(crowd.holderCount).toBe(150);
  expect(new Set(crowd.told.full.map(({ phone }) => phone)).size).toBe(250);
  const { acknowledged } = crowd.told;
  expect(acknowledged.length).toBeGreaterThan(150);
  expect(new Set(acknowledged.map(({ origin }) => origin))).toEqual(new Set(world.urls));
});

test("invariant 6: seats sold one by one, at either of two servers: nobody is told full while one is left, everybody after", async () => {
  await using world = await openWorld(30);
  const { crowd, database } = world;
  const people = await crowd.arriveVerified(40);
  for (const person of people.slice(0, 30)) {
    await crowd.register([person]);
    expect(crowd.told.full).toEqual([]);
  }
  await crowd.register(people.slice(30));
  expect(crowd.faults).toEqual([]);
  expect(await checkLedger(database.sql, crowd.told)).toBe(30);
  expect(new Set(crowd.told.full.map(({ phone }) => phone)).size).toBe(10);
});

interface World extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly urls: readonly string[];
  readonly crowd: Crowd;
}

/** Two servers with one database and one set of secrets, and a crowd that goes to either. */
async function openWorld(quota: number): Promise<World> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await freshDatabase());
  await storeEvent(database.url, [saleDraft(Date.now(), { quota })]);
  const sms = opening.use(new CrowdSms());
  const environment = faultEnvironment(sms, { DATABASE_URL: database.url });
  const started = await Promise.all([startUnderFault(environment), startUnderFault(environment)]);
  const urls = started.map(({ service }) => opening.use(service).url);
  const crowd = new Crowd({
    urls,
    sms,
    random: new Random(2),
    walkerCount: 64,
    againShare: 0.5,
    twinShare: 0.3,
  });
  const resources = opening.move();
  return { database, urls, crowd, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
