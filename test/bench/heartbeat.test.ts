import { expect, test } from "bun:test";
import { Heartbeat } from "../../bench/http/heartbeat.ts";

test("every beat that fell due while the thread was busy counts, from its own instant", () => {
  const heartbeat = new Heartbeat();
  Bun.sleepSync(205);
  const { count, maxMs, p50Ms } = heartbeat.stop();
  expect(count).toBeGreaterThanOrEqual(20);
  expect(maxMs).toBeGreaterThanOrEqual(190);
  expect(p50Ms).toBeGreaterThanOrEqual(90);
});

test("on a thread that is free, beats are told when they come", async () => {
  const heartbeat = new Heartbeat();
  await Bun.sleep(300);
  // Half of what it were if all were told at the end.
  expect(heartbeat.stop().p50Ms).toBeLessThan(75);
});
