import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { PostgresBudgetStore } from "../../../src/adapters/postgres/budget-store.ts";
import { PostgresDeliveryDeskStore } from "../../../src/adapters/postgres/delivery-desk-store.ts";
import {
  PostgresReportStore,
  PostgresSuppressionStore,
} from "../../../src/adapters/postgres/report-store.ts";
import type { Email } from "../../../src/attendee/email.ts";
import type { OutboxLane, OutboxResult } from "../../../src/delivery/ports.ts";
import { ticketMail } from "../../../src/delivery/ticket-mail.ts";
import { candidates } from "../../contract/registration-store.contract.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";
import { createSale, openStores, type Stores } from "./stores.ts";

const LEASE_MS = 180_000;
const TRIES_MAX = 12;
const NONE = { waiting: 0, due: 0, sent: 0, delivered: 0, failed: 0, unknown: 0 };
const SENT: OutboxResult = { kind: "sent", providerId: "gate/1" };
const FAILED: OutboxResult = { kind: "failed", reason: "bounced" };

let database: TestDatabase;
let stores: Stores;
let desk: PostgresDeliveryDeskStore;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
  desk = new PostgresDeliveryDeskStore(stores.database);
});

beforeEach(async () => {
  await database.sql`truncate outbox, registrations, delivery_reports, mail_suppressions, sms_blocks`;
  await database.sql`update lanes set is_paused = false`;
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function register(count: number) {
  const { saleId } = await createSale(stores, 100);
  const members = candidates(count);
  await stores.registrations.commitBatch(saleId, members);
  return members;
}

function claim(lane: OutboxLane, countMax: number) {
  return stores.outbox.claim(lane, { countMax, leaseMs: LEASE_MS });
}

/** Claims as many as there are results and settles them in the order of the outbox. */
async function deliver(lane: OutboxLane, results: readonly OutboxResult[]) {
  const items = await claim(lane, results.length);
  await stores.outbox.settle(
    lane,
    items.map((item, index) => ({ item, result: results[index] ?? SENT })),
  );
  return items;
}

async function counts(lane: OutboxLane) {
  const {
    oldestWaitingMs: _oldest,
    sentLastMinute: _last,
    ...states
  } = await desk.countLane(lane, LEASE_MS);
  return states;
}

describe("a lane is counted", () => {
  test("by the states of its own channel, rows that owe nothing on it aside", async () => {
    await register(6);
    await deliver("mail", [SENT, SENT, FAILED, { kind: "unknown", reason: "silence" }]);
    await database.sql`
      insert into outbox (registration_id, sms_due_at, mail_due_at, sms_state)
      select id, now(), now(), 'not-owed' from registrations limit 1`;
    expect(await counts("mail")).toEqual({
      ...NONE,
      waiting: 3,
      due: 3,
      sent: 2,
      failed: 1,
      unknown: 1,
    });
    expect(await counts("confirmation-sms")).toEqual({ ...NONE, waiting: 6, due: 6 });
  });

  test("with what is under way or put off as waiting and not as due", async () => {
    await register(3);
    await claim("mail", 1);
    expect(await counts("mail")).toEqual({ ...NONE, waiting: 3, due: 2 });
  });

  test("as operators report, for SMS by the provider's id and for mail by its Message-ID", async () => {
    await register(2);
    const sent = (providerId: string): OutboxResult => ({ kind: "sent", providerId });
    await deliver("confirmation-sms", [sent("gate/7"), sent("gate/8")]);
    const [first] = await deliver("mail", [SENT, SENT]);
    if (first === undefined) throw new Error("nothing was claimed");
    const { messageId } = ticketMail(first, null, { publicUrl: "https://x.example", nowMs: 0 });
    const reports = new PostgresReportStore(stores.database);
    await reports.record([
      { providerId: "gate/7", state: "delivered" },
      { providerId: `mail/${messageId.slice(1, -1)}`, state: "failed" },
    ]);
    expect(await counts("confirmation-sms")).toEqual({ ...NONE, sent: 1, delivered: 1 });
    expect(await counts("mail")).toEqual({ ...NONE, sent: 1, failed: 1 });
  });

  test("with the age of what has waited longest, and what was sent in the last minute", async () => {
    await register(3);
    expect((await desk.countLane("mail", LEASE_MS)).oldestWaitingMs).toBeLessThan(60_000);
    await database.sql`
      update registrations set committed_at = committed_at - interval '1 hour' where ordinal = 3`;
    await deliver("mail", [SENT, SENT]);
    await database.sql`
      update outbox set mail_due_at = mail_due_at - interval '61 seconds'
      where id = (select min(id) from outbox)`;
    const { oldestWaitingMs, sentLastMinute } = await desk.countLane("mail", LEASE_MS);
    expect(oldestWaitingMs).toBeGreaterThanOrEqual(3_600_000);
    expect(oldestWaitingMs).toBeLessThan(3_660_000);
    expect(sentLastMinute).toBe(1);
    await deliver("mail", [SENT]);
    expect((await desk.countLane("mail", LEASE_MS)).oldestWaitingMs).toBeNull();
  });
});

describe("a retry", () => {
  test("queues again what failed, and nothing else, and it is claimed at once", async () => {
    await register(4);
    await deliver("mail", [SENT, FAILED, { kind: "unknown", reason: "silence" }, FAILED]);
    expect(await desk.retryFailed("mail", TRIES_MAX)).toBe(2);
    expect(await counts("mail")).toEqual({ ...NONE, waiting: 2, due: 2, sent: 1, unknown: 1 });
    expect(await desk.retryFailed("mail", TRIES_MAX)).toBe(0);
    expect(await desk.retryFailed("confirmation-sms", TRIES_MAX)).toBe(0);
    const again = await claim("mail", 10);
    expect(again.map(({ tries }) => tries)).toEqual([2, 2]);
  });

  test("leaves addresses alone that are suppressed, in whatever case, until they are lifted", async () => {
    const [member] = await register(1);
    await deliver("mail", [FAILED]);
    await deliver("confirmation-sms", [FAILED]);
    const suppressions = new PostgresSuppressionStore(stores.database);
    const address = member?.email.toUpperCase() as Email;
    await suppressions.suppress([{ address, reason: "bounced" }]);
    expect(await desk.countSuppressed()).toBe(1);
    expect(await desk.retryFailed("mail", TRIES_MAX)).toBe(0);
    expect(await desk.retryFailed("confirmation-sms", TRIES_MAX)).toBe(1);
    await suppressions.lift(address);
    expect(await desk.retryFailed("mail", TRIES_MAX)).toBe(1);
  });

  test("sends no ticket twice: a later message took the place of one that failed", async () => {
    await register(1);
    await deliver("mail", [FAILED]);
    await database.sql`
      insert into outbox (registration_id, sms_due_at, mail_due_at, sms_state)
      select id, now(), now(), 'not-owed' from registrations`;
    expect(await desk.retryFailed("mail", TRIES_MAX)).toBe(0);
    await deliver("confirmation-sms", [FAILED]);
    expect(await desk.retryFailed("confirmation-sms", TRIES_MAX)).toBe(1);
  });

  test("takes what operators report as failed, and forgets the report", async () => {
    await register(1);
    await deliver("confirmation-sms", [SENT]);
    const reports = new PostgresReportStore(stores.database);
    await reports.record([{ providerId: "gate/1", state: "failed" }]);
    expect(await desk.retryFailed("confirmation-sms", TRIES_MAX)).toBe(1);
    expect(await counts("confirmation-sms")).toEqual({ ...NONE, waiting: 1, due: 1 });
    await deliver("confirmation-sms", [{ kind: "sent", providerId: "gate/1" }]);
    expect(await counts("confirmation-sms")).toEqual({ ...NONE, sent: 1 });
  });

  test("gives a message that was given up as many tries as a new one", async () => {
    await register(2);
    await deliver("mail", [FAILED, FAILED]);
    await database.sql`
      update outbox set mail_tries = ${TRIES_MAX} where id = (select max(id) from outbox)`;
    expect(await desk.retryFailed("mail", TRIES_MAX)).toBe(2);
    const again = await claim("mail", 10);
    expect(again.map(({ tries }) => tries)).toEqual([2, 1]);
  });

  test("takes no result of the try before it", async () => {
    await register(1);
    const [late] = await claim("mail", 1);
    if (late === undefined) throw new Error("nothing was claimed");
    await stores.outbox.settle("mail", [{ item: late, result: FAILED }]);
    await desk.retryFailed("mail", TRIES_MAX);
    await claim("mail", 1);
    await stores.outbox.settle("mail", [{ item: late, result: SENT }]);
    expect(await counts("mail")).toEqual({ ...NONE, waiting: 1 });
  });
});

test("every lane pauses and resumes by itself, codes too", async () => {
  await desk.setPaused("code", true);
  await desk.setPaused("mail", true);
  expect(await desk.pausedLanes()).toEqual(new Set(["code", "mail"] as const));
  await desk.setPaused("code", false);
  expect(await desk.pausedLanes()).toEqual(new Set(["mail"] as const));
});

test("what is reserved today is told by share, less what was given back, and without yesterday", async () => {
  const budget = new PostgresBudgetStore(stores.database);
  const max = { segments: 1_000, micros: 1_000_000 };
  const most = { segments: 100, micros: 50_000 };
  const wish = { least: most, most, shareMax: max, allMax: max, news: { afterId: 0, ageMsMax: 0 } };
  const { block } = await budget.reserve({ ...wish, share: "codes" });
  await budget.giveBack([{ id: block?.id ?? 0, cost: { segments: 40, micros: 20_000 } }]);
  await database.sql`
    insert into sms_blocks (reserved_at, share, segments, micros)
    values (date_trunc('day', now(), 'UTC') - interval '1 millisecond', 'others', 7, 7)`;
  expect(await desk.reservedToday()).toEqual({
    codes: { segments: 60, micros: 30_000 },
    others: { segments: 0, micros: 0 },
  });
});
