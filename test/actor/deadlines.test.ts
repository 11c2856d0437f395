import { expect, test } from "bun:test";
import { Deadlines } from "../../src/actor/deadlines.ts";
import { ManualClock } from "../support/manual-clock.ts";

test("each promise has its own deadline, on one timer", async () => {
  const clock = new ManualClock(0);
  const deadlines = new Deadlines(clock, 100);
  const never = new Promise<never>(() => {});
  const settled: string[] = [];
  void deadlines.race(never).then((value) => settled.push(`first ${value.kind}`));
  await clock.advance(60);
  void deadlines.race(never).then((value) => settled.push(`second ${value.kind}`));
  expect(clock.timerCount).toBe(1);
  await clock.advance(40);
  expect(settled).toEqual(["first timed-out"]);
  await clock.advance(60);
  expect(settled).toEqual(["first timed-out", "second timed-out"]);
  expect(clock.timerCount).toBe(0);
});

test("what settles in time is passed on, a failure too", async () => {
  const deadlines = new Deadlines(new ManualClock(0), 100);
  expect(await deadlines.race(Promise.resolve(7))).toBe(7);
  const failure = await deadlines
    .race(Promise.reject(new Error("refused")))
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
});
