import { expect, test } from "bun:test";
import fc from "fast-check";
import type { LadderState, Sample } from "../../src/mode/ladder.ts";
import { climb, initialLadder } from "../../src/mode/ladder.ts";
import { LEVEL_MAX } from "../../src/mode/measures.ts";
import type { Reading, Readings } from "../../src/mode/readings.ts";
import { READINGS, readings } from "./make.ts";

const upMs = (level: number) => (level === 0 ? 3_000 : 10_000);
const DOWN_MS = 15_000;

type Height = "calm" | "between" | "over";

/** Values at both ends of each height, said once more here so that no line moves by accident. */
const VALUES: Readonly<Record<Reading, Readonly<Record<Height, readonly number[]>>>> = {
  "answer-p99": { calm: [0, 119], between: [121, 200], over: [201, 30_000] },
  "loop-lag": { calm: [0, 29], between: [31, 50], over: [51, 30_000] },
  "claims-waiting": { calm: [0, 0.29], between: [0.31, 0.5], over: [0.51, 1] },
  "codes-waiting": { calm: [0, 0.29], between: [0.31, 0.5], over: [0.51, 1] },
  "sms-spend": { calm: [0, 0.84], between: [0.86, 0.9], over: [0.91, 1] },
};

/** How far up the reading leads. */
const REACH: Readonly<Record<Reading, number>> = {
  "answer-p99": 6,
  "loop-lag": 6,
  "claims-waiting": 6,
  "codes-waiting": 6,
  "sms-spend": 2,
};

type Heights = Readonly<Record<Reading, Height>>;

interface Moment {
  readonly afterMs: number;
  readonly heights: Heights;
  readonly readings: Readings;
  readonly heldLevel: number | null;
}

/** A sample as it was taken, with the level before and after. */
interface Taken extends Moment {
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
}

const anyHeight = fc.constantFrom<Height>("calm", "between", "over");
/** Mostly all calm or all but one, since chance alone would hardly ever leave five readings calm together. */
const anyHeights: fc.Arbitrary<Heights> = fc
  .tuple(fc.constantFrom<Reading | null>(null, ...READINGS), anyHeight)
  .map(([one, height]) => {
    const of = (reading: Reading): Height => (reading === one ? height : "calm");
    return record(of);
  });

const anyMoment: fc.Arbitrary<Moment> = fc
  .tuple(anyHeights, fc.integer({ min: 500, max: 1_800 }), fc.boolean())
  .map(([heights, afterMs, isHigh]) => {
    const value = (reading: Reading) => VALUES[reading][heights[reading]][isHigh ? 1 : 0] ?? 0;
    return { heights, afterMs, readings: record(value), heldLevel: null };
  });

/** The same for a while, as load has it, sometimes under an operator's hold. */
const anyStretch: fc.Arbitrary<readonly Moment[]> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.integer({ min: 0, max: LEVEL_MAX })),
    anyMoment,
    fc.integer({ min: 1, max: 40 }),
  )
  .map(([heldLevel, moment, count]) =>
    Array.from({ length: count }, () => ({ ...moment, heldLevel })),
  );

const anyDay = fc
  .array(fc.oneof(anyStretch, fc.array(anyMoment, { maxLength: 10 })), {
    maxLength: 20,
    size: "max",
  })
  .map((stretches) => stretches.flat());

test("whatever is measured, steps are of one level and no faster than their times", () => {
  fc.assert(
    fc.property(anyDay, (moments) => {
      const { taken } = live(moments);
      const steps = taken.filter(({ from, to, heldLevel }) => heldLevel === null && from !== to);
      for (const [index, step] of steps.entries()) {
        expect(Math.abs(step.to - step.from)).toBe(1);
        const sinceMs = steps[index - 1]?.atMs ?? 0;
        expect(step.atMs - sinceMs).toBeGreaterThanOrEqual(
          step.to > step.from ? upMs(step.from) : DOWN_MS,
        );
      }
    }),
  );
});

test("a step is taken when, and only when, its whole time was over a line, or calm", () => {
  fc.assert(
    fc.property(anyDay, (moments) => {
      const { taken } = live(moments);
      for (const [index, { from, to, heldLevel }] of taken.entries()) {
        if (heldLevel !== null) continue;
        const before = taken.slice(0, index + 1);
        const isUp = lastedMs(before, isOver) >= upMs(from);
        const isDown = lastedMs(before, isCalm) >= DOWN_MS;
        expect(to - from).toBe(isUp ? 1 : isDown ? -1 : 0);
      }
    }),
  );
});

test("an operator's hold wins at once over whatever is measured", () => {
  fc.assert(
    fc.property(anyDay, (moments) => {
      for (const { heldLevel, to } of live(moments).taken) {
        if (heldLevel !== null) expect(to).toBe(heldLevel);
      }
    }),
  );
});

test("when all is quiet the ladder comes back to the ground, wherever it was", () => {
  fc.assert(
    fc.property(anyDay, (moments) => {
      const { state, nowMs } = live(moments);
      let quiet = state;
      for (let second = 1; second <= 1 + (LEVEL_MAX * DOWN_MS) / 1_000; second += 1) {
        const sample: Sample = { readings: readings(), heldLevel: null };
        quiet = climb(quiet, sample, nowMs + 1_000 * second);
      }
      expect(quiet.level).toBe(0);
    }),
  );
});

function live(moments: readonly Moment[]) {
  let nowMs = 0;
  let state: LadderState = initialLadder(nowMs);
  const taken = moments.map((moment): Taken => {
    nowMs += moment.afterMs;
    const from = state.level;
    state = Object.freeze(climb(state, moment, nowMs));
    return { ...moment, atMs: nowMs, from, to: state.level };
  });
  return { taken, state, nowMs };
}

/** For how long up to now it has been so, counted from the last step in that direction or the last of any other. */
function lastedMs(taken: readonly Taken[], isSo: (one: Taken) => boolean): number {
  const now = taken.at(-1);
  let first = now;
  for (const one of taken.toReversed()) {
    if (one.heldLevel !== null || !isSo(one)) break;
    first = one;
    if (one !== now && one.from !== one.to) break;
  }
  return now === undefined || first === undefined || !isSo(now) ? 0 : now.atMs - first.atMs;
}

function isOver({ heights, from }: Taken): boolean {
  return READINGS.some((reading) => REACH[reading] > from && heights[reading] === "over");
}

function isCalm({ heights, from }: Taken): boolean {
  const leading = READINGS.filter((reading) => REACH[reading] >= from);
  return from > 0 && leading.every((reading) => heights[reading] === "calm");
}

function record<Value>(of: (reading: Reading) => Value): Readonly<Record<Reading, Value>> {
  return {
    "answer-p99": of("answer-p99"),
    "loop-lag": of("loop-lag"),
    "claims-waiting": of("claims-waiting"),
    "codes-waiting": of("codes-waiting"),
    "sms-spend": of("sms-spend"),
  };
}
