import { expect, test } from "bun:test";
import { makeView, serve } from "./serve.ts";

const two = [makeView("boi-mela"), makeView("film-week")];
const find = (slug: string) => two.find(({ event }) => event.slug === slug) ?? null;

test("the front page leads straight to the only event, and lists several", async () => {
  await using one = serve();
  const straight = await fetch(one.url, { redirect: "manual" });
  expect([straight.status, straight.headers.get("location")]).toEqual([302, "/e/boi-mela"]);
  await using several = serve({ events: { all: () => two, find } });
  expect(await (await fetch(several.url)).text()).toBe("<h1>2 events</h1>");
  await using none = serve({ events: { all: () => [], find: () => null } });
  expect(await (await fetch(none.url)).text()).toBe("<h1>0 events</h1>");
});

test("an event's page may run nothing but our own files", async () => {
  await using served = serve();
  const page = await fetch(`${served.url}/e/boi-mela`);
  expect(await page.text()).toBe("<h1>Register for boi-mela</h1>");
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toStartWith("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toContain("unsafe");
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
});

test("events are described with days and sales, cacheable by a CDN", async () => {
  await using served = serve({ events: { all: () => two, find } });
  const one = await fetch(`${served.url}/api/v1/events/film-week`);
  const described = await one.json();
  expect(described).toEqual({
    slug: "film-week",
    name: "Boi Mela “বই”",
    venue: "Suhrawardy Udyan",
    description: "A book fair",
    timeZone: "Asia/Dhaka",
    days: [{ day: 1, date: "2026-12-01", doorsAt: "15:00" }],
    now: "2026-11-22T12:00:01.000Z",
    currentSale: 1,
    sales: [
      {
        number: 1,
        state: "open",
        verifyFrom: "2026-11-22T11:00:00.000Z",
        opensAt: "2026-11-22T12:00:00.000Z",
        closesAt: "2026-11-23T12:00:00.000Z",
        quota: 60_000,
        remaining: 58_766,
      },
    ],
  });
  const all = await fetch(`${served.url}/api/v1/events`);
  expect(await all.json()).toEqual({ events: [expect.anything(), described] });
  for (const { headers } of [one, all])
    expect(headers.get("cache-control")).toContain("s-maxage=1");
});

test("assets are served with their type, to be kept for ever", async () => {
  await using served = serve();
  const asset = await fetch(`${served.url}/assets/a-1.js`);
  expect([asset.status, await asset.text()]).toEqual([200, "run()"]);
  expect(asset.headers.get("content-type")).toBe("text/javascript");
  expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
});
