import { describe, expect, test } from "bun:test";
import { tellCause } from "../../src/mode/cause.ts";
import type { LadderState } from "../../src/mode/ladder.ts";
import { climb, initialLadder } from "../../src/mode/ladder.ts";
import type { Readings } from "../../src/mode/readings.ts";
import { readings } from "./make.ts";

const START_MS = 1_000_000;
const LAGGING = readings({ "loop-lag": 80 });

/** A ladder sampled once a second. */
class Climber {
  state: LadderState = initialLadder(START_MS);
  #nowMs = START_MS;

  /** The levels of so many seconds. */
  sample(count: number, sampled: Readings, heldLevel: number | null = null): readonly number[] {
    return Array.from({ length: count }, () => {
      this.#nowMs += 1_000;
      this.state = climb(this.state, { readings: sampled, heldLevel }, this.#nowMs);
      return this.state.level;
    });
  }
}

describe("up", () => {
  test("a line passed for three seconds in a row is one step, and each ten seconds more another", () => {
    const climber = new Climber();
    const levels = climber.sample(24, LAGGING);
    expect([1, 2, 3].map((level) => levels.indexOf(level))).toEqual([3, 13, 23]);
  });

  test("a line passed but for one second in three is no step", () => {
    const climber = new Climber();
    for (let round = 0; round < 10; round += 1) {
      expect(climber.sample(3, LAGGING)).toEqual([0, 0, 0]);
      expect(climber.sample(1, readings({ "loop-lag": 50 }))).toEqual([0]);
    }
  });

  test("three seconds over different lines are three seconds over a line; the last gives the cause", () => {
    const climber = new Climber();
    climber.sample(2, readings({ "answer-p99": 900 }));
    climber.sample(2, readings({ "claims-waiting": 0.75 }));
    expect(climber.state).toMatchObject({
      level: 1,
      cause: { kind: "claims-waiting", value: 0.75, line: 0.5 },
    });
  });

  test("the cause of a step is the line that is passed by most", () => {
    const climber = new Climber();
    climber.sample(4, readings({ "answer-p99": 300, "loop-lag": 500, "codes-waiting": 0.6 }));
    expect(climber.state.cause).toEqual({ kind: "loop-lag", value: 500, line: 50 });
  });

  test("it ends at the last measure", () => {
    const climber = new Climber();
    expect(climber.sample(60, LAGGING).at(-1)).toBe(6);
  });

  test("what is spent leads to harder proofs and no further, since the other measures save nothing of it", () => {
    const climber = new Climber();
    expect(climber.sample(60, readings({ "sms-spend": 1 })).at(-1)).toBe(2);
  });
});

describe("down", () => {
  test("fifteen calm seconds in a row are one step, and each fifteen more another", () => {
    const climber = new Climber();
    climber.sample(14, LAGGING);
    const levels = climber.sample(31, readings());
    expect(levels.indexOf(1)).toBe(15);
    expect(levels.indexOf(0)).toBe(30);
    expect(climber.state.cause).toEqual({ kind: "calm" });
  });

  test("below a line but not far below it, the ladder stays where it is", () => {
    const climber = new Climber();
    climber.sample(14, LAGGING);
    expect(climber.sample(600, readings({ "answer-p99": 130 })).at(-1)).toBe(2);
    expect(climber.state.cause).toEqual({ kind: "loop-lag", value: 80, line: 50 });
  });

  test("a day whose SMS money is gone keeps proofs hard, and nothing else", () => {
    const climber = new Climber();
    climber.sample(30, LAGGING);
    expect(climber.sample(600, readings({ "sms-spend": 1 })).at(-1)).toBe(2);
    expect(climber.sample(60, readings()).at(-1)).toBe(0);
  });
});

describe("an operator's hold", () => {
  test("wins over every reading at once, and is the cause", () => {
    const climber = new Climber();
    climber.sample(20, LAGGING);
    expect(climber.sample(60, LAGGING, 0).every((level) => level === 0)).toBeTrue();
    expect(climber.state).toMatchObject({ level: 0, cause: { kind: "hold" } });
    expect(climber.sample(60, readings(), 5).every((level) => level === 5)).toBeTrue();
  });

  test("given back, the ladder goes on from there by its own rules", () => {
    const climber = new Climber();
    climber.sample(60, readings(), 4);
    expect(climber.sample(15, readings()).every((level) => level === 4)).toBeTrue();
    expect(climber.sample(1, readings())).toEqual([3]);
    climber.sample(60, LAGGING, 1);
    expect(climber.sample(11, LAGGING)).toEqual([...Array<number>(10).fill(1), 2]);
  });

  test("at the level where the ladder stands leaves it its cause", () => {
    const climber = new Climber();
    climber.sample(4, LAGGING);
    climber.sample(5, readings(), 1);
    expect(climber.state.cause).toEqual({ kind: "loop-lag", value: 80, line: 50 });
  });
});

test("causes are told with their numbers", () => {
  expect(tellCause({ kind: "answer-p99", value: 1_234.5, line: 200 })).toBe(
    "calls answered in 1,235 ms at p99, line 200 ms",
  );
  expect(tellCause({ kind: "codes-waiting", value: 0.75, line: 0.5 })).toBe(
    "queue of codes 75 % full, line 50 %",
  );
  expect(tellCause({ kind: "sms-spend", value: 0.93, line: 0.9 })).toBe(
    "93 % of the day's SMS budget gone, line 90 %",
  );
});
