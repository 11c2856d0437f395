import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { PostgresSuppressionStore } from "../../../src/adapters/postgres/report-store.ts";
import type { Email } from "../../../src/attendee/email.ts";
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
  await database.sql`truncate outbox, mail_suppressions`;
});

afterAll(async () => {
  await Promise.all([stores[Symbol.asyncDispose](), otherProcess[Symbol.asyncDispose]()]);
  await database[Symbol.asyncDispose]();
});

outboxStoreContract("PostgreSQL", async (rowCount) => {
  await register(rowCount);
  const suppressions = new PostgresSuppressionStore(stores.database);
  return {
    store: stores.outbox,
    otherStore: otherProcess.outbox,
    suppress: (address) => suppressions.suppress([{ address, reason: "bounced" }]),
  };
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

  test("is known for an address that takes no mail however its owner typed it", async () => {
    const { saleId } = await createSale(stores, 1);
    const email = "Rahim.Uddin@example.org" as Email;
    await stores.registrations.commitBatch(saleId, [{ ...candidate(1), email }]);
    const suppressions = new PostgresSuppressionStore(stores.database);
    const claimed = async () => {
      const [item] = await stores.outbox.claim("mail", { countMax: 1, leaseMs: 0 });
      return [item?.email, item?.isSuppressed];
    };
    await suppressions.suppress([{ address: email, reason: "complained" }]);
    expect(await claimed()).toEqual([email, true]);
    await suppressions.lift(email);
    expect(await claimed()).toEqual([email, false]);
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

async function register(count: number) {
  const { eventId, saleId } = await createSale(stores, 100);
  const members = candidates(count);
  await stores.registrations.commitBatch(saleId, members);
  return { eventId, members };
}
