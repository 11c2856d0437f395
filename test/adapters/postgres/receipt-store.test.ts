import { afterAll, beforeAll, expect, test } from "bun:test";
import { Database } from "../../../src/adapters/postgres/client.ts";
import { PostgresReceiptStore } from "../../../src/adapters/postgres/receipt-store.ts";
import { exportCsv } from "../../../src/organiser/export.ts";
import { receiptStatement } from "../../../src/organiser/receipt.ts";
import { checkSeats } from "../../../src/organiser/receipt-check.ts";
import { readSeats } from "../../../src/organiser/receipt-export.ts";
import { candidates, closesAtMs, opensAtMs } from "../../contract/registration-store.contract.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";
import { createSale, openStores, type Stores } from "./stores.ts";

const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

let database: TestDatabase;
let stores: Stores;
let receipts: PostgresReceiptStore;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
  receipts = new PostgresReceiptStore(stores.database);
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type SaleAtHand = Awaited<ReturnType<typeof createSale>>;

/** One seat for each, so many microseconds after the opening. */
async function giveSeats(
  { eventId, saleId }: SaleAtHand,
  afterMicroseconds: readonly number[],
): Promise<void> {
  await database.sql`
    insert into registrations (
      id, ticket_key, committed_at, phone, event_id, sale_id, ordinal, event_revision,
      template_version, name, email, locale
    )
    select gen_random_uuid(), gen_random_uuid(),
      s.opens_at + after::bigint * interval '1 microsecond',
      8801000000000 + ordinal, ${eventId}::int, s.id, ordinal, 1, 1,
      e'=Rahima "R"\n, Khatun', 'someone@example.org', 'bn'
    from sales s, unnest(${`{${afterMicroseconds.join()}}`}::text::bigint[]) with ordinality as given (after, ordinal)
    where s.id = ${saleId}`;
  await database.sql`update sales set sold = ${afterMicroseconds.length} where id = ${saleId}`;
}

/** What differs between the sale's totals and an export of it. */
async function differences({ slug, eventId, saleId }: SaleAtHand): Promise<readonly string[]> {
  const totals = await receipts.findTotals(saleId);
  if (totals === null) throw new Error("there is no such sale");
  const pages = stores.organiser.exportRegistrations(eventId);
  const read = await readSeats(
    exportCsv(pages, () => {}),
    1,
  );
  if (read.kind === "faulty") throw new Error(read.fault);
  const statement = receiptStatement({ host: "example.org", event: slug, sale: 1 }, totals);
  return checkSeats(statement, read.seats);
}

test("a sale that is not there has no totals", async () => {
  expect(await receipts.findTotals(2_000_000_000)).toBeNull();
});

test("an empty sale has no instant, no minute, and the hash of an empty list", async () => {
  const sale = await createSale(stores, 10);
  expect(await receipts.findTotals(sale.saleId)).toEqual({
    opensAtMs,
    closesAtMs,
    quota: 10,
    seats: 0,
    firstSeatAt: null,
    lastSeatAt: null,
    minutes: [],
    listSha256: EMPTY_SHA256,
    line: null,
  });
  expect(await differences(sale)).toEqual([]);
});

test("a quota reached in a single commit has one instant, and the export has the same hash", async () => {
  const sale = await createSale(stores, 50);
  await stores.registrations.commitBatch(sale.saleId, candidates(60));
  const totals = await receipts.findTotals(sale.saleId);
  expect(totals).toMatchObject({ quota: 50, seats: 50, minutes: [[0, 50]] });
  expect(totals?.firstSeatAt).toBe(totals?.lastSeatAt as string);
  expect(totals?.listSha256).not.toBe(EMPTY_SHA256);
  expect(await differences(sale)).toEqual([]);
});

test("minutes end at the microsecond, and a seat of a moment before the opening is of the first", async () => {
  const sale = await createSale(stores, 10);
  await giveSeats(sale, [-1, 0, 59_999_999, 60_000_000, 179_999_999, 90_000_000_001]);
  const totals = await receipts.findTotals(sale.saleId);
  expect(totals).toMatchObject({
    seats: 6,
    firstSeatAt: "2026-12-01T03:59:59.999999Z",
    lastSeatAt: "2026-12-02T05:00:00.000001Z",
    minutes: [
      [0, 3],
      [1, 1],
      [2, 1],
      [1500, 1],
    ],
  });
  expect(await differences(sale)).toEqual([]);
});

test("a seat more, a seat less, an instant or an id that is another's changes the hash", async () => {
  const sale = await createSale(stores, 10);
  await giveSeats(sale, [1, 2, 3]);
  const hash = async () => (await receipts.findTotals(sale.saleId))?.listSha256;
  const hashes = [await hash()];
  await database.sql`
    update registrations set committed_at = committed_at + interval '1 microsecond'
    where sale_id = ${sale.saleId} and ordinal = 2`;
  hashes.push(await hash());
  await database.sql`
    update registrations set id = gen_random_uuid() where sale_id = ${sale.saleId} and ordinal = 3`;
  hashes.push(await hash());
  await database.sql`delete from registrations where sale_id = ${sale.saleId} and ordinal = 3`;
  await database.sql`update sales set sold = 2 where id = ${sale.saleId}`;
  hashes.push(await hash());
  expect(new Set(hashes).size).toBe(4);
});

test("the list is in order of the ordinals wherever its rows lie and however they are read", async () => {
  const sale = await createSale(stores, 10);
  await giveSeats(sale, [1, 2, 3]);
  await database.sql`
    update registrations set ticket_key = gen_random_uuid() where sale_id = ${sale.saleId} and ordinal = 1`;
  // Now the planner knows that the table is small, and reads it as it lies where nobody forbids that.
  await database.sql`analyze registrations`;
  await using pooled = new Database({
    url: database.url,
    applicationName: "floodgate-test",
    connectionCountMax: 1,
    isPrepared: false,
  });
  const totals = await new PostgresReceiptStore(pooled).findTotals(sale.saleId);
  expect(totals).toEqual(await receipts.findTotals(sale.saleId));
  expect(await differences(sale)).toEqual([]);
});

test("a sale whose seats are not all there is no ground for a receipt", async () => {
  const sale = await createSale(stores, 10);
  await giveSeats(sale, [1, 2, 3]);
  await database.sql`delete from registrations where sale_id = ${sale.saleId} and ordinal = 2`;
  const refusal = await receipts.findTotals(sale.saleId).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Error);
});

test("with the waiting room on, the line is counted, and those of the lobby by what they gave", async () => {
  const sale = await createSale(stores, 10);
  await database.sql`update sales set lobby_from = opens_at where id = ${sale.saleId}`;
  const line = async () => (await receipts.findTotals(sale.saleId))?.line;
  expect(await line()).toEqual({ places: 0, lobby: 0, verified: 0 });
  await database.sql`
    insert into lobby_places (pass_id, sale_id, is_verified)
    select gen_random_uuid(), ${sale.saleId}, n <= 4 from generate_series(1, 7) n`;
  await database.sql`insert into waiting_rooms (sale_id, seed) values (${sale.saleId}, 'seed')`;
  expect(await line()).toEqual({ places: 7, lobby: 7, verified: 4 });
  await database.sql`update waiting_rooms set line_count = 12 where sale_id = ${sale.saleId}`;
  expect(await line()).toEqual({ places: 12, lobby: 7, verified: 4 });
});
