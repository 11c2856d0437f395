import { expect, test } from "bun:test";
import { attempt, pause } from "../../src/delivery/attempt.ts";
import { ManualClock } from "../support/manual-clock.ts";

function setUp() {
  const clock = new ManualClock();
  const stop = new AbortController();
  return { clock, stop, bounds: { clock, timeoutMs: 10_000, signal: stop.signal } };
}

const hang = () => new Promise<string>(() => {});
const otherwise = (reason: string) => `otherwise: ${reason}`;

test("an answer in time is the answer, and leaves no timer behind", async () => {
  const { clock, bounds } = setUp();
  expect(await attempt(async () => "done", bounds, otherwise)).toBe("done");
  expect(clock.timerCount).toBe(0);
});

test("a throw becomes a value, thrown at once or later", async () => {
  const { bounds } = setUp();
  const atOnce = () => {
    throw new Error("broken");
  };
  expect(await attempt(atOnce, bounds, otherwise)).toBe("otherwise: broken");
  expect(await attempt(async () => atOnce(), bounds, otherwise)).toBe("otherwise: broken");
});

test("a task that ignores its signal is left behind when time is up", async () => {
  const { clock, bounds } = setUp();
  const attempted = attempt(hang, bounds, otherwise);
  await clock.advance(10_000);
  expect(await attempted).toBe("otherwise: no answer within 10000 ms");
});

test("a task that answers its abort is believed", async () => {
  const { clock, bounds } = setUp();
  const listening = (signal: AbortSignal) =>
    new Promise<string>((resolve) =>
      signal.addEventListener("abort", () => resolve("certainly not sent")),
    );
  const attempted = attempt(listening, bounds, otherwise);
  await clock.advance(10_000);
  expect(await attempted).toBe("certainly not sent");
});

test("a stop ends what is under way, and what begins after it", async () => {
  const { clock, stop, bounds } = setUp();
  const attempted = attempt(hang, bounds, otherwise);
  stop.abort();
  const late = attempt(hang, bounds, otherwise);
  await clock.advance(0);
  expect(await attempted).toBe("otherwise: cut off by a stop");
  expect(await late).toBe("otherwise: cut off by a stop");
  expect(clock.timerCount).toBe(0);
});

test("a pause lasts its time, or until the stop", async () => {
  const { clock, stop } = setUp();
  const ended: string[] = [];
  void pause(clock, 1_000, stop.signal).then(() => ended.push("short"));
  void pause(clock, 9_000, stop.signal).then(() => ended.push("long"));
  await clock.advance(999);
  expect(ended).toEqual([]);
  await clock.advance(1);
  expect(ended).toEqual(["short"]);
  stop.abort();
  await clock.advance(0);
  expect(ended).toEqual(["short", "long"]);
  expect(clock.timerCount).toBe(0);
});
