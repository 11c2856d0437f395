import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { TicketKey } from "../../../src/ticket/ticket.ts";
import { outboxStoreContract } from "../../contract/outbox-store.contract.ts";
import { candidate, candidates } from "../../contract/registration-store.contract.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";
import { createSale, frozen, openStores, type Stores } from "./stores.ts";

let database: TestDatabase;
let stores: Stores;
let otherProcess: Stores;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
  otherProcess = openStores(database.url);
});

beforeEach(async () => {
  await database.sql`truncate outbox`;
});

afterAll(async () => {
  await Promise.all([stores[Symbol.asyncDispose](), otherProcess[Symbol.asyncDispose]()]);
  await database[Symbol.asyncDispose]();
});

outboxStoreContract("PostgreSQL", async (rowCount) => {
  await register(rowCount);
  return { store: stores.outbox, otherStore: otherProcess.outbox };
});

describe("a claimed row", () => {
  test("carries everything that is sent", async () => {
    const { eventId, members } = await register(1);
    const [item] = await stores.outbox.claim("mail", { countMax: 1, leaseMs: 0 });
    const [member] = members;
    expect(item).toMatchObject({
      registrationId: member?.registrationId,
      phone: member?.phone,
      email: member?.email,
      sheet: {
        registrationId: member?.registrationId,
        ticketKey: member?.ticketKey,
        holderName: member?.name,
        locale: "bn",
        eventId,
        saleNumber: 1,
        ordinal: 1,
        ...frozen,
      },
    });
  });

  test("keeps the reason of what failed and the provider's name for what was sent", async () => {
    await register(2);
    const [one, two] = await stores.outbox.claim("confirmation-sms", { countMax: 2, leaseMs: 0 });
    if (one === undefined || two === undefined) throw new Error("nothing was claimed");
    await stores.outbox.settle("confirmation-sms", [
      { item: one, result: { kind: "failed", reason: 'a "quoted" reason, {with} \\ all\0' } },
      { item: two, result: { kind: "sent", providerId: "provider-2" } },
    ]);
    const rows = await database.sql`
      select sms_error, sms_provider_id from outbox order by id`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { sms_error: 'a "quoted" reason, {with} \\ all', sms_provider_id: null },
      { sms_error: null, sms_provider_id: "provider-2" },
    ]);
  });
});

describe("delivery status", () => {
  test("counts those ahead in each lane, and follows a row to its end", async () => {
    const { members } = await register(5);
    const key = members[3]?.ticketKey as TicketKey;
    const queuedAt = (ahead: number) => ({ state: "queued", ahead }) as const;
    const status = () => stores.outbox.findDeliveryStatus(key);
    expect(await status()).toEqual({ sms: queuedAt(3), mail: queuedAt(3) });

    await stores.outbox.claim("mail", { countMax: 2, leaseMs: 3_600_000 });
    expect(await status()).toEqual({ sms: queuedAt(3), mail: queuedAt(1) });

    const items = await stores.outbox.claim("mail", { countMax: 2, leaseMs: 3_600_000 });
    expect(await status()).toEqual({ sms: queuedAt(3), mail: queuedAt(0) });

    const result = { kind: "sent", providerId: "provider-1" } as const;
    await stores.outbox.settle(
      "mail",
      items.map((item) => ({ item, result })),
    );
    expect(await status()).toEqual({ sms: queuedAt(3), mail: { state: "sent", ahead: null } });
  });

  test("is null for a key that opens nothing", async () => {
    expect(await stores.outbox.findDeliveryStatus(candidate(1).ticketKey)).toBeNull();
  });
});

async function register(count: number) {
  const { eventId, saleId } = await createSale(stores, 100);
  const members = candidates(count);
  await stores.registrations.commitBatch(saleId, members);
  return { eventId, members };
}
