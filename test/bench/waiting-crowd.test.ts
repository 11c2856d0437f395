import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PollSchedule } from "../../bench/http/poll-schedule.ts";
import { waitAndPoll } from "../../bench/http/waiting-crowd.ts";
import { needs } from "../support/needs.ts";
import { Random } from "../support/random.ts";

const INTERVALS = { waiterCount: 1_000, everyMs: 100, jitterShare: 0.2 };

/** What falls due up to an instant, each poll answered at once: instants by waiter. */
function pollsUntil(untilMs: number, stepMs = 1): readonly number[][] {
  const schedule = new PollSchedule(INTERVALS, new Random(1));
  const polls: number[][] = Array.from({ length: INTERVALS.waiterCount }, () => []);
  for (let nowMs = 0; nowMs <= untilMs; nowMs += stepMs) {
    const due: number[] = [];
    schedule.takeDue(nowMs, (waiter) => due.push(waiter));
    for (const waiter of due) {
      expect(schedule.dueAtMs(waiter)).toBeLessThan(nowMs);
      polls[waiter]!.push(schedule.dueAtMs(waiter));
      schedule.next(waiter);
    }
  }
  return polls;
}

test("each waiter polls once in every interval, give or take the jitter, from the very beginning", () => {
  const polls = pollsUntil(10_000);
  const gaps = polls.flatMap((instants) =>
    instants.slice(1).map((instant, index) => instant - instants[index]!),
  );
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(80);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(120);
  const count = polls.reduce((sum, instants) => sum + instants.length, 0);
  expect(count / 100 / INTERVALS.waiterCount).toBeCloseTo(1, 1);
  const first = polls.filter(([instant = 0]) => instant < 50).length;
  expect(first / INTERVALS.waiterCount).toBeCloseTo(0.5, 1);
});

test("who looks late finds all that fell due meanwhile, and none is lost", () => {
  const polls = pollsUntil(10_000, 70);
  expect(polls.every((instants) => instants.length > 50)).toBe(true);
});

test("a crowd polls at its pace over few connections, and says what came of it", async () => {
  const clients = new Set<string>();
  const made = new Date().toISOString();
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request, connection) {
      clients.add(String(connection.requestIP(request)?.port));
      return Response.json({ now: made });
    },
  });
  const report = await waitAndPoll({
    url: server.url.origin,
    path: "/",
    waiterCount: 500,
    connectionCount: 8,
    everyMs: 500,
    jitterShare: 0.2,
    durationMs: 1_000,
    timeoutMs: 5_000,
  });
  expect(report.latency.count).toBeGreaterThan(900);
  expect(report.latency.count).toBeLessThan(1_100);
  expect(report.statuses).toEqual({ 200: report.latency.count });
  expect([report.errors, clients.size]).toEqual([{}, 8]);
  expect(report.ageMaxMs).toBeGreaterThan(0);
  expect(report.processorS).toBeGreaterThan(0);
});

test("a server that says no, or nothing, is told as it is", async () => {
  const crowd = { path: "/", waiterCount: 40, everyMs: 200, jitterShare: 0.2, durationMs: 400 };
  using busy = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response("", { status: 503 }),
  });
  const refused = await waitAndPoll({
    ...crowd,
    url: busy.url.origin,
    connectionCount: 4,
    timeoutMs: 2_000,
  });
  expect(Object.keys(refused.statuses)).toEqual(["503"]);
  using silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const url = `http://127.0.0.1:${silent.port}`;
  const unheard = await waitAndPoll({ ...crowd, url, connectionCount: 4, timeoutMs: 300 });
  expect([unheard.statuses, unheard.achievedPerS]).toEqual([{}, 0]);
  expect(unheard.errors["timeout"]).toBeGreaterThan(0);
  expect(unheard.errors["unsent"]).toBeGreaterThan(0);
});

test.if(needs("wrk"))("without nginx the bench says what to install", async () => {
  const folder = mkdtempSync(join(tmpdir(), "floodgate-path-"));
  symlinkSync(Bun.which("wrk") ?? "", join(folder, "wrk"));
  const run = join(import.meta.dir, "../../bench/run.ts");
  const child = Bun.spawn([process.execPath, run, "waiting-100k", "--smoke"], {
    env: { ...process.env, PATH: folder },
    stdout: "ignore",
    stderr: "pipe",
  });
  const complaint = await new Response(child.stderr).text();
  rmSync(folder, { recursive: true });
  expect(complaint).toEndWith(
    "There is no nginx to stand before the service: install it (apt-get install nginx).\n",
  );
  expect(await child.exited).toBe(1);
});
