import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { PostgresTicketChangeStore } from "../../../src/adapters/postgres/ticket-change-store.ts";
import type { Email } from "../../../src/attendee/email.ts";
import type { OutboxItem, OutboxLane } from "../../../src/delivery/ports.ts";
import type { Candidate } from "../../../src/quota/ports.ts";
import type { TicketChangeStore } from "../../../src/registration/ports.ts";
import { RESEND_PACE } from "../../../src/registration/resend-mail.ts";
import type { TicketKey } from "../../../src/ticket/ticket.ts";
import { candidates } from "../../contract/registration-store.contract.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";
import { createSale, openStores, type Stores } from "./stores.ts";

const NEW_EMAIL = "karim@example.org" as Email;
const HOUR_MS = 3_600_000;

let database: TestDatabase;
let stores: Stores;
let changes: TicketChangeStore;
let eventId: number;
let holder: Candidate;
let other: Candidate;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
  changes = new PostgresTicketChangeStore(stores.database);
});

beforeEach(async () => {
  await database.sql`truncate outbox`;
  const sale = await createSale(stores, 100);
  const [one, two] = candidates(2);
  if (one === undefined || two === undefined) throw new Error("there are two candidates");
  ({ eventId } = sale);
  [holder, other] = [one, two];
  await stores.registrations.commitBatch(sale.saleId, [holder, other]);
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

describe("a mail once more", () => {
  test("waits for the one that is queued, and is then a mail of its own without an SMS", async () => {
    expect(await resend()).toEqual({ kind: "under-way" });
    const [first] = await sendAll("mail");
    expect(await resend()).toEqual({ kind: "queued", leftCount: 2 });
    await sendAll("confirmation-sms");
    expect(await claim("confirmation-sms")).toEqual([]);
    const [second] = await claim("mail");
    expect(second).toMatchObject({ email: holder.email, registrationId: holder.registrationId });
    expect(second?.id).not.toBe(first?.id);
  });

  test("comes three times in 24 hours by the database's clock, and again when the first is a day old", async () => {
    await sendAll("mail");
    for (const leftCount of [2, 1, 0]) {
      expect(await resend()).toEqual({ kind: "queued", leftCount });
      await sendAll("mail");
    }
    await setAsksBack(23 * HOUR_MS);
    const refused = await resend();
    if (refused.kind !== "spent") throw new Error(`it was ${refused.kind}`);
    expect(refused.waitMs).toBeLessThanOrEqual(HOUR_MS);
    expect(refused.waitMs).toBeGreaterThan(HOUR_MS - 60_000);
    await setAsksBack(HOUR_MS);
    expect(await resend()).toEqual({ kind: "queued", leftCount: 2 });
  });

  test("is one row, however many ask at once, and three in all (invariant 8)", async () => {
    const kinds: string[][] = [];
    for (let round = 0; round < 4; round += 1) {
      await sendAll("mail");
      const answers = await Promise.all(Array.from({ length: 20 }, () => resend()));
      kinds.push(answers.map(({ kind }) => kind).toSorted());
    }
    const one = ["queued", ...Array.from({ length: 19 }, () => "under-way")];
    expect(kinds).toEqual([one, one, one, Array.from({ length: 20 }, () => "spent")]);
    expect(await askedRows()).toBe(3);
  });

  test("is one ticket's own, and never that of a key that opens nothing", async () => {
    await sendAll("mail");
    for (const _ of [2, 1, 0]) {
      await resend();
      await sendAll("mail");
    }
    expect(await resend(other.ticketKey)).toEqual({ kind: "queued", leftCount: 2 });
    expect(await resend(makeKey())).toEqual({ kind: "not-found" });
    expect(await resend(`${"A".repeat(21)}B` as TicketKey)).toEqual({ kind: "not-found" });
  });
});

describe("the correction of an address", () => {
  test("takes the old key's place and owes SMS and mail anew, at the new address", async () => {
    await sendAll("mail");
    await sendAll("confirmation-sms");
    const newKey = makeKey();
    expect(await correct({ newKey })).toEqual({ kind: "corrected", key: newKey });
    expect(await stores.tickets.findTicket(holder.ticketKey)).toBeNull();
    expect((await stores.tickets.findTicket(newKey))?.registrationId).toBe(holder.registrationId);
    for (const lane of ["mail", "confirmation-sms"] as const) {
      const items = await claim(lane);
      expect(items).toHaveLength(1);
      expect([items[0]?.email, items[0]?.sheet.ticketKey]).toEqual([NEW_EMAIL, newKey]);
    }
  });

  test("gives the holder the new key from then on (invariant 7)", async () => {
    const newKey = makeKey();
    await correct({ newKey });
    const [seat] = await stores.registrations.findHolders(eventId, [holder.phone]);
    expect(seat?.ticketKey).toBe(newKey);
  });

  test("is found again under the dead key by phone and address (invariant 7)", async () => {
    const newKey = makeKey();
    await correct({ newKey });
    expect(await correct({ newKey: makeKey() })).toEqual({ kind: "corrected", key: newKey });
    expect(await correct({ key: newKey })).toEqual({ kind: "corrected", key: newKey });
    expect(await askedRows()).toBe(1);
  });

  test("is one, however many ask for it at once, and all are told the same key", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => correct({})));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.kind).toBe("corrected");
    expect(await askedRows()).toBe(1);
  });

  test("is made once: a second address is refused, and under the dead key opens nothing", async () => {
    const newKey = makeKey();
    await correct({ newKey });
    const email = "third@example.org" as Email;
    expect(await correct({ key: newKey, email })).toEqual({ kind: "already-corrected" });
    expect(await correct({ email })).toEqual({ kind: "not-found" });
  });

  test("to the address that stands changes nothing and leaves the one correction", async () => {
    const { email, ticketKey } = holder;
    expect(await correct({ email })).toEqual({ kind: "corrected", key: ticketKey });
    expect(await askedRows()).toBe(0);
    expect((await correct({})).kind).toBe("corrected");
    expect(await askedRows()).toBe(1);
  });

  test("needs the ticket's own phone, event and key, whoever's phone is proved", async () => {
    const refused = { kind: "not-found" } as const;
    expect(await correct({ phone: other.phone })).toEqual(refused);
    expect(await correct({ phone: other.phone, email: other.email })).toEqual(refused);
    expect(await correct({ eventId: eventId + 1 })).toEqual(refused);
    expect(await correct({ key: makeKey() })).toEqual(refused);
    expect(await correct({ key: makeKey(), email: holder.email })).toEqual(refused);
    expect(await stores.tickets.findTicket(holder.ticketKey)).not.toBeNull();
    expect(await askedRows()).toBe(0);
  });

  test("sends nothing more to the old address but what a relay has in hand", async () => {
    const inHand = await claim("mail", HOUR_MS);
    await correct({});
    await settle("mail", inHand);
    expect(await statesOf(holder)).toEqual([
      { sms: "not-owed", mail: "sent" },
      { sms: "queued", mail: "queued" },
    ]);
    expect(await statesOf(other)).toEqual([{ sms: "queued", mail: "sent" }]);
  });

  test("drops a mail that was tried before and is due again", async () => {
    const tried = await claim("mail");
    await stores.outbox.settle(
      "mail",
      tried.map((item) => ({ item, result: { kind: "retry", dueAtMs: 0, reason: "greylisted" } })),
    );
    await correct({});
    expect((await statesOf(holder))[0]?.mail).toBe("not-owed");
  });

  test("counts as one of the day's mails", async () => {
    const newKey = makeKey();
    await correct({ newKey });
    await sendAll("mail");
    expect(await resend(newKey)).toEqual({ kind: "queued", leftCount: 1 });
  });
});

function resend(key = holder.ticketKey) {
  return changes.resendMail(key, RESEND_PACE);
}

function correct(change: Partial<Parameters<TicketChangeStore["correctAddress"]>[0]>) {
  const { phone, ticketKey: key } = holder;
  const newKey = makeKey();
  return changes.correctAddress({ eventId, phone, key, newKey, email: NEW_EMAIL, ...change });
}

function makeKey(): TicketKey {
  return randomBytes(16).toString("base64url") as TicketKey;
}

/** All that is due; a lease of 0 leaves it due. */
function claim(lane: OutboxLane, leaseMs = 0): Promise<readonly OutboxItem[]> {
  return stores.outbox.claim(lane, { countMax: 50, leaseMs });
}

async function settle(lane: OutboxLane, items: readonly OutboxItem[]): Promise<void> {
  const result = { kind: "sent", providerId: "provider-1" } as const;
  await stores.outbox.settle(
    lane,
    items.map((item) => ({ item, result })),
  );
}

async function sendAll(lane: OutboxLane): Promise<readonly OutboxItem[]> {
  const items = await claim(lane);
  await settle(lane, items);
  return items;
}

async function setAsksBack(byMs: number): Promise<void> {
  await database.sql`
    update outbox set asked_at = asked_at - ${byMs}::double precision * interval '1 millisecond'`;
}

/** Of the holder. */
async function askedRows(): Promise<number> {
  const rows = await database.sql`
    select id from outbox
    where registration_id = ${holder.registrationId} and asked_at is not null`;
  return rows.length;
}

/** Of each row of the person, in order. */
async function statesOf({ registrationId }: Candidate) {
  const rows = await database.sql<{ sms: string; mail: string }[]>`
    select sms_state as sms, mail_state as mail from outbox
    where registration_id = ${registrationId} order by id`;
  return rows.map(({ sms, mail }) => ({ sms, mail }));
}
