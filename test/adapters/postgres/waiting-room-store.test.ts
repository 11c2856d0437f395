import { afterAll, beforeAll, expect, test } from "bun:test";
import { Database } from "../../../src/adapters/postgres/client.ts";
import { PostgresWaitingRoomStore } from "../../../src/adapters/postgres/waiting-room-store.ts";
import {
  bytes,
  inOrder,
  listed,
  member,
  waitingRoomStoreContract,
} from "../../contract/waiting-room-store.contract.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
/** Two processes: one as it talks to a database, one as it talks to a pooler. */
let clients: readonly [Database, Database];
let store: PostgresWaitingRoomStore;
let otherStore: PostgresWaitingRoomStore;
let saleCount = 0;

beforeAll(async () => {
  database = await freshDatabase();
  const shared = { url: database.url, applicationName: "room-test", connectionCountMax: 4 };
  clients = [
    new Database({ ...shared, isPrepared: true }),
    new Database({ ...shared, isPrepared: false }),
  ];
  store = new PostgresWaitingRoomStore(clients[0]);
  otherStore = new PostgresWaitingRoomStore(clients[1]);
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  await database[Symbol.asyncDispose]();
});

waitingRoomStoreContract("PostgreSQL", async () => {
  saleCount += 2;
  const saleId = saleCount;
  return {
    store,
    otherStore,
    saleId,
    otherSaleId: saleId + 1,
    async settleBeacon(value) {
      await database.sql`
        update waiting_rooms set beacon_value = ${value} where sale_id = ${saleId}`;
    },
    async lineCount() {
      const rows = await database.sql<{ line_count: number }[]>`
        select line_count from waiting_rooms where sale_id = ${saleId}`;
      return rows[0]?.line_count ?? Number.NaN;
    },
  };
});

test("closing waits for those who are about to have joined, and lists them", async () => {
  const saleId = await openRoom();
  const [early, late] = [member(), member()];
  let joining: Promise<unknown> = Promise.resolve();
  let closing: ReturnType<typeof store.close> | undefined;
  await database.sql.begin(async (neighbour) => {
    await neighbour`
      insert into lobby_places (sale_id, pass_id, is_verified)
      values (${saleId}, ${early.passId.toHex()}, true)`;
    joining = store.join(saleId, [early, late]);
    await untilWaiting(1);
    closing = otherStore.close(saleId);
    await untilWaiting(2);
  });
  expect(await joining).toBe("joined");
  expect(listed((await closing)?.members ?? [])).toEqual(inOrder([early, late]));
});

test("whoever comes while the list is being closed is told so, and is not in it", async () => {
  const saleId = await openRoom();
  await store.join(saleId, [member()]);
  let joining: Promise<unknown> = Promise.resolve();
  await database.sql.begin(async (closer) => {
    await closer`update waiting_rooms set closed_at = now() where sale_id = ${saleId}`;
    joining = store.join(saleId, [member()]);
    await untilWaiting(1);
  });
  expect(await joining).toBe("closed");
  expect(await store.members(saleId)).toHaveLength(1);
});

test("a crowd that never stops joining from eight connections does not keep the list open", async () => {
  const saleId = await openRoom();
  let isOver = false;
  let joinedCount = 0;
  const crowd = [store, otherStore].flatMap((way) =>
    [1, 2, 3, 4].map(async () => {
      while (!isOver) {
        if ((await way.join(saleId, [member()])) === "joined") joinedCount += 1;
      }
    }),
  );
  while (joinedCount < 100) await Bun.sleep(1);
  await using closer = new Database({
    url: database.url,
    applicationName: "room-closer",
    connectionCountMax: 1,
    isPrepared: true,
  });
  const { members } = await new PostgresWaitingRoomStore(closer).close(saleId);
  isOver = true;
  await Promise.all(crowd);
  expect(members).toHaveLength(joinedCount);
});

test("a hundred thousand are closed and read back in order", async () => {
  const saleId = await openRoom();
  const everyone = Array.from({ length: 100_000 }, (_, index) => member(index % 3 === 0));
  for (let start = 0; start < everyone.length; start += 10_000) {
    await store.join(saleId, everyone.slice(start, start + 10_000));
  }
  const { members } = await otherStore.close(saleId);
  expect(listed(members)).toEqual(inOrder(everyone));
});

async function openRoom(): Promise<number> {
  saleCount += 2;
  await store.open(saleCount, bytes(32));
  return saleCount;
}

/** Until so many statements of the stores wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  for (;;) {
    const [row] = await database.sql<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity
      where application_name = 'room-test' and wait_event_type = 'Lock'
        and datname = current_database()`;
    if (row?.count === count) return;
    await Bun.sleep(2);
  }
}
