import { beforeEach, describe, expect, test } from "bun:test";
import type { ModeStep } from "../../src/mode/mode-keeper.ts";
import { ModeKeeper } from "../../src/mode/mode-keeper.ts";
import type { ModeStore, ToldMode } from "../../src/mode/ports.ts";
import type { Readings } from "../../src/mode/readings.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { readings } from "./make.ts";

const LAGGING = readings({ "loop-lag": 80 });
const CAUSE = { kind: "loop-lag", value: 80, line: 50 } as const;
const AWAY = new Error("the database is away");

class MemoryModeStore implements ModeStore {
  readonly told: ToldMode[] = [];
  heldLevel: number | null = null;
  state: "there" | "away" | "deaf" = "there";
  callCount = 0;

  async tell(mode: ToldMode): Promise<number | null> {
    this.callCount += 1;
    if (this.state === "away") throw AWAY;
    if (this.state === "deaf") await new Promise(() => {});
    this.told.push(mode);
    return this.heldLevel;
  }
}

let clock: ManualClock;
let store: MemoryModeStore;
let measured: Readings;
let steps: ModeStep[];
let failures: unknown[];
let keeper: ModeKeeper;

beforeEach(() => {
  clock = new ManualClock();
  store = new MemoryModeStore();
  measured = readings();
  steps = [];
  failures = [];
  keeper = new ModeKeeper({
    clock,
    store,
    read: () => measured,
    observer: {
      onStep: (step) => steps.push(step),
      onStoreFailed: (error) => failures.push(error),
    },
  });
  keeper.start();
});

function measures() {
  const { pollEveryS, isProofRaised, areMailsPaused, areMailPdfsPaused } = keeper;
  const { areVerificationsPaused, admissionFactor } = keeper;
  return [
    pollEveryS,
    isProofRaised,
    areMailsPaused,
    areMailPdfsPaused,
    areVerificationsPaused,
    admissionFactor,
  ];
}

test("each step up adds a measure and keeps those below, each step down takes the last one back", async () => {
  const byLevel = [
    [5, false, false, false, false, 1],
    [10, false, false, false, false, 1],
    [10, true, false, false, false, 1],
    [20, true, true, false, false, 1],
    [20, true, true, true, false, 1],
    [20, true, true, true, true, 1],
    [20, true, true, true, true, 0.25],
  ];
  expect(measures()).toEqual(byLevel[0] ?? []);
  measured = LAGGING;
  await clock.advance(1_000);
  for (const [index, expected] of byLevel.slice(1).entries()) {
    await clock.advance(index === 0 ? 3_000 : 10_000);
    expect(measures()).toEqual(expected);
  }
  measured = readings();
  await clock.advance(1_000);
  for (const expected of byLevel.toReversed().slice(1)) {
    await clock.advance(15_000);
    expect(measures()).toEqual(expected);
  }
});

test("the observer is told of each step and its cause, and of nothing else", async () => {
  measured = LAGGING;
  await clock.advance(14_000);
  measured = readings();
  await clock.advance(20_000);
  expect(steps).toEqual([
    { from: 0, to: 1, cause: CAUSE },
    { from: 1, to: 2, cause: CAUSE },
    { from: 2, to: 1, cause: { kind: "calm" } },
  ]);
  expect(keeper.level).toBe(1);
  expect(keeper.readings).toEqual(readings());
});

test("the store is told once a second where the ladder stands, since when, and why", async () => {
  const startMs = clock.nowMs();
  measured = LAGGING;
  await clock.advance(4_000);
  expect(store.told).toHaveLength(5);
  expect(store.told[0]).toEqual({ level: 0, cause: "the service started", sinceMs: startMs });
  expect(store.told.at(-1)).toEqual({
    level: 1,
    cause: "event loop late by 80 ms at p90, line 50 ms",
    sinceMs: startMs + 4_000,
  });
});

describe("an operator's hold", () => {
  test("is followed within two seconds, and so is its end", async () => {
    await clock.advance(5_500);
    store.heldLevel = 4;
    await clock.advance(2_000);
    expect(keeper.level).toBe(4);
    expect(steps).toEqual([{ from: 0, to: 4, cause: { kind: "hold" } }]);
    store.heldLevel = null;
    await clock.advance(18_000);
    expect(keeper.level).toBe(3);
  });

  test("from before the start is in force from the first sample on", async () => {
    store.heldLevel = 3;
    keeper.stop();
    keeper.start();
    await clock.advance(1_000);
    expect(keeper.level).toBe(3);
  });
});

describe("while the database is away", () => {
  test("the ladder moves on, and nobody is told but the observer", async () => {
    store.state = "away";
    store.told.length = 0;
    measured = LAGGING;
    await clock.advance(4_000);
    expect(keeper.level).toBe(1);
    expect(store.told).toEqual([]);
    expect(failures).toEqual([AWAY, AWAY, AWAY, AWAY]);
    store.state = "there";
    await clock.advance(1_000);
    expect(store.told.at(-1)?.level).toBe(1);
  });

  test("a hold stays a hold", async () => {
    store.heldLevel = 2;
    await clock.advance(2_000);
    store.state = "away";
    measured = LAGGING;
    await clock.advance(60_000);
    expect(keeper.level).toBe(2);
  });
});

test("a database that never answers is asked once (invariant 8), and the ladder moves on", async () => {
  store.state = "deaf";
  measured = LAGGING;
  const before = store.callCount;
  await clock.advance(60_000);
  expect(store.callCount).toBe(before + 1);
  expect(keeper.level).toBe(6);
});

test("stopped, it leaves no timer behind", () => {
  keeper.stop();
  expect(clock.timerCount).toBe(0);
});
