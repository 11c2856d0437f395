import { expect, setDefaultTimeout, test } from "bun:test";
import { systemClock } from "../../src/actor/clock.ts";
import { Database } from "../../src/adapters/postgres/client.ts";
import { PostgresModeStore } from "../../src/adapters/postgres/mode-store.ts";
import { ModeKeeper } from "../../src/mode/mode-keeper.ts";
import { until } from "../fault/service-under-fault.ts";
import { freshCluster } from "../support/postgres.ts";
import { readings } from "./make.ts";

// A cluster of its own is made, stopped and started.
setDefaultTimeout(60_000);

test("while the database is away a hold stays, and once it is back it is told and asked again", async () => {
  await using cluster = await freshCluster();
  await using database = new Database({
    url: cluster.url,
    applicationName: "mode-test",
    connectionCountMax: 2,
    isPrepared: true,
  });
  const store = new PostgresModeStore(database);
  let failureCount = 0;
  const keeper = new ModeKeeper({
    clock: systemClock,
    store,
    read: () => readings({ "loop-lag": 80 }),
    observer: { onStep: () => {}, onStoreFailed: () => (failureCount += 1) },
  });
  keeper.start();
  await store.hold(2);
  await until("the hold is followed", () => keeper.level === 2);
  await cluster.stop();
  await until("the telling fails again and again", () => failureCount >= 2);
  expect(keeper.level).toBe(2);
  await cluster.start();
  await store.hold(1);
  await until("the next hold is followed", () => keeper.level === 1);
  await until("the database is told so", async () => (await store.read()).level === 1);
  keeper.stop();
});
