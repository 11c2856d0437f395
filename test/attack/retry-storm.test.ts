import { expect, test } from "bun:test";
import { Crowd } from "../fault/crowd.ts";
import { CrowdSms } from "../fault/crowd-sms.ts";
import { checkLedger } from "../fault/ledger.ts";
import {
  faultEnvironment,
  holdCommits,
  startUnderFault,
  until,
} from "../fault/service-under-fault.ts";
import { saleDraft, storeEvent } from "../support/harness.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";

const PERSON_COUNT = 1_000;
const QUOTA = 900;

test("a thousand who are shed together, and all come back in the very instant they were told, are served: the storm dies down by itself", async () => {
  await using database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now(), { quota: QUOTA })]);
  using sms = new CrowdSms();
  const environment = faultEnvironment(sms, { DATABASE_URL: database.url });
  await using service = (await startUnderFault(environment)).service;
  const crowd = new Crowd({
    urls: [service.url],
    sms,
    random: new Random(82),
    walkerCount: PERSON_COUNT,
  });
  const people = await crowd.arriveVerified(PERSON_COUNT);

  const hold = await holdCommits(database.sql);
  const registering = crowd.register(people);
  await until("everyone was shed once", () => crowd.tally.later >= PERSON_COUNT);
  await hold[Symbol.asyncDispose]();
  await registering;

  expect(crowd.faults).toEqual([]);
  expect(await checkLedger(database.sql, crowd.told)).toBe(QUOTA);
  expect(crowd.told.full).toHaveLength(PERSON_COUNT - QUOTA);
});
