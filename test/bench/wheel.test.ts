import { expect, test } from "bun:test";
import { Wheel } from "../../bench/load/wheel.ts";

test("each task comes once, not before it is due, and in the order of its slots", async () => {
  using wheel = new Wheel();
  const startMs = performance.now();
  const delaysMs = [70, 0, 35, -500, 12, 69, 35];
  const came: { readonly delayMs: number; readonly afterMs: number }[] = [];
  const all = Promise.withResolvers<void>();
  for (const delayMs of delaysMs) {
    wheel.at(startMs + delayMs, () => {
      came.push({ delayMs, afterMs: performance.now() - startMs });
      if (came.length === delaysMs.length) all.resolve();
    });
  }
  await all.promise;
  await Bun.sleep(30);
  const sorted = (delays: readonly number[]) => delays.toSorted((one, other) => one - other);
  expect(sorted(came.map(({ delayMs }) => delayMs))).toEqual(sorted(delaysMs));
  // Within a slot of ten milliseconds nobody is told apart.
  for (const { delayMs, afterMs } of came) expect(afterMs).toBeGreaterThan(delayMs - 10);
  const slots = came.map(({ delayMs }) => Math.floor((startMs + Math.max(0, delayMs)) / 10));
  expect(slots).toEqual(sorted(slots));
});

test("a task may ask for the next one, and those asked for in a turn come in a later one", async () => {
  using wheel = new Wheel();
  const end = Promise.withResolvers<void>();
  let count = 0;
  const again = () => {
    count += 1;
    if (count === 5) end.resolve();
    else wheel.at(performance.now(), again);
  };
  const startMs = performance.now();
  again();
  await end.promise;
  expect(performance.now() - startMs).toBeGreaterThan(30);
});

test("disposed of, it calls nothing more", async () => {
  let count = 0;
  {
    using wheel = new Wheel();
    wheel.at(performance.now() + 10, () => (count += 1));
  }
  await Bun.sleep(50);
  expect(count).toBe(0);
});
