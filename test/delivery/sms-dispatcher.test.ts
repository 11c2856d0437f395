import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { BudgetShare, SmsCost } from "../../src/delivery/budget-ports.ts";
import type { SmsLane } from "../../src/delivery/fair-lanes.ts";
import type { RouteStats, SmsRoute } from "../../src/delivery/gateway-route.ts";
import type { SmsMessage, SmsOutcome } from "../../src/delivery/ports.ts";
import type { TakenCost, TakeOutcome } from "../../src/delivery/sms-budget.ts";
import type {
  DispatchOutcome,
  SmsDispatcherOptions,
  SmsSpending,
} from "../../src/delivery/sms-dispatcher.ts";
import { SmsDispatcher } from "../../src/delivery/sms-dispatcher.ts";
import { ManualClock } from "../support/manual-clock.ts";
import type { Answer } from "./make.ts";
import {
  accept,
  hang,
  inTurn,
  lose,
  makeRoute,
  phoneOf,
  refuse,
  Scripted,
  throttle,
  UNLIMITED_SPENDING,
} from "./make.ts";

const HOUR_MS = 3_600_000;
/** Above one segment of GSM-7. */
const TWO_SEGMENTS = "x".repeat(161);

class Gateway extends Scripted<SmsMessage, SmsOutcome> {
  override readonly name: string;

  constructor(name: string, answer: Answer<SmsMessage, SmsOutcome> = accept) {
    super(answer);
    this.name = name;
  }
}

/** Dispatchers with gateways of the test's own, and time that stands still. */
class World {
  readonly clock = new ManualClock();
  readonly outcomes: DispatchOutcome[] = [];
  readonly changes: RouteStats[] = [];
  readonly dispatcher: SmsDispatcher;

  constructor(routes: readonly SmsRoute[], options: Partial<SmsDispatcherOptions> = {}) {
    this.dispatcher = new SmsDispatcher({
      routes,
      spending: UNLIMITED_SPENDING,
      clock: this.clock,
      limits: {
        codeQueueCountMax: 5_000,
        confirmationHeldCountMax: 2_000,
        codeSendTimeoutMs: 10_000,
      },
      onRouteChanged: (stats) => this.changes.push(stats),
      ...options,
    });
  }

  send(id: number, lane: SmsLane = "code", text = `${lane} ${id}`, forMs = HOUR_MS): void {
    const order = { to: phoneOf(id), text, lane, untilMs: this.clock.nowMs() + forMs };
    void this.dispatcher.send(order).then((outcome) => this.outcomes.push(outcome));
  }

  sendMany(count: number, lane: SmsLane = "code"): void {
    for (let id = 0; id < count; id += 1) this.send(id, lane);
  }

  get kinds(): readonly string[] {
    return this.outcomes.map(({ kind }) => kind);
  }
}

const lanesOf = (gateway: Gateway) => gateway.sent.map(({ text }) => text.split(" ")[0]);
const tooFast = (afterMs = 0) => ({ kind: "throttled", afterMs, reason: "too fast" }) as const;

describe("The rate", () => {
  test("is never passed in any second, whatever is asked for and when, and is used in full", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.record({ count: fc.nat(40), segments: fc.nat(1), pauseMs: fc.nat(900) }), {
          maxLength: 15,
        }),
        async (segmentsPerS, bursts) => {
          const sent: { readonly atMs: number; readonly segments: number }[] = [];
          const gateway = new Gateway("one", ({ text }) => {
            sent.push({ atMs: world.clock.nowMs(), segments: text === TWO_SEGMENTS ? 2 : 1 });
            return accept();
          });
          const world = new World([makeRoute(gateway, { segmentsPerS })]);
          const startMs = world.clock.nowMs();
          let askedSegments = 0;
          for (const { count, segments, pauseMs } of bursts) {
            for (let id = 0; id < count; id += 1) {
              world.send(id, "code", segments === 1 ? TWO_SEGMENTS : "short");
              askedSegments += segments + 1;
            }
            await world.clock.advance(pauseMs);
          }
          const pausedMs = bursts.reduce((sum, { pauseMs }) => sum + pauseMs, 0);
          await world.clock.advance(1_000 + (1_100 * askedSegments) / segmentsPerS);
          const sentSegments = sent.reduce((sum, { segments }) => sum + segments, 0);
          expect(sentSegments).toBe(askedSegments);
          for (const { atMs } of sent) {
            const within = sent.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1_000);
            const segments = within.reduce((sum, one) => sum + one.segments, 0);
            // A message goes whole, when there is a token for its first segment: the next owes the rest.
            expect(segments).toBeLessThanOrEqual(segmentsPerS + 2);
          }
          const lastMs = sent.at(-1)?.atMs ?? startMs;
          const usedMs = lastMs - startMs - pausedMs;
          expect(usedMs).toBeLessThanOrEqual((1_000 * askedSegments) / (0.97 * segmentsPerS) + 100);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("is halved where the gateway throttles, once for a window of answers, and comes back", async () => {
    const gateway: Gateway = new Gateway("one", () =>
      gateway.sent.length <= 20 ? tooFast() : accept(),
    );
    const world = new World([makeRoute(gateway, { segmentsPerS: 1_000 })]);
    world.sendMany(20);
    await world.clock.advance(20);
    expect(world.dispatcher.stats[0]?.ratePerS).toBeWithin(489, 492);
    await world.clock.advance(60_000);
    expect(world.kinds).toEqual(Array.from({ length: 20 }, () => "accepted"));
    world.send(21);
    expect(world.dispatcher.stats[0]?.ratePerS).toBe(980);
  });

  test("waits as long as the gateway asks for, and what was throttled is sent first and lost nowhere", async () => {
    const gateway = new Gateway(
      "one",
      inTurn<SmsMessage, SmsOutcome>(() => tooFast(7_000), accept),
    );
    const world = new World([makeRoute(gateway, { inFlightMax: 1 })]);
    world.sendMany(3);
    await world.clock.advance(6_999);
    expect(gateway.sent).toHaveLength(1);
    await world.clock.advance(3_000);
    expect(gateway.sent.map(({ text }) => text)).toEqual(["code 0", "code 0", "code 1", "code 2"]);
    expect(world.kinds).toEqual(["accepted", "accepted", "accepted"]);
  });

  test("never has more under way than the contract allows", async () => {
    const gateway = new Gateway("one", hang);
    const world = new World([makeRoute(gateway, { inFlightMax: 7 })]);
    world.sendMany(30);
    await world.clock.advance(0);
    expect(gateway.inFlight).toBe(7);
  });
});

describe("The order", () => {
  test("codes go before confirmations, which have a tenth of the rate for their own", async () => {
    const gateway = new Gateway("one");
    const world = new World([makeRoute(gateway, { segmentsPerS: 100 })]);
    world.sendMany(500, "confirmation");
    world.sendMany(500, "code");
    await world.clock.advance(2_000);
    const codeCount = lanesOf(gateway).filter((lane) => lane === "code").length;
    expect(codeCount / gateway.sent.length).toBeWithin(0.88, 0.92);
    await world.clock.advance(20_000);
    expect(world.kinds).toHaveLength(1_000);
  });

  test("a message whose time is over is not sent", async () => {
    const gateway = new Gateway("one");
    const world = new World([makeRoute(gateway, { segmentsPerS: 1 })]);
    for (let id = 0; id < 10; id += 1) world.send(id, "code", `code ${id}`, 3_000);
    await world.clock.advance(30_000);
    expect(world.kinds.filter((kind) => kind === "late").length).toBe(10 - gateway.sent.length);
    expect(gateway.sent.length).toBeWithin(3, 5);
  });

  test("a lane that is cut off answers everyone, and the other goes on", async () => {
    const gateway = new Gateway("one", hang);
    const world = new World([makeRoute(gateway, { inFlightMax: 2 })]);
    world.sendMany(5, "code");
    world.sendMany(1, "confirmation");
    await world.clock.advance(0);
    gateway.answer = accept;
    world.dispatcher.cutOff("code");
    await world.clock.advance(1_000);
    const answers = ["accepted", "late", "late", "late", "unknown", "unknown"];
    expect(world.kinds.toSorted()).toEqual(answers);
    world.send(9, "code");
    await world.clock.advance(0);
    expect(world.kinds.at(-1)).toBe("late");
  });

  test("a lane that is paused waits, and its messages go when it is resumed", async () => {
    const gateway = new Gateway("one");
    const world = new World([makeRoute(gateway)]);
    world.dispatcher.setPaused("code", true);
    world.sendMany(2, "code");
    world.sendMany(2, "confirmation");
    await world.clock.advance(5_000);
    expect(lanesOf(gateway)).toEqual(["confirmation", "confirmation"]);
    expect(world.dispatcher.expectedWaitMs("code")).toBe(Number.POSITIVE_INFINITY);
    world.dispatcher.setPaused("code", false);
    await world.clock.advance(0);
    expect(lanesOf(gateway).slice(2)).toEqual(["code", "code"]);
  });
});

describe("A gateway in trouble", () => {
  const gone = () => ({ kind: "retry", afterMs: 0, reason: "no connection" }) as const;

  test("that is gone leaves its place to the second at once, and has it back when it is there", async () => {
    const [first, second] = [new Gateway("first", gone), new Gateway("second")];
    const world = new World([makeRoute(first), makeRoute(second)]);
    world.sendMany(20);
    await world.clock.advance(0);
    world.sendMany(20);
    await world.clock.advance(0);
    expect(second.sent.length).toBeGreaterThanOrEqual(20);
    expect(world.changes.at(-1)).toMatchObject({ gateway: "first", breaker: "open" });

    first.answer = accept;
    await world.clock.advance(2_000);
    world.sendMany(20);
    await world.clock.advance(0);
    const before = second.sent.length;
    world.sendMany(20);
    await world.clock.advance(0);
    expect(second.sent).toHaveLength(before);
    expect(world.changes.at(-1)).toMatchObject({ gateway: "first", breaker: "closed" });
  });

  test("that takes messages and answers none is given up after three seconds, for the second", async () => {
    const [first, second] = [new Gateway("first", hang), new Gateway("second")];
    const world = new World([makeRoute(first, { inFlightMax: 10 }), makeRoute(second)]);
    world.sendMany(30);
    await world.clock.advance(2_999);
    expect(second.sent).toHaveLength(0);
    await world.clock.advance(300);
    expect(second.sent).toHaveLength(20);
  });

  test("is probed by one message at a time, with growing waits", async () => {
    const probedAtMs: number[] = [];
    const world: World = new World([
      makeRoute(
        new Gateway("one", () => {
          probedAtMs.push(world.clock.nowMs());
          return gone();
        }),
      ),
    ]);
    const startMs = world.clock.nowMs();
    for (let round = 0; round < 600; round += 1) {
      world.send(round);
      await world.clock.advance(100);
    }
    const waitsMs = probedAtMs.slice(5).map((atMs, index) => atMs - (probedAtMs[index + 4] ?? 0));
    expect(probedAtMs.slice(0, 5).every((atMs) => atMs - startMs < 500)).toBe(true);
    for (const [index, waitMs] of waitsMs.entries()) {
      const leastMs = Math.min(30_000, 2_000 * 2 ** index);
      expect(waitMs).toBeWithin(leastMs, leastMs + 300);
    }
  });

  test("a refusal or a number of unknowns among answers opens nothing", async () => {
    const gateway = new Gateway("one", inTurn<SmsMessage>(lose, lose, lose, lose, refuse));
    const world = new World([makeRoute(gateway, { inFlightMax: 1 })]);
    world.sendMany(20);
    await world.clock.advance(0);
    expect(world.kinds).toHaveLength(20);
    expect(world.changes).toEqual([]);
  });

  test("a second gateway helps out where the first would take long, and only then", async () => {
    const [first, second] = [new Gateway("first"), new Gateway("second")];
    const routes = [
      makeRoute(first, { segmentsPerS: 10 }),
      makeRoute(second, { segmentsPerS: 10 }),
    ];
    const world = new World(routes);
    world.sendMany(90);
    await world.clock.advance(5_000);
    expect(second.sent).toHaveLength(0);
    world.sendMany(300);
    await world.clock.advance(5_000);
    expect(second.sent.length).toBeWithin(40, 60);
  });
});

describe("What a message may expect", () => {
  test("is the work before it, by the rate of the gateways that are in order", async () => {
    const world = new World([makeRoute(new Gateway("one"), { segmentsPerS: 100 })]);
    world.sendMany(1_000);
    expect(world.dispatcher.expectedWaitMs("code")).toBeWithin(10_000, 10_300);
    expect(world.dispatcher.expectedWaitMs("confirmation")).toBeLessThan(1_000);
    await world.clock.advance(5_000);
    expect(world.dispatcher.expectedWaitMs("code")).toBeWithin(4_900, 5_400);
  });

  test("is nothing in an outage of all, but for a few that probe; and short again after it", async () => {
    const gateway = new Gateway("one", throttle);
    const world = new World([makeRoute(gateway)]);
    for (let second = 0; second < 60; second += 1) {
      for (let id = 0; id < 5; id += 1) {
        if (Number.isFinite(world.dispatcher.expectedWaitMs("code"))) world.send(id);
      }
      await world.clock.advance(1_000);
    }
    expect(world.dispatcher.waitingCount("code")).toBeLessThanOrEqual(60);
    expect(world.dispatcher.expectedWaitMs("code")).toBe(Number.POSITIVE_INFINITY);
    gateway.answer = accept;
    await world.clock.advance(31_000);
    expect(world.dispatcher.expectedWaitMs("code")).toBe(0);
    expect(world.dispatcher.waitingCount("code")).toBe(0);
  });
});

describe("What may be spent", () => {
  class Purse implements SmsSpending {
    left: Record<BudgetShare, number>;

    constructor(left: Record<BudgetShare, number>) {
      this.left = left;
    }

    take(share: BudgetShare, cost: SmsCost): TakeOutcome {
      if (this.left[share] < cost.segments) return { kind: "wait", untilMs: null };
      this.left[share] -= cost.segments;
      return { kind: "taken", share, cost, atMs: 0, block: null };
    }

    putBack({ share, cost }: TakenCost): void {
      this.left[share] += cost.segments;
    }
  }

  test("is taken for each message, and given back only where nothing went out", async () => {
    const purse = new Purse({ codes: 100, others: 0 });
    const answers = inTurn<SmsMessage, SmsOutcome>(
      accept,
      lose,
      refuse,
      throttle,
      () => tooFast(),
      accept,
    );
    const world = new World([makeRoute(new Gateway("one", answers), { inFlightMax: 1 })], {
      spending: purse,
    });
    for (let id = 0; id < 5; id += 1) world.send(id, "code", TWO_SEGMENTS);
    await world.clock.advance(1_000);
    expect(world.kinds).toEqual(["accepted", "unknown", "refused", "retry", "accepted"]);
    expect(purse.left.codes).toBe(100 - 3 * 2);
  });

  test("stops a lane that has nothing left while the other goes on, and goes on when there is more", async () => {
    const gateway = new Gateway("one");
    const purse = new Purse({ codes: 3, others: 10 });
    const world = new World([makeRoute(gateway)], { spending: purse });
    world.sendMany(5, "code");
    world.sendMany(5, "confirmation");
    await world.clock.advance(1_000);
    expect(lanesOf(gateway).filter((lane) => lane === "code")).toHaveLength(3);
    expect(lanesOf(gateway).filter((lane) => lane === "confirmation")).toHaveLength(5);
    purse.left.codes = 10;
    world.dispatcher.refilled();
    await world.clock.advance(0);
    expect(world.kinds).toEqual(Array.from({ length: 10 }, () => "accepted"));
  });

  test("costs what the gateway that sends asks for a segment", async () => {
    const costs: number[] = [];
    const spending: SmsSpending = {
      ...UNLIMITED_SPENDING,
      take: (share, cost) => {
        costs.push(cost.micros);
        return UNLIMITED_SPENDING.take(share, cost);
      },
    };
    const world = new World([makeRoute(new Gateway("one"), { priceMicros: 350_000 })], {
      spending,
    });
    world.send(1, "code", TWO_SEGMENTS);
    await world.clock.advance(0);
    expect(costs).toEqual([700_000]);
  });
});

test("an idle dispatcher keeps no timer, and one that waits keeps one", async () => {
  const world = new World([makeRoute(new Gateway("one"), { segmentsPerS: 1 })]);
  world.sendMany(3);
  expect(world.clock.timerCount).toBeGreaterThan(0);
  await world.clock.advance(60_000);
  expect(world.clock.timerCount).toBe(0);
});
