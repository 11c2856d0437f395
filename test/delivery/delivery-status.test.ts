import { describe, expect, test } from "bun:test";
import { DeliveryStatusReader } from "../../src/delivery/delivery-status.ts";
import type {
  DeliveryRows,
  DeliveryStatus,
  LineStart,
  LineStarts,
  MessageRow,
} from "../../src/delivery/ports.ts";
import type { TicketKey } from "../../src/ticket/ticket.ts";
import { ManualClock } from "../support/manual-clock.ts";

const KEY = "AAECAwQFBgcICQoLDA0ODw" as TicketKey;
const LEASE_MS = 180_000;
const waits = (id: number): MessageRow => ({
  id,
  state: "queued",
  tries: 0,
  leaseEndedAgoMs: 0,
});
const over: MessageRow = { id: 1, state: "delivered", tries: 1, leaseEndedAgoMs: 0 };

/** Rows as a test puts them, and what was asked of them. */
class FakeRows implements DeliveryRows {
  sms: MessageRow = over;
  mail: MessageRow = waits(1_001);
  start: LineStart = { startId: 1, isEmpty: false };
  readonly lookedFrom: number[] = [];
  isAway = false;

  async findMessages(key: TicketKey) {
    return key === KEY ? { sms: this.sms, mail: this.mail } : null;
  }

  async findLineStarts(from: { readonly mail: number }): Promise<LineStarts> {
    this.lookedFrom.push(from.mail);
    if (this.isAway) throw new Error("away");
    return { "confirmation-sms": this.start, mail: this.start };
  }
}

function open() {
  const rows = new FakeRows();
  const clock = new ManualClock();
  const reader = new DeliveryStatusReader(rows, clock);
  const status = async (): Promise<DeliveryStatus> => {
    const found = await reader.findDeliveryStatus(KEY);
    if (found === null) throw new Error("the key opens nothing");
    return found;
  };
  /** The line moves on at a pace, and somebody asks each second. */
  const watch = async (seconds: number, perS: number) => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1_000);
      rows.start = { startId: rows.start.startId + perS, isEmpty: false };
      await status();
    }
  };
  return { rows, clock, reader, status, watch };
}

describe("a place in line", () => {
  test("is looked up once a second for everybody, from the last known start on (invariant 8)", async () => {
    const { rows, clock, status } = open();
    await Promise.all(Array.from({ length: 1_000 }, status));
    expect(rows.lookedFrom).toEqual([0]);
    await clock.advance(999);
    await status();
    expect(rows.lookedFrom).toEqual([0]);
    await clock.advance(1);
    rows.start = { startId: 501, isEmpty: false };
    const told = await Promise.all(Array.from({ length: 1_000 }, status));
    expect(rows.lookedFrom).toEqual([0, 1]);
    expect(new Set(told.map(({ mail }) => mail.ahead))).toEqual(new Set([500]));
  });

  test("is first for a row that was committed below the start", async () => {
    const { rows, status } = open();
    rows.start = { startId: 2_000, isEmpty: false };
    expect((await status()).mail).toEqual({ state: "queued", ahead: 0, waitMs: 0 });
  });

  test("is not looked up for a ticket whose messages are out", async () => {
    const { rows, status } = open();
    rows.mail = over;
    expect(await status()).toEqual({
      sms: { state: "delivered", ahead: null, waitMs: null },
      mail: { state: "delivered", ahead: null, waitMs: null },
      askAgainMs: null,
    });
    expect(rows.lookedFrom).toEqual([]);
  });

  test("can be looked up again after the database was away", async () => {
    const { rows, status } = open();
    rows.isAway = true;
    const failed = await status().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    rows.isAway = false;
    expect((await status()).mail.ahead).toBe(1_000);
  });

  test("is nobody's for a key that opens nothing", async () => {
    const { reader } = open();
    expect(await reader.findDeliveryStatus("another" as TicketKey)).toBeNull();
  });
});

describe("the time to wait", () => {
  test("is the way ahead by the line's own speed, once it was watched for five seconds", async () => {
    const { watch, status } = open();
    await watch(5, 10);
    expect((await status()).mail).toEqual({ state: "queued", ahead: 950, waitMs: null });
    await watch(1, 10);
    expect((await status()).mail).toEqual({ state: "queued", ahead: 940, waitMs: 94_000 });
  });

  test("is unknown while the line stands", async () => {
    const { watch, status } = open();
    await watch(60, 0);
    expect((await status()).mail.waitMs).toBeNull();
  });

  test("forgets within two minutes how fast the line was", async () => {
    const { watch, status } = open();
    await watch(60, 4);
    await watch(121, 1);
    const { ahead, waitMs } = (await status()).mail;
    expect([ahead, waitMs]).toEqual([639, 639_000]);
  });

  test("is not told from a time when nobody stood in line", async () => {
    const { rows, clock, watch, status } = open();
    await watch(30, 1);
    await clock.advance(1_000);
    rows.start = { startId: 101, isEmpty: true };
    await status();
    rows.mail = waits(2_101);
    await watch(6, 100);
    expect((await status()).mail).toEqual({ state: "queued", ahead: 1_400, waitMs: 14_000 });
  });
});

describe("a page is to ask again", () => {
  const ask = async (change: Partial<FakeRows>) => {
    const { rows, status } = open();
    rows.mail = over;
    Object.assign(rows, change);
    return (await status()).askAgainMs;
  };

  test("after a quarter of the wait, within five seconds and a minute", async () => {
    const { rows, watch, status } = open();
    rows.mail = waits(10_001);
    await watch(7, 100);
    const asks: (number | null)[] = [];
    for (const ahead of [10, 4_000, 9_000]) {
      rows.mail = waits(rows.start.startId + ahead);
      asks.push((await status()).askAgainMs);
    }
    expect(asks).toEqual([5_000, 10_000, 22_500]);
    rows.mail = waits(rows.start.startId + 60_000);
    expect((await status()).askAgainMs).toBe(60_000);
  });

  test("after a quarter of a minute while the wait is unknown", async () => {
    expect(await ask({ mail: waits(900) })).toBe(15_000);
  });

  test("as rarely as a message is tried again", async () => {
    const asks = [1, 2, 3, 4, 5, 12].map((tries) => ask({ mail: { ...waits(1), tries } }));
    expect(await Promise.all(asks)).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  test("once a minute for an operator's word, until ten minutes after the claim", async () => {
    const sent = (sentAgoMs: number): MessageRow => ({
      id: 1,
      state: "sent",
      tries: 1,
      leaseEndedAgoMs: sentAgoMs - LEASE_MS,
    });
    expect(await ask({ sms: sent(1_000) })).toBe(60_000);
    expect(await ask({ sms: sent(599_999) })).toBe(60_000);
    expect(await ask({ sms: sent(600_000) })).toBeNull();
  });

  test("never where nothing more will be heard, and as soon as either message is worth it", async () => {
    for (const state of ["delivered", "failed", "unknown"] as const) {
      expect(await ask({ sms: { ...over, state }, mail: { ...over, state } })).toBeNull();
    }
    const tried = { ...waits(1), tries: 1 };
    expect(await ask({ sms: { ...over, state: "sent" }, mail: tried })).toBe(5_000);
  });
});
