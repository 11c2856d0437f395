import { describe, expect, test } from "bun:test";
import postgres from "postgres";
import type { Candidate } from "../../../src/quota/ports.ts";
import { candidate, candidates, done } from "../../contract/registration-store.contract.ts";
import { freshCluster, freshDatabase } from "../../support/postgres.ts";
import { createSale, openStores, type Stores } from "./stores.ts";

const committedFive = Array(5).fill("committed");

describe("a commit whose end nobody knows", () => {
  test("is unknown when the server dies under it, and succeeds when it is run again (invariant 7)", async () => {
    await using cluster = await freshCluster();
    await using stores = openStores(cluster.url);
    const { saleId } = await createSale(stores, 10);
    const batch = candidates(5);
    await using blocker = await blockCommits(cluster.url);
    const call = stores.registrations.commitBatch(saleId, batch);
    await blocker.isWaitedFor();
    await cluster.kill();
    expect((await call).kind).toBe("unknown");
    expect((await stores.registrations.commitBatch(saleId, batch)).kind).toBe("unknown");

    await cluster.start();
    const again = await commitUntilDone(stores, saleId, batch);
    expect(again.outcomes.map(({ kind }) => kind)).toEqual(committedFive);
    expect(again.sold).toBe(5);
  });

  test("may commit after its deadline, and the same batch then finds its own seats (invariant 7)", async () => {
    await using database = await freshDatabase();
    await using stores = openStores(database.url, { isPrepared: false, deadlineMs: 1_000 });
    const { saleId } = await createSale(stores, 10);
    const batch = candidates(5);
    await using blocker = await blockCommits(database.url);
    const call = stores.registrations.commitBatch(saleId, batch);
    await blocker.isWaitedFor();
    const late = await call;
    expect(late).toMatchObject({ kind: "unknown", error: { name: "DatabaseDeadlineError" } });

    await blocker.release();
    await until(async () => {
      const [row] = await database.sql`select sold from sales where id = ${saleId}`;
      return row?.["sold"] === 5;
    });
    const again = await commitUntilDone(stores, saleId, batch);
    expect(again.outcomes.map(({ kind }) => kind)).toEqual(committedFive);
    expect(again.sold).toBe(5);
  });

  test("is unknown when the server gives up waiting, and has written nothing", async () => {
    await using database = await freshDatabase();
    await using stores = openStores(database.url, { isPrepared: true, deadlineMs: 1_000 });
    const { saleId } = await createSale(stores, 10);
    await using blocker = await blockCommits(database.url);
    const late = await stores.registrations.commitBatch(saleId, [candidate(1)]);
    expect(late).toMatchObject({ kind: "unknown", error: { code: "57014" } });
    await blocker.release();
    const next = await commitUntilDone(stores, saleId, [candidate(2)]);
    expect(next.sold).toBe(1);
  });

  test("is unknown when no server is there, while a look-up throws", async () => {
    await using stores = openStores("postgres://nobody@127.0.0.1:1/nothing");
    const { phone } = candidate(1);
    const answer = await stores.registrations.commitBatch(1, [candidate(1)]);
    expect(answer).toMatchObject({ kind: "unknown", error: { code: "ECONNREFUSED" } });
    const lookUp = stores.registrations.findHolders(1, [phone]).catch((error: unknown) => error);
    expect(await lookUp).toMatchObject({ code: "ECONNREFUSED" });
  });
});

/** Holds the lock that every commit needs, in a transaction of its own. */
async function blockCommits(url: string) {
  const sql = postgres(url, { max: 2, onnotice: () => undefined });
  const [locked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ended = sql
    .begin(async (transaction) => {
      await transaction`select from events for update`;
      locked.resolve();
      await released.promise;
    })
    // The server may be killed while the lock is held.
    .catch(() => undefined);
  await locked.promise;
  return {
    isWaitedFor: () =>
      until(async () => (await sql`select from pg_locks where not granted`).length > 0),
    async release() {
      released.resolve();
      await ended;
    },
    async [Symbol.asyncDispose]() {
      released.resolve();
      await ended;
      await sql.end({ timeout: 0 });
    },
  };
}

async function commitUntilDone(stores: Stores, saleId: number, batch: readonly Candidate[]) {
  let answer = await stores.registrations.commitBatch(saleId, batch);
  while (answer.kind === "unknown") {
    answer = await stores.registrations.commitBatch(saleId, batch);
  }
  return done(answer);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(5);
}
