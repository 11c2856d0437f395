import { expect, test } from "bun:test";
import { saleDraft, storeEvent } from "../support/harness.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";
import { Crowd } from "./crowd.ts";
import { CrowdSms } from "./crowd-sms.ts";
import { checkLedger } from "./ledger.ts";
import { faultEnvironment, startUnderFault, until } from "./service-under-fault.ts";

/** For a machine that is busy; an idle one takes 20 s. */
const TIMEOUT_MS = 180_000;
/** More than are sold, so that codes are given to the end. */
const QUOTA = 200;
const PEOPLE_COUNT = 30;

test(
  "a gateway that dies is followed by the second within seconds, has its place back when it lives again, and no seat goes untold",
  async () => {
    await using database = await freshDatabase();
    await storeEvent(database.url, [saleDraft(Date.now(), { quota: QUOTA })]);
    using phones = new CrowdSms();
    using second = phones.gateway("second");
    const first = phones.gateway("first");
    const { service } = await startUnderFault({
      ...faultEnvironment(phones, { DATABASE_URL: database.url }),
      SMS_GATEWAY: first.setting,
      SMS_GATEWAY_2: second.setting,
    });
    await using running = service;
    const crowdOf = (firstNumber: number) =>
      new Crowd({
        urls: [running.url],
        sms: phones,
        random: new Random(8),
        walkerCount: 10,
        firstNumber,
      });
    const crowds = [crowdOf(0), crowdOf(1_000), crowdOf(2_000)] as const;
    const register = async (crowd: Crowd) =>
      crowd.register(await crowd.arriveVerified(PEOPLE_COUNT));

    await register(crowds[0]);
    // One that is cut off on its way is never repeated: perhaps it arrived.
    await until("its confirmations", () => phones.confirmationCounts.size === PEOPLE_COUNT);
    expect(first.takenCount).toBeGreaterThanOrEqual(2 * PEOPLE_COUNT);
    expect(second.takenCount).toBe(0);

    first.stop();
    const deadSinceMs = performance.now();
    const codes = crowds[1].arriveVerified(PEOPLE_COUNT);
    await until("the second gateway's first SMS", () => second.takenCount > 0);
    expect(performance.now() - deadSinceMs).toBeLessThan(10_000);
    await crowds[1].register(await codes);

    using again = phones.gateway("first", first.port);
    await register(crowds[2]);
    const passersBy = crowdOf(3_000);
    await until("the first gateway's turn again", async () => {
      await passersBy.arriveVerified(1);
      return again.takenCount > 0;
    });
    const sold = crowds.length * PEOPLE_COUNT;
    await until("all confirmations", () => phones.confirmationCounts.size === sold);

    expect(crowds.flatMap(({ faults }) => faults)).toEqual([]);
    const told = {
      acknowledged: crowds.flatMap((crowd) => crowd.told.acknowledged),
      full: crowds.flatMap((crowd) => crowd.told.full),
    };
    expect(await checkLedger(database.sql, told)).toBe(sold);
    expect((await running.end()).exitCode).toBe(0);
  },
  TIMEOUT_MS,
);
