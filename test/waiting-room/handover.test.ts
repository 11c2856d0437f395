import { expect, test } from "bun:test";
import type { Phone } from "../../src/attendee/phone.ts";
import { limits } from "../../src/limits.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import { TAIL_PLACE_MIN } from "../../src/waiting-room/draw.ts";
import { WaitingRoom } from "../../src/waiting-room/waiting-room.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { MemoryWaitingRoomStore, WaitingRoomTables } from "../support/memory-waiting-room-store.ts";
import { makeSale, OPENS_AT_MS } from "../support/registration-world.ts";

const QUOTA = 1_000;
const SALE = makeSale({ lobby: { fromMs: OPENS_AT_MS - 60_000 }, quota: QUOTA });
const NO_PRESSURE = {
  claimsWaiting: 0,
  loopLagMs: 0,
  codeWaitMs: 0,
  codesPerS: 1_000,
  factor: 1,
};
const { pass: mac } = deriveOtpKeys(new Uint8Array(32).fill(7));
let personCount = 0;

/** The processes of one service, one after the other or side by side. */
class House {
  readonly clock = new ManualClock(OPENS_AT_MS - 30_000);
  readonly tables = new WaitingRoomTables();
  readonly rooms = new Set<WaitingRoom>();

  /** Its first reservation of places waits for `mayReserve`. */
  async open(mayReserve: Promise<void> = Promise.resolve()): Promise<WaitingRoom> {
    const store = new SlowToReserve(this.tables, this.clock, mayReserve);
    const room = new WaitingRoom(SALE, {
      store,
      clock: this.clock,
      mac,
      randomSeed: () => new Uint8Array(32).fill(1),
      limits,
      onError: (error) => {
        throw error;
      },
    });
    this.rooms.add(room);
    await this.pass(1);
    return room;
  }

  async stop(room: WaitingRoom): Promise<void> {
    this.rooms.delete(room);
    await room.drain();
  }

  async pass(seconds: number): Promise<void> {
    for (let step = 0; step < 4 * seconds; step += 1) {
      await this.clock.advance(250);
      const state = this.clock.nowMs() < OPENS_AT_MS ? "scheduled" : "open";
      for (const room of this.rooms) room.step({ sale: SALE, state, sold: 0 }, NO_PRESSURE);
    }
  }

  get tailReserved(): number {
    return this.tables.room(SALE.id).stored.tailReserved;
  }
}

class SlowToReserve extends MemoryWaitingRoomStore {
  readonly #may: Promise<void>;

  constructor(tables: WaitingRoomTables, clock: ManualClock, may: Promise<void>) {
    super(tables, clock);
    this.#may = may;
  }

  override async reserveTail(saleId: number, count: number): Promise<number> {
    await this.#may;
    return super.reserveTail(saleId, count);
  }
}

async function joinAll(room: WaitingRoom, count: number) {
  const people = [];
  for (let index = 0; index < count; index += 1) {
    personCount += 1;
    const phone = `+88017${String(10_000_000 + personCount)}` as Phone;
    const joined = await room.join(phone, false);
    if (joined.kind !== "joined") throw new Error(joined.kind);
    people.push({ phone, pass: joined.pass, serial: (joined.place ?? 0) - TAIL_PLACE_MIN });
  }
  return people;
}

test("a process that stops gives back what it reserved, and the next goes on without a gap", async () => {
  const house = new House();
  const first = await house.open();
  await house.pass(35);
  const early = await joinAll(first, 5);
  await house.stop(first);
  expect(house.tailReserved).toBe(5);
  const second = await house.open();
  await house.pass(2);
  const late = await joinAll(second, 3);
  expect([...early, ...late].map(({ serial }) => serial)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await house.pass(2);
  for (const { phone, pass } of [...early, ...late]) {
    expect(second.turn(pass, phone).kind).toBe("held");
  }
});

test("what a process gives back after the next has counted it as a gap is given to nobody", async () => {
  const house = new House();
  const first = await house.open();
  await house.pass(35);
  await joinAll(first, 5);
  // It reads how much was reserved, lets those places pass with the others, and their time run out.
  const mayReserve = Promise.withResolvers<void>();
  const second = await house.open(mayReserve.promise);
  await house.pass(5);
  await house.stop(first);
  expect(house.tailReserved).toBe(5);
  mayReserve.resolve();
  await house.pass(130);
  const late = await joinAll(second, 3);
  expect(Math.min(...late.map(({ serial }) => serial))).toBeGreaterThanOrEqual(
    limits.tailBlockCount,
  );
  await house.pass(2);
  for (const { phone, pass } of late) expect(second.turn(pass, phone).kind).toBe("held");
});

test("a place that a newer process gave out waits at the older one", async () => {
  const house = new House();
  const older = await house.open();
  const newer = await house.open();
  await house.pass(35);
  await joinAll(older, 1);
  const [one] = await joinAll(newer, 1);
  if (one === undefined) throw new Error("one has joined");
  await house.pass(2);
  expect(newer.turn(one.pass, one.phone).kind).toBe("held");
  expect(older.turn(one.pass, one.phone)).toEqual({ kind: "not-your-turn", isLapsed: false });
});

test("who comes between the closing of the list and what is known of it waits for a place instead of being turned away", async () => {
  const house = new House();
  const room = await house.open();
  await house.pass(28.75);
  await house.clock.advance(OPENS_AT_MS - house.clock.nowMs());
  expect(room.view()?.phase).toBe("lobby");
  const joining = joinAll(room, 1);
  await house.pass(1);
  expect(await joining).toMatchObject([{ serial: 0 }]);
});

test("more people at once than places are reserved wait for the next ones", async () => {
  const house = new House();
  const room = await house.open();
  await house.pass(35);
  const phones = Array.from({ length: 3 * limits.tailBlockCount }, (_, index) => {
    return `+88019${String(10_000_000 + index)}` as Phone;
  });
  const joining = Promise.all(phones.map((phone) => room.join(phone, false)));
  await house.pass(1);
  const kinds = (await joining).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "joined").length).toBeGreaterThan(limits.tailBlockCount);
});
