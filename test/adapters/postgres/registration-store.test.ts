import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Candidate } from "../../../src/quota/ports.ts";
import {
  candidate,
  candidates,
  done,
  ordinals,
  range,
  registrationStoreContract,
  seatsOf,
} from "../../contract/registration-store.contract.ts";
import { freshDatabase } from "../../support/postgres.ts";
import {
  createSale,
  eventDraft,
  openStores,
  type Stores,
  saleDraft,
  writeEvent,
} from "./stores.ts";

let database: Awaited<ReturnType<typeof freshDatabase>>;
let stores: Stores;
let otherProcess: Stores;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
  otherProcess = openStores(database.url);
});

afterAll(async () => {
  await Promise.all([stores[Symbol.asyncDispose](), otherProcess[Symbol.asyncDispose]()]);
  await database[Symbol.asyncDispose]();
});

registrationStoreContract("PostgreSQL", async (quota) => {
  const { slug, eventId, saleId } = await createSale(stores, quota);
  return {
    store: stores.registrations,
    eventId,
    saleId,
    async setQuota(newQuota) {
      await writeEvent(stores, eventDraft(slug, { sales: [saleDraft({ quota: newQuota })] }));
    },
  };
});

describe("two processes with one sale", () => {
  test("share out crossed batches densely, without an error (invariants 1 and 2)", async () => {
    for (const round of range(20)) {
      const { saleId } = await createSale(stores, 50);
      const phones = range(60).map((number) => round * 1_000 + number);
      const one = phones.map((number) => candidate(number));
      const other = phones.toReversed().map((number) => candidate(number));
      const answers = await Promise.all([
        ...halves(one).map((half) => stores.registrations.commitBatch(saleId, half)),
        ...halves(other).map((half) => otherProcess.registrations.commitBatch(saleId, half)),
      ]);
      const outcomes = answers.flatMap((answer) => done(answer).outcomes);
      expect(ordinals(seatsOf(outcomes, "committed"))).toEqual(range(50));
      expect(await storedOrdinals(saleId)).toEqual(range(50));
    }
  });

  test("give a phone one seat across two sales of an event (invariant 2)", async () => {
    const sales = [
      saleDraft(),
      saleDraft({ number: 2, opensAtMs: saleDraft().opensAtMs, quota: 100 }),
    ];
    const event = await writeEvent(stores, eventDraft("two-sales", { sales }));
    const [first, second] = event.sales;
    const answers = await Promise.all([
      stores.registrations.commitBatch(first?.id ?? 0, candidates(50)),
      otherProcess.registrations.commitBatch(second?.id ?? 0, candidates(50).toReversed()),
    ]);
    const outcomes = answers.flatMap((answer) => done(answer).outcomes);
    expect(seatsOf(outcomes, "committed")).toHaveLength(50);
    expect(seatsOf(outcomes, "holder")).toHaveLength(50);
  });
});

describe("a batch that PostgreSQL refuses", () => {
  const poisons: [string, Partial<Candidate>, string][] = [
    ["a NUL in a name", { name: "A\u0000B" as Candidate["name"] }, "22021"],
    [
      "a mail address too long",
      { email: `${"a".repeat(300)}@b.cd` as Candidate["email"] },
      "22001",
    ],
    ["another's ticket key", { ticketKey: candidate(0).ticketKey }, "23505"],
  ];
  for (const [what, poison, sqlState] of poisons) {
    test(`for ${what} leaves nothing behind and names no value (invariant 10)`, async () => {
      const { saleId } = await createSale(stores, 10);
      if (sqlState === "23505") {
        const { saleId: elsewhere } = await createSale(stores, 1);
        await stores.registrations.commitBatch(elsewhere, [{ ...candidate(1), ...poison }]);
      }
      const batch = [candidate(1), { ...candidate(2), ...poison }, candidate(3)];
      const answer = await stores.registrations.commitBatch(saleId, batch);
      if (answer.kind !== "refused") throw new Error(answer.kind);
      expect(answer.error.message).toContain(sqlState);
      expect(Bun.inspect(answer.error)).not.toMatch(/person|8801|aaaa/);
      expect(await storedOrdinals(saleId)).toEqual([]);
      const retried = await stores.registrations.commitBatch(saleId, [candidate(1), candidate(3)]);
      expect(done(retried).sold).toBe(2);
    });
  }

  test("for a sale that is not there", async () => {
    const answer = await stores.registrations.commitBatch(0, [candidate(1)]);
    expect(answer.kind).toBe("refused");
  });
});

describe("what a commit leaves", () => {
  test("is one outbox row for each registration, in the order of the seats (invariant 4)", async () => {
    const { saleId } = await createSale(stores, 30);
    await stores.registrations.commitBatch(saleId, candidates(20));
    await stores.registrations.commitBatch(
      saleId,
      range(40).map((number) => candidate(number)),
    );
    const rows = await database.sql<{ ordinal: number }[]>`
      select r.ordinal from outbox o join registrations r on r.id = o.registration_id
      where r.sale_id = ${saleId} order by o.id`;
    expect(rows.map(({ ordinal }) => ordinal)).toEqual(range(30));
  });

  test("is an instant for the batch that no later batch precedes", async () => {
    const { saleId } = await createSale(stores, 100);
    await database.sql`
      update sales set last_committed_at = now() + interval '1 hour' where id = ${saleId}`;
    await stores.registrations.commitBatch(saleId, [candidate(1), candidate(2)]);
    await stores.registrations.commitBatch(saleId, [candidate(3)]);
    const rows = await database.sql<{ inOrder: boolean; isAhead: boolean }[]>`
      select committed_at >= lag(committed_at, 1, committed_at) over (order by ordinal) as "inOrder",
        committed_at > now() + interval '59 minutes' as "isAhead"
      from registrations where sale_id = ${saleId}`;
    expect(rows.map((row) => ({ ...row }))).toEqual(
      Array(3).fill({ inOrder: true, isAhead: true }),
    );
  });

  test("is durable even where a session has synchronous_commit off (invariant 3)", async () => {
    const { saleId } = await createSale(stores, 1);
    const [row] = await database.sql.begin(async (transaction) => {
      await transaction`set local synchronous_commit = off`;
      await transaction`
        select from commit_registrations(
          ${saleId}, 1::smallint, '{}', '{}', '{}', '{}', '{}', '{}', '{}'
        )`;
      return transaction<{ setting: string }[]>`
        select current_setting('synchronous_commit') as setting`;
    });
    expect(row?.setting).toBe("on");
  });

  test("is the same without prepared statements, as behind a pooler", async () => {
    await using unprepared = openStores(database.url, { isPrepared: false });
    const { saleId } = await createSale(stores, 10);
    for (const _ of range(2)) {
      const answer = await unprepared.registrations.commitBatch(saleId, [candidate(1)]);
      expect(done(answer).sold).toBe(1);
    }
  });
});

async function storedOrdinals(saleId: number): Promise<readonly number[]> {
  const rows = await database.sql<{ ordinal: number }[]>`
    select ordinal from registrations where sale_id = ${saleId} order by ordinal`;
  return rows.map(({ ordinal }) => ordinal);
}

function halves(members: readonly Candidate[]): readonly (readonly Candidate[])[] {
  return [members.slice(0, members.length / 2), members.slice(members.length / 2)];
}
