import { expect, test } from "bun:test";
import { systemClock } from "../../src/actor/clock.ts";
import { AS_TOLD, CachingProxy } from "../attack/caching-proxy.ts";
import { until } from "../fault/service-under-fault.ts";
import type { Served } from "../http/serve.ts";
import { makeView, OPENS_AT_MS, serve } from "../http/serve.ts";
import { needs } from "../support/needs.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { CountedOrigin } from "./counted-origin.ts";

/** A crowd that waits, with a cache between that does what the service's headers say. */
const hasNginx = needs("nginx");

const TICK = "/api/v1/events/boi-mela/tick";
const WAITER_COUNT = 200;
const PATIENCE_MS = 30_000;

/** Ticks as they are, changing every second. */
function serveTicks(): Served {
  const startMs = OPENS_AT_MS - 60_000 - performance.now();
  const view = () => makeView("boi-mela", startMs + performance.now());
  return serve({ timer: systemClock, events: { all: () => [view()], find: view } });
}

interface Poll {
  readonly status: number;
  readonly kept: string | null;
  readonly tookMs: number;
  readonly now: string;
}

async function poll(url: string): Promise<Poll> {
  const startMs = performance.now();
  const answer = await fetch(url + TICK);
  const { now } = (await answer.json()) as { now: string };
  const kept = answer.headers.get("x-cache");
  return { status: answer.status, kept, tookMs: performance.now() - startMs, now };
}

/** Everyone asks again as soon as they are answered, far more often than people do, until so many ticks were told. */
async function crowd(url: string, tickCount: number): Promise<readonly Poll[]> {
  const endMs = performance.now() + PATIENCE_MS;
  const polls: Poll[] = [];
  const told = new Set<string>();
  const waiter = async () => {
    while (told.size < tickCount && performance.now() < endMs) {
      const answered = await poll(url);
      polls.push(answered);
      told.add(answered.now);
    }
  };
  await Promise.all(Array.from({ length: WAITER_COUNT }, waiter));
  expect(told.size).toBeGreaterThanOrEqual(tickCount);
  return polls;
}

test.if(hasNginx)(
  "of a crowd that polls, the service sees one or two requests a second",
  async () => {
    await using served = serveTicks();
    await using origin = await CountedOrigin.start(served.url);
    await using proxy = await CachingProxy.start(origin.url, AS_TOLD);
    const startMs = performance.now();
    const polls = await crowd(proxy.url, 4);
    const tookS = (performance.now() - startMs) / 1_000;
    expect(polls.length).toBeGreaterThan(2 * WAITER_COUNT);
    expect(polls.filter(({ status }) => status !== 200)).toEqual([]);
    expect(origin.countOf(TICK)).toBe(origin.count);
    expect(origin.count).toBeLessThanOrEqual(2 * tookS);
  },
);

test.if(hasNginx)(
  "a crowd that comes all at once, before anything is kept, is one request",
  async () => {
    await using served = serveTicks();
    await using origin = await CountedOrigin.start(served.url);
    await using proxy = await CachingProxy.start(origin.url, AS_TOLD);
    await Promise.all(Array.from({ length: WAITER_COUNT }, () => poll(proxy.url)));
    // What was kept and grew old meanwhile is asked for by its tag.
    expect(origin.count - origin.conditionalCount).toBe(1);
  },
);

test.if(hasNginx)(
  "while a slow service makes the next answer, everyone is given the one before, and one asks",
  async () => {
    const slownessMs = 2_000;
    await using served = serveTicks();
    await using slow = await TcpProxy.start(served.url);
    await using origin = await CountedOrigin.start(slow.url);
    await using proxy = await CachingProxy.start(origin.url, AS_TOLD);
    await poll(proxy.url);
    slow.set({ toClient: { kind: "delay", delayMs: slownessMs } });
    const startMs = performance.now();
    const polls = await crowd(proxy.url, 2);
    const tookMs = performance.now() - startMs;
    expect(origin.count).toBeLessThanOrEqual(1 + Math.ceil(tookMs / slownessMs));
    // On the connection whose request made it ask, nginx takes the next one when it has asked.
    const waited = polls.filter((answered) => answered.tookMs > slownessMs);
    expect(waited.length).toBeLessThanOrEqual(origin.count);
    expect(polls.some(({ kept }) => kept === "STALE" || kept === "UPDATING")).toBe(true);
  },
);

test.if(hasNginx)("who has the tick already is told 304, by the cache alone", async () => {
  await using served = serveTicks();
  await using origin = await CountedOrigin.start(served.url);
  await using proxy = await CachingProxy.start(origin.url, AS_TOLD);
  const tag = (await fetch(proxy.url + TICK)).headers.get("etag") ?? "";
  const again = await fetch(proxy.url + TICK, { headers: { "if-none-match": tag } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  expect(again.headers.get("x-cache")).toBeOneOf(["HIT", "STALE", "UPDATING"]);
});

test.if(hasNginx)(
  "a tick that did not change is not sent again: the cache asks by its tag",
  async () => {
    // Its time stands still.
    await using served = serve();
    await using origin = await CountedOrigin.start(served.url);
    await using proxy = await CachingProxy.start(origin.url, AS_TOLD);
    const first = await poll(proxy.url);
    await until("the cache asks by the tag", async () => {
      expect((await poll(proxy.url)).now).toBe(first.now);
      return origin.conditionalCount >= 2;
    });
    expect(origin.count).toBe(origin.conditionalCount + 1);
  },
);
