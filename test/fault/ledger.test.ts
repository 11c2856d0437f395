import { expect, test } from "bun:test";
import { phoneNumber, saleDraft, storeEvent } from "../support/harness.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";
import { Crowd } from "./crowd.ts";
import { CrowdSms } from "./crowd-sms.ts";
import type { Snapshot, Told } from "./ledger.ts";
import { BrokenInvariantError, checkLedger, checkSnapshot } from "./ledger.ts";
import { faultEnvironment, startUnderFault } from "./service-under-fault.ts";

interface Planted {
  readonly name: string;
  readonly invariant: number;
  readonly plant: (sql: Snapshot, told: Told) => Promise<Told>;
}

/** Each breaks the books of a sale that sold its three seats to three people and told a fourth that it is full. */
const PLANTED: readonly Planted[] = [
  planted("a seat too many", 1, (sql) =>
    sql`
    alter table sales drop constraint sales_sold_within_quota; update sales set quota = 2`.simple(),
  ),
  planted("a count that is behind", 1, (sql) => sql`update sales set sold = 2`),
  planted(
    "a hole in the ordinals",
    1,
    (sql) => sql`
    update registrations set ordinal = 4 where ordinal = 3`,
  ),
  planted(
    "an instant that goes back",
    1,
    (sql) => sql`
    update registrations set committed_at = committed_at - interval '1 day' where ordinal = 3`,
  ),
  planted("a phone twice", 2, (sql) =>
    sql`
    alter table registrations drop constraint registrations_event_id_phone;
    update registrations set phone = (select phone from registrations where ordinal = 1)
    where ordinal = 2`.simple(),
  ),
  planted(
    "another ticket key than was told",
    3,
    (sql) => sql`
    update registrations set ticket_key = gen_random_uuid() where ordinal = 2`,
  ),
  planted(
    "a registration without its outbox row",
    4,
    (sql) => sql`
    delete from outbox where id = (select min(id) from outbox)`,
  ),
  planted(
    "an outbox row without a registration",
    4,
    (sql) => sql`
    insert into outbox (registration_id, sms_due_at, mail_due_at)
    values (gen_random_uuid(), now(), now())`,
  ),
  {
    name: "somebody told full too early",
    invariant: 6,
    plant: async (_, { acknowledged }) => ({
      acknowledged,
      full: [{ phone: phoneNumber(9), atMs: Date.now() - 3_600_000 }],
    }),
  },
  {
    name: "a holder told full",
    invariant: 7,
    plant: async (_, { acknowledged }) => ({
      acknowledged,
      full: acknowledged.map(({ phone }) => ({ phone, atMs: Date.now() })),
    }),
  },
];

function planted(
  name: string,
  invariant: number,
  run: (sql: Snapshot) => PromiseLike<unknown>,
): Planted {
  return {
    name,
    invariant,
    async plant(sql, told) {
      await run(sql);
      return told;
    },
  };
}

test("the ledger holds for a sale that went well, and names the invariant of whatever did not", async () => {
  await using database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now(), { quota: 3 })]);
  using sms = new CrowdSms();
  await using service = (
    await startUnderFault(faultEnvironment(sms, { DATABASE_URL: database.url }))
  ).service;
  const crowd = new Crowd({ urls: [service.url], sms, random: new Random(1), walkerCount: 4 });
  await crowd.register(await crowd.arriveVerified(4));
  await service.end();
  expect(crowd.faults).toEqual([]);
  expect(crowd.told.full).toHaveLength(1);
  expect(await checkLedger(database.sql, crowd.told)).toBe(3);

  for (const { name, invariant, plant } of PLANTED) {
    expect(`${name}: invariant ${await brokenBy(plant)}`).toBe(`${name}: invariant ${invariant}`);
  }

  /** The number of the invariant the ledger names; what was planted is taken back. */
  async function brokenBy(plant: Planted["plant"]): Promise<number | null> {
    const connection = await database.sql.reserve();
    try {
      await connection`begin`;
      const told = await plant(connection, crowd.told);
      await checkSnapshot(connection, told);
      return null;
    } catch (error) {
      if (error instanceof BrokenInvariantError) return error.invariant;
      throw error;
    } finally {
      await connection`rollback`;
      connection.release();
    }
  }
});
