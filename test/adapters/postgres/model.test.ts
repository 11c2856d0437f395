import { afterAll, beforeAll, test } from "bun:test";
import fc from "fast-check";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";
import { eventShape, step } from "./model-steps.ts";
import { openStores, type Stores } from "./stores.ts";
import { TwoDatabases } from "./two-databases.ts";

const RUN_COUNT = 60;
const EVENT_COUNT_MAX = 2;
const STEP_COUNT_MAX = 40;

let database: TestDatabase;
let stores: Stores;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

test("the tables in memory end every step as PostgreSQL does, whatever the steps", async () => {
  const shapes = fc.array(eventShape, { minLength: 1, maxLength: EVENT_COUNT_MAX });
  const steps = fc.array(step, { maxLength: STEP_COUNT_MAX, size: "max" });
  await fc.assert(
    fc.asyncProperty(shapes, steps, async (events, taken) => {
      const two = await TwoDatabases.open(database, stores, events);
      for (const one of taken) await two.take(one);
      await two.compareAll();
    }),
    { numRuns: RUN_COUNT },
  );
});
