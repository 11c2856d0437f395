import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { PostgresDeliveryStatusStore } from "../../../src/adapters/postgres/delivery-status-store.ts";
import type { OutboxItem, OutboxLane } from "../../../src/delivery/ports.ts";
import { ticketMail } from "../../../src/delivery/ticket-mail.ts";
import type { TicketKey } from "../../../src/ticket/ticket.ts";
import { candidate, candidates } from "../../contract/registration-store.contract.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";
import { createSale, openStores, type Stores } from "./stores.ts";

const leaseMs = 180_000;
const FROM_ZERO = { "confirmation-sms": 0, mail: 0 };

let database: TestDatabase;
let stores: Stores;
let store: PostgresDeliveryStatusStore;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
  store = new PostgresDeliveryStatusStore(stores.database);
});

beforeEach(async () => {
  await database.sql`truncate outbox, delivery_reports restart identity`;
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

describe("the messages of a ticket", () => {
  test("are its own rows, claimed and settled each on its lane", async () => {
    const [, second] = await register(2);
    expect(await messages(second)).toMatchObject({
      sms: { id: 2, state: "queued", tries: 0 },
      mail: { id: 2, state: "queued", tries: 0 },
    });
    await send("mail", 2);
    const { sms, mail } = await messages(second);
    expect(sms).toMatchObject({ id: 2, state: "queued", tries: 0 });
    expect(mail).toMatchObject({ id: 2, state: "sent", tries: 1 });
    expect(mail.leaseEndedAgoMs).toBeWithin(-leaseMs, -leaseMs + 60_000);
  });

  test("are the newest of each channel: a mail sent once more leaves the SMS where it was", async () => {
    const [key] = await register(1);
    await send("confirmation-sms", 1);
    await send("mail", 1);
    await database.sql`
      insert into outbox (registration_id, sms_due_at, mail_due_at, sms_state)
      select registration_id, now(), now(), 'not-owed' from outbox`;
    expect(await messages(key)).toMatchObject({
      sms: { id: 1, state: "sent" },
      mail: { id: 2, state: "queued", tries: 0 },
    });
  });

  test("are where the operator says, whether or not that came first", async () => {
    const [early, late, silent] = await register(3);
    await report("gateway/confirmation-sms-1", "failed");
    await send("confirmation-sms", 3);
    await report("gateway/confirmation-sms-2", "delivered");
    const states = await Promise.all([early, late, silent].map(messages));
    expect(states.map(({ sms }) => sms.state)).toEqual(["failed", "delivered", "sent"]);
  });

  test("are told by the Message-ID where a mail's provider reports", async () => {
    const [first, second] = await register(2);
    const [item] = await send("mail", 2);
    if (item === undefined) throw new Error("nothing was claimed");
    const { messageId } = ticketMail(item, null, { publicUrl: "https://example.org", nowMs: 0 });
    await report(`mail/${messageId.slice(1, -1)}`, "delivered");
    expect((await messages(first)).mail.state).toBe("delivered");
    expect((await messages(second)).mail.state).toBe("sent");
  });

  test("are null for a key that opens nothing", async () => {
    expect(await store.findMessages(candidate(1).ticketKey)).toBeNull();
    expect(await store.findMessages("not a key" as TicketKey)).toBeNull();
  });
});

describe("the start of a line", () => {
  test("is the lowest row of the lane that was never claimed, tried ones left out", async () => {
    await register(5);
    await stores.outbox.claim("mail", { countMax: 2, leaseMs });
    expect(await store.findLineStarts(FROM_ZERO)).toEqual({
      "confirmation-sms": { startId: 1, isEmpty: false },
      mail: { startId: 3, isEmpty: false },
    });
  });

  test("is looked for from a given id on", async () => {
    await register(5);
    const starts = await store.findLineStarts({ "confirmation-sms": 4, mail: 2 });
    expect([starts["confirmation-sms"].startId, starts.mail.startId]).toEqual([4, 2]);
  });

  test("is after the newest row where nobody waits, and 1 before the first", async () => {
    const empty = (startId: number) => ({ startId, isEmpty: true });
    const both = (startId: number) => ({
      "confirmation-sms": empty(startId),
      mail: empty(startId),
    });
    expect(await store.findLineStarts(FROM_ZERO)).toEqual(both(1));
    await register(3);
    await send("confirmation-sms", 3);
    await send("mail", 3);
    expect(await store.findLineStarts(FROM_ZERO)).toEqual(both(4));
  });
});

async function register(count: number): Promise<readonly TicketKey[]> {
  const { saleId } = await createSale(stores, 100);
  const members = candidates(count);
  await stores.registrations.commitBatch(saleId, members);
  return members.map(({ ticketKey }) => ticketKey);
}

async function messages(key: TicketKey | undefined) {
  const found = key === undefined ? null : await store.findMessages(key);
  if (found === null) throw new Error("the ticket has no messages");
  return found;
}

/** Sends the next rows of a lane; the provider names them after lane and row. */
async function send(lane: OutboxLane, countMax: number): Promise<readonly OutboxItem[]> {
  const items = await stores.outbox.claim(lane, { countMax, leaseMs });
  const settled = items.map((item) => {
    const providerId = `gateway/${lane}-${item.id}`;
    return { item, result: { kind: "sent", providerId } as const };
  });
  await stores.outbox.settle(lane, settled);
  return items;
}

async function report(providerId: string, state: "delivered" | "failed"): Promise<void> {
  await database.sql`
    insert into delivery_reports (provider_id, state) values (${providerId}, ${state}::channel_state)`;
}
