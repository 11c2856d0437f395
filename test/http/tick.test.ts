import { expect, test } from "bun:test";
import { tickAnswer } from "../../src/http/tick.ts";
import type { EventViews } from "../../src/registration/event-view.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { makeView, OPENS_AT_MS, serve } from "./serve.ts";

const TICK = "/api/v1/events/boi-mela/tick";

/** Counts how often anyone looks at the events. */
class CountedViews implements EventViews {
  readonly #clock: ManualClock;
  lookCount = 0;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  all() {
    this.lookCount += 1;
    return [makeView("boi-mela", this.#clock.nowMs())];
  }

  find(slug: string) {
    this.lookCount += 1;
    return slug === "boi-mela" || slug === "new" ? makeView(slug, this.#clock.nowMs()) : null;
  }
}

function serveAt(nowMs: number) {
  const timer = new ManualClock(nowMs);
  const events = new CountedViews(timer);
  return { timer, events, served: serve({ timer, events }) };
}

test("the tick tells time, sale, next instant and remaining in under 300 bytes, the same for everyone", async () => {
  const { served } = serveAt(OPENS_AT_MS + 500);
  await using _ = served;
  const response = await fetch(served.url + TICK, { headers: { "accept-language": "bn" } });
  const text = await response.text();
  expect(new TextEncoder().encode(text).byteLength).toBeLessThan(300);
  expect(JSON.parse(text)).toEqual({
    now: "2026-11-22T12:00:00.500Z",
    sale: {
      number: 1,
      state: "open",
      opensAt: "2026-11-22T12:00:00Z",
      closesAt: "2026-11-23T12:00:00Z",
    },
    next: "2026-11-23T12:00:00Z",
    remaining: 58_766,
  });
  expect(response.headers.get("cache-control")).toBe(
    "public, max-age=0, s-maxage=1, stale-while-revalidate=4",
  );
  expect(response.headers.get("vary")).toBeNull();
  expect(await (await fetch(served.url + TICK)).text()).toBe(text);
});

test("the longest tick of a waiting line is under 300 bytes as well", async () => {
  const line = {
    phase: "drawn",
    lobbyCount: 524_288,
    threshold: 2 ** 48 + 524_288,
    tailCount: 524_288,
    heldCount: 131_071,
    admittedPerMinute: 600_000,
    seatedPercent: 100,
  } as const;
  const view = { ...makeView("boi-mela", OPENS_AT_MS + 500), line };
  const text = await tickAnswer(view, 20).text();
  expect(JSON.parse(text).line).toEqual({
    phase: "drawn",
    size: 524_288,
    to: 2 ** 48 + 524_288,
    held: 131_071,
    rate: 600_000,
    share: 100,
    every: 20,
  });
  expect(new TextEncoder().encode(text).byteLength).toBeLessThan(300);
});

test("an event that is over ticks without a sale", async () => {
  const { served } = serveAt(OPENS_AT_MS + 86_400_000);
  await using _ = served;
  expect(await (await fetch(served.url + TICK)).json()).toMatchObject({
    sale: null,
    next: null,
    remaining: 0,
  });
});

test("a tick that has not changed is 304 by its ETag", async () => {
  const { timer, served } = serveAt(OPENS_AT_MS);
  await using _ = served;
  const etag = (await fetch(served.url + TICK)).headers.get("etag") ?? "";
  const again = () => fetch(served.url + TICK, { headers: { "if-none-match": etag } });
  const same = await again();
  expect([same.status, await same.text()]).toEqual([304, ""]);
  await timer.advance(1_000);
  const moved = await again();
  expect(moved.status).toBe(200);
  expect(moved.headers.get("etag")).not.toBe(etag);
});

test("a thousand asks cost one rebuild", async () => {
  const { timer, events, served } = serveAt(OPENS_AT_MS);
  await using _ = served;
  await timer.advance(1_000);
  expect(events.lookCount).toBe(2);
  const asks = Array.from({ length: 1_000 }, () => fetch(served.url + TICK));
  const bodies = await Promise.all((await Promise.all(asks)).map((answer) => answer.text()));
  expect(new Set(bodies).size).toBe(1);
  expect(events.lookCount).toBe(2);
});

test("the tick is rebuilt once a second, and at the instant the sale opens", async () => {
  const { timer, events, served } = serveAt(OPENS_AT_MS - 2_400);
  await using _ = served;
  const state = async () => {
    const tick = (await (await fetch(served.url + TICK)).json()) as { sale: { state: string } };
    return tick.sale.state;
  };
  await timer.advance(2_399);
  expect([events.lookCount, await state()]).toEqual([3, "verifying"]);
  await timer.advance(1);
  expect([events.lookCount, await state()]).toEqual([4, "open"]);
});

test("an event that came after the last rebuild is told at once", async () => {
  const { served } = serveAt(OPENS_AT_MS);
  await using _ = served;
  const response = await fetch(`${served.url}/api/v1/events/new/tick`);
  expect(response.status).toBe(200);
  expect(response.headers.get("etag")).toMatch(/^".+"$/);
});

test("a stopped server keeps no timer", async () => {
  const { timer, served } = serveAt(OPENS_AT_MS);
  await served.server.stop();
  expect(timer.timerCount).toBe(0);
});
