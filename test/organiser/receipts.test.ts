import { expect, test } from "bun:test";
import type { SaleTotals } from "../../src/organiser/receipt-ports.ts";
import type { SaleNow } from "../../src/organiser/receipts.ts";
import { Receipts } from "../../src/organiser/receipts.ts";
import type { Event, Sale } from "../../src/sale/event.ts";
import { makeEvent } from "../http/serve.ts";
import { makeSeats, ring, totalsOf } from "./receipt-signed.ts";

const SALE_COUNT = 3;

/** Sales of two seats each, in a database that counts how often it is asked. */
function makeWorld(countMax = SALE_COUNT) {
  const totals = totalsOf(makeSeats([5, 9]));
  const stored = new Map<number, SaleTotals>();
  for (let saleId = 1; saleId <= SALE_COUNT; saleId += 1) stored.set(saleId, totals);
  const world = {
    stored,
    isAway: false,
    askedCount: 0,
    receipts: new Receipts({
      store: {
        async findTotals(saleId) {
          world.askedCount += 1;
          if (world.isAway) throw new Error("the database is away");
          return stored.get(saleId) ?? null;
        },
      },
      ring,
      countMax,
    }),
    now: (change: Partial<SaleNow> = {}, saleId = 1): SaleNow => {
      const { opensAtMs, closesAtMs, quota } = totals;
      const sale: Sale = {
        id: saleId,
        number: 1,
        verifyFromMs: opensAtMs,
        opensAtMs,
        closesAtMs,
        quota,
      };
      const event: Event = { ...makeEvent(), sales: [sale] };
      return { event, sale, remaining: 0, nowMs: opensAtMs + 10, ...change };
    },
  };
  return world;
}

test("a full sale has its receipt before the closing, signed with the key of its event", async () => {
  const { receipts, now } = makeWorld();
  const { event } = now();
  const signed = await receipts.find(now({ event: { ...event, keyId: 2 } }));
  expect(signed?.statement).toMatchObject({
    event: event.slug,
    host: event.host,
    sale: 1,
    seats: 2,
  });
  expect(signed?.receipt.keyId).toBe(2);
});

test("a sale with seats left has its receipt a minute after the closing, when no commit is under way", async () => {
  const { receipts, now, stored } = makeWorld();
  stored.set(1, totalsOf(makeSeats([5, 9]), { quota: 5 }));
  const { sale } = now();
  const at = (nowMs: number) =>
    receipts.find(now({ sale: { ...sale, quota: 5 }, remaining: 3, nowMs }));
  expect(await at(sale.opensAtMs)).toBeNull();
  expect(await at(sale.closesAtMs)).toBeNull();
  expect(await at(sale.closesAtMs + 59_999)).toBeNull();
  expect((await at(sale.closesAtMs + 60_000))?.statement).toMatchObject({ seats: 2, fullAt: null });
});

test("however many ask at once and after, the list is hashed once", async () => {
  const world = makeWorld();
  const all = await Promise.all(Array.from({ length: 50 }, () => world.receipts.find(world.now())));
  expect(new Set(all).size).toBe(1);
  expect(await world.receipts.find(world.now())).toBe(all[0] as never);
  expect(world.askedCount).toBe(1);
});

test("a raised quota takes the receipt away until the sale ends again, and then it is another", async () => {
  const { receipts, now, stored } = makeWorld();
  const first = await receipts.find(now());
  const { sale } = now();
  const raised = { ...sale, quota: 3 };
  expect(await receipts.find(now({ sale: raised, remaining: 1 }))).toBeNull();
  stored.set(1, totalsOf(makeSeats([5, 9, 12])));
  const second = await receipts.find(now({ sale: raised }));
  expect(second?.statement).toMatchObject({ quota: 3, seats: 3 });
  expect(second?.receipt.signature).not.toBe(first?.receipt.signature as string);
});

test("where the database knows of a greater quota before we do, there is no receipt", async () => {
  const { receipts, now, stored } = makeWorld();
  stored.set(1, totalsOf(makeSeats([5, 9]), { quota: 3 }));
  expect(await receipts.find(now())).toBeNull();
});

test("a sale that is gone has none", async () => {
  const { receipts, now } = makeWorld();
  expect(await receipts.find(now({}, 99))).toBeNull();
});

test("a database that was away is asked again", async () => {
  const world = makeWorld();
  world.isAway = true;
  const failed = await world.receipts.find(world.now()).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Error);
  world.isAway = false;
  expect(await world.receipts.find(world.now())).not.toBeNull();
});

test("so many are kept and no more, the oldest goes first (invariant 8)", async () => {
  const world = makeWorld(2);
  for (const saleId of [1, 2, 3]) await world.receipts.find(world.now({}, saleId));
  for (const saleId of [2, 3]) await world.receipts.find(world.now({}, saleId));
  expect(world.askedCount).toBe(3);
  await world.receipts.find(world.now({}, 1));
  expect(world.askedCount).toBe(4);
});
