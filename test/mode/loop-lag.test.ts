import { describe, expect, test } from "bun:test";
import type { Clock } from "../../src/actor/clock.ts";
import { systemClock } from "../../src/actor/clock.ts";
import { LoopLag } from "../../src/mode/loop-lag.ts";
import { ManualClock } from "../support/manual-clock.ts";

/** Time that passes while the thread is busy: what falls due meanwhile runs after. */
class BusyClock implements Clock {
  #nowMs = 1_000_000;
  #due: { readonly atMs: number; readonly task: () => void } | null = null;

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    this.#due = { atMs: this.#nowMs + delayMs, task };
    return () => {
      this.#due = null;
    };
  }

  /** The thread does nothing else for so long. */
  stand(forMs: number): void {
    this.#nowMs += forMs;
    const due = this.#due;
    if (due !== null && due.atMs <= this.#nowMs) due.task();
  }
}

test("on a thread that is free nothing is late", async () => {
  const clock = new ManualClock();
  using lag = new LoopLag(clock);
  await clock.advance(5_000);
  expect(lag.p90Ms()).toBeLessThan(0.1);
});

describe("a thread that stands", () => {
  test("is late by each beat it missed, from the instant each was due", () => {
    const clock = new BusyClock();
    using lag = new LoopLag(clock);
    clock.stand(1_000);
    clock.stand(10);
    expect(lag.p90Ms()).toBeGreaterThan(890);
    expect(lag.p90Ms()).toBeLessThan(960);
  });

  test("is seen by who asks before the beat could run", () => {
    const clock = new BusyClock();
    using lag = new LoopLag(clock);
    let askedMs = 0;
    clock.after(0, () => {
      askedMs = lag.p90Ms();
    });
    clock.stand(2_000);
    expect(askedMs).toBeGreaterThan(1_790);
  });

  test("for a night counts as one that stood for three seconds (invariant 8)", () => {
    const clock = new BusyClock();
    using lag = new LoopLag(clock);
    clock.stand(8 * 3_600_000);
    expect(lag.p90Ms()).toBeGreaterThan(2_690);
    expect(lag.p90Ms()).toBeLessThan(2_900);
  });
});

test("halted now and then for a tenth of a second, a thread is not late", () => {
  const clock = new BusyClock();
  using lag = new LoopLag(clock);
  for (let second = 0; second < 10; second += 1) {
    clock.stand(90);
    for (let beat = 0; beat < 91; beat += 1) clock.stand(10);
    expect(lag.p90Ms()).toBeLessThan(1);
  }
});

test("turns of 40 ms, one after the other, show on the loop of this process", async () => {
  using lag = new LoopLag(systemClock);
  const untilMs = systemClock.nowMs() + 30_000;
  while (lag.p90Ms() < 30 && systemClock.nowMs() < untilMs) {
    const freeAtMs = systemClock.nowMs() + 40;
    while (systemClock.nowMs() < freeAtMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(lag.p90Ms()).toBeGreaterThanOrEqual(30);
});

test("disposed of, it leaves no timer behind", () => {
  const clock = new ManualClock();
  new LoopLag(clock)[Symbol.dispose]();
  expect(clock.timerCount).toBe(0);
});
