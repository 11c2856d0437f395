import { describe, expect, test } from "bun:test";
import type { BudgetShare } from "../../src/delivery/budget-ports.ts";
import { budgetStoreContract } from "../contract/budget-store.contract.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { BudgetTable, MemoryBudgetStore } from "../support/memory-budget-store.ts";
import { BudgetWorld } from "./sms-budget-world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const ONE = { segments: 1, micros: 0 };

budgetStoreContract("MemoryBudgetStore", async () => {
  const table = new BudgetTable();
  const store = new MemoryBudgetStore(table, new ManualClock());
  return { store, otherStore: store, age: async (byMs) => table.age(byMs) };
});

describe("a day's budget", () => {
  test("gives codes 80 % and others 20 %, or others 40 % and codes 60 %", async () => {
    for (const [first, second] of [
      ["codes", "others"],
      ["others", "codes"],
    ] as const) {
      const world = new BudgetWorld({ segmentsPerDay: 1_000 });
      const budget = world.start();
      const firstTaken = (await world.takeAll(budget, first)).taken.length;
      const secondTaken = (await world.takeAll(budget, second)).taken.length;
      expect(firstTaken).toBe(first === "codes" ? 800 : 400);
      expect(secondTaken).toBe(first === "codes" ? 200 : 600);
    }
  });

  test("ends with the instant at which it resumes, at midnight UTC", async () => {
    const world = new BudgetWorld({ segmentsPerDay: 100 });
    await world.clock.advance(5 * HOUR_MS);
    const budget = world.start();
    const { end } = await world.takeAll(budget, "codes");
    const midnightMs = world.clock.nowMs() + 19 * HOUR_MS;
    expect(end).toEqual({ kind: "spent", resumesAtMs: midnightMs });
    await world.clock.advance(19 * HOUR_MS);
    expect((await world.takeAll(budget, "codes")).taken).toHaveLength(80);
  });

  test("counts money as it counts segments, and whichever is spent first ends it", async () => {
    const world = new BudgetWorld({ segmentsPerDay: 1_000_000, microsPerDay: 1_000_000 });
    const cost = { segments: 2, micros: 7_000 };
    const { taken } = await world.takeAll(world.start(), "codes", cost);
    expect(taken.length).toBeLessThanOrEqual(Math.floor(800_000 / 7_000));
    expect(taken.length).toBeGreaterThan(Math.floor(800_000 / 7_000) - 2);
  });

  test("takes nothing of yesterday's block into today, nor gives it back today", async () => {
    const world = new BudgetWorld({ segmentsPerDay: 1_000 });
    await world.clock.advance(24 * HOUR_MS - 1_000);
    const budget = world.start();
    const yesterday = await world.take(budget, "codes");
    if (yesterday.kind !== "taken") throw new Error(`it is ${yesterday.kind}`);
    await world.clock.advance(1_000);
    const { taken } = await world.takeAll(budget, "codes");
    budget.putBack(yesterday);
    await world.clock.advance(MINUTE_MS);
    const more = await world.takeAll(budget, "codes");
    expect(taken.length + more.taken.length).toBe(800);
  });

  test("has back what is left of a block once, though a message of it is refused later", async () => {
    const world = new BudgetWorld({ segmentsPerDay: 1_000, segmentsPerMinute: 100_000 });
    const budget = world.start();
    for (let index = 0; index < 30; index += 1) {
      const late = await world.take(budget, "codes");
      if (late.kind !== "taken") throw new Error(`it is ${late.kind}`);
      await world.clock.advance(MINUTE_MS);
      expect((await world.take(budget, "codes")).kind).toBe("taken");
      budget.putBack(late);
      await world.clock.advance(MINUTE_MS);
    }
    expect((await world.takeAll(budget, "codes")).taken.length).toBe(800 - 30);
  });

  test("loses at a crash no more than a block and a half, and overspends nothing", async () => {
    const world = new BudgetWorld({ segmentsPerDay: 1_000 });
    let sentCount = 0;
    for (let life = 0; life < 10; life += 1) {
      const budget = world.start();
      for (let index = 0; index < 46; index += 1) {
        expect((await world.take(budget, "codes")).kind).toBe("taken");
        await world.clock.advance(0);
      }
      sentCount += 46;
    }
    sentCount += (await world.takeAll(world.start(), "codes")).taken.length;
    expect(sentCount).toBeLessThanOrEqual(800);
    expect(sentCount).toBeGreaterThanOrEqual(800 - 10 * 15);
  });

  test("loses nothing on a stop", async () => {
    const world = new BudgetWorld({ segmentsPerDay: 1_000 });
    let sentCount = 0;
    for (let life = 0; life < 20; life += 1) {
      const budget = world.start();
      await world.take(budget, "codes");
      sentCount += 1;
      await budget.giveBack();
    }
    sentCount += (await world.takeAll(world.start(), "codes")).taken.length;
    expect(sentCount).toBe(800);
  });

  test("has back at once what a gateway refused, and says so where it was spent", async () => {
    const rooms: BudgetShare[] = [];
    const world = new BudgetWorld({ segmentsPerDay: 100 });
    const budget = world.start((share) => rooms.push(share));
    const { taken } = await world.takeAll(budget, "codes");
    rooms.length = 0;
    for (const refused of taken.slice(0, 30)) budget.putBack(refused);
    await world.clock.advance(0);
    expect(rooms).toContain("codes");
    const again = await world.takeAll(budget, "codes");
    expect(again.taken.length).toBe(30);
  });

  test("has a block fetched for a message that costs more than is left, however much that is", async () => {
    const world = new BudgetWorld({ segmentsPerDay: 1_000 });
    const budget = world.start();
    await world.take(budget, "codes");
    expect((await world.take(budget, "codes", { segments: 10, micros: 0 })).kind).toBe("taken");
  });

  test("makes nobody wait while the next block can come in the time half a block lasts", async () => {
    const world = new BudgetWorld({ segmentsPerDay: 100_000 }, () => 40);
    const budget = world.start();
    await world.takeAll(budget, "codes");
    await world.clock.advance(100);
    for (let index = 0; index < 20_000; index += 1) {
      if (budget.take("codes", ONE).kind !== "taken") throw new Error(`message ${index} waits`);
      if (index % 5 === 0) await world.clock.advance(1);
    }
  });
});

describe("a minute's budget", () => {
  test("is the last sixty seconds, whenever they begin", async () => {
    const world = new BudgetWorld({ segmentsPerMinute: 100 });
    const budget = world.start();
    await world.clock.advance(30_000);
    const { taken, end } = await world.takeAll(budget, "codes");
    expect(taken).toHaveLength(80);
    if (end.kind !== "wait" || end.untilMs === null) throw new Error(`it is ${end.kind}`);
    const waitMs = end.untilMs - world.clock.nowMs();
    expect(waitMs).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(waitMs).toBeLessThanOrEqual(MINUTE_MS + 1_000);
    await world.clock.advance(waitMs - 1);
    expect((await world.take(budget, "codes")).kind).toBe("wait");
    await world.clock.advance(1);
    expect((await world.takeAll(budget, "codes")).taken).toHaveLength(80);
  });

  test("has room again, in time too, for what a gateway refused", async () => {
    const world = new BudgetWorld({ segmentsPerMinute: 100 });
    const budget = world.start();
    const { taken } = await world.takeAll(budget, "codes");
    await world.clock.advance(20_000);
    for (const refused of taken.slice(0, 10)) budget.putBack(refused);
    expect((await world.takeAll(budget, "codes")).taken).toHaveLength(10);
  });

  test("counts what a process before or beside this one may have spent", async () => {
    const world = new BudgetWorld({ segmentsPerMinute: 100 });
    await world.takeAll(world.start(), "codes");
    const next = world.start();
    expect(await world.take(next, "codes")).toMatchObject({ kind: "wait" });
    expect((await world.takeAll(next, "others")).taken.length).toBeLessThanOrEqual(20);
    await world.clock.advance(2 * MINUTE_MS + 2_000);
    expect((await world.takeAll(next, "codes")).taken).toHaveLength(80);
  });

  test("counts a block of another for as long as it could be spent within the minute", async () => {
    const world = new BudgetWorld({ segmentsPerMinute: 100 });
    const [one, other] = [world.start(), world.start()];
    await world.take(one, "codes");
    expect((await world.takeAll(other, "codes")).taken).toHaveLength(75);
    await world.clock.advance(MINUTE_MS - 1_000);
    expect(one.take("codes", ONE).kind).toBe("taken");
    await world.clock.advance(2_000);
    expect((await world.takeAll(other, "codes")).taken.length).toBeLessThan(80);
  });

  test("counts it too where the answer took an hour to come", async () => {
    const world = new BudgetWorld({ segmentsPerMinute: 100 });
    const next = world.start();
    world.store.isAway = true;
    await world.take(next, "codes");
    await world.clock.advance(HOUR_MS);
    world.store.isAway = false;
    await world.takeAll(world.start(), "codes");
    await world.clock.advance(30_000);
    expect(next.state().isStoreAway).toBe(false);
    expect(await world.take(next, "codes")).toMatchObject({ kind: "wait" });
  });

  test("gives back what an hour of silence left of a block", async () => {
    const world = new BudgetWorld({ segmentsPerMinute: 1_000, segmentsPerDay: 100 });
    const budget = world.start();
    for (let index = 0; index < 70; index += 1) {
      expect((await world.take(budget, "codes")).kind).toBe("taken");
      await world.clock.advance(10 * MINUTE_MS);
    }
  });
});

describe("a store that is away", () => {
  test("lets codes go on to the end of the block, stops them, and has them go on when it is back", async () => {
    const rooms: BudgetShare[] = [];
    const world = new BudgetWorld({ segmentsPerDay: 10_000 });
    const budget = world.start((share) => rooms.push(share));
    await world.take(budget, "codes");
    world.store.isAway = true;
    const { taken, end } = await world.takeAll(budget, "codes");
    expect(taken).toHaveLength(99);
    expect(end).toEqual({ kind: "wait", untilMs: null });
    expect(budget.state().isStoreAway).toBe(true);
    await world.clock.advance(HOUR_MS);
    expect(world.storeFailures.length).toBeLessThan(250);
    rooms.length = 0;
    world.store.isAway = false;
    await world.clock.advance(30_000);
    expect(rooms).toEqual(["codes"]);
    expect(budget.state().isStoreAway).toBe(false);
    expect(budget.take("codes", ONE).kind).toBe("taken");
  });

  test("ends a stop all the same", async () => {
    const world = new BudgetWorld({ segmentsPerDay: 10_000 });
    const budget = world.start();
    await world.take(budget, "codes");
    world.store.isAway = true;
    await budget.giveBack();
    expect(world.storeFailures).toHaveLength(1);
    expect(world.clock.timerCount).toBe(0);
  });
});

test("without limits the store is never asked", async () => {
  const world = new BudgetWorld({});
  const budget = world.start();
  for (let index = 0; index < 1_000; index += 1) {
    const outcome = budget.take("codes", { segments: 3, micros: 1_000_000 });
    if (outcome.kind !== "taken") throw new Error("nothing limits it");
    if (index % 3 === 0) budget.putBack(outcome);
  }
  await world.clock.advance(HOUR_MS);
  await budget.giveBack();
  expect(world.store.reserveCalls).toBe(0);
  expect(budget.state()).toEqual({ limits: [], isStoreAway: false });
});

test("the state tells what is spent of each limit, and what is reserved", async () => {
  const world = new BudgetWorld({ segmentsPerDay: 1_000, microsPerMinute: 100_000 });
  const budget = world.start();
  for (let index = 0; index < 3; index += 1) {
    await world.take(budget, "codes", { segments: 2, micros: 500 });
  }
  await world.take(budget, "others", { segments: 1, micros: 250 });
  expect(budget.state().limits).toEqual([
    {
      limit: "segments-day",
      max: 1_000,
      spent: { codes: 6, others: 1 },
      reserved: { codes: 20, others: 10 },
    },
    {
      limit: "micros-minute",
      max: 100_000,
      spent: { codes: 1_500, others: 250 },
      reserved: { codes: 1_500, others: 250 },
    },
  ]);
});

describe("alerts", () => {
  test("come once a day at 50, 80 and 100 % of what a share may take", async () => {
    const world = new BudgetWorld({ segmentsPerDay: 1_000 });
    const budget = world.start();
    const spentAt: number[] = [];
    for (let count = 0; ; count += 1) {
      const before = world.reached.length;
      const outcome = await world.take(budget, "codes");
      await world.clock.advance(0);
      if (world.reached.length > before) spentAt.push(count);
      if (outcome.kind !== "taken") break;
    }
    const codes = world.reached.filter(({ share }) => share === "codes");
    expect(codes).toEqual(
      ([50, 80, 100] as const).map((percent) => ({
        limit: "segments-day",
        share: "codes",
        percent,
      })),
    );
    // Of others only what codes have left them: 200 of the 400 they may take.
    expect(
      world.reached.filter(({ share }) => share === "others").map((each) => each.percent),
    ).toEqual([50, 80]);
    for (const count of spentAt) expect(count).toBeGreaterThan(380);
    world.reached.length = 0;
    await world.takeAll(budget, "codes");
    expect(world.reached).toEqual([]);
    await world.clock.advance(24 * HOUR_MS);
    await world.takeAll(budget, "codes");
    expect(world.reached.filter(({ share }) => share === "codes")).toHaveLength(3);
  });

  test("of a minute come once in ten, however often it is full", async () => {
    const world = new BudgetWorld({ microsPerMinute: 100_000 });
    const budget = world.start();
    for (let minute = 0; minute < 9; minute += 1) {
      await world.takeAll(budget, "codes", { segments: 1, micros: 1_000 });
      await world.clock.advance(MINUTE_MS + 1_000);
    }
    expect(world.reached).toEqual(
      ([50, 80, 100] as const).map((percent) => ({
        limit: "micros-minute",
        share: "codes",
        percent,
      })),
    );
    await world.clock.advance(2 * MINUTE_MS);
    await world.takeAll(budget, "codes", { segments: 1, micros: 1_000 });
    expect(world.reached).toHaveLength(6);
  });
});
