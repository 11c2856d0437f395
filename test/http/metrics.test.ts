import { expect, test } from "bun:test";
import { serve } from "./serve.ts";

const TOKEN = "a-token-that-a-scraper-was-given";

const CASES: readonly [
  who: string,
  headers: Readonly<Record<string, string>>,
  token: string | null,
  status: number,
][] = [
  ["this machine", {}, null, 200],
  ["someone through a proxy", { "x-forwarded-for": "203.0.113.9" }, null, 404],
  ["someone through a proxy who claims to be here", { "x-forwarded-for": "127.0.0.1" }, null, 404],
  ["a proxied scraper", { via: "1", authorization: `Bearer ${TOKEN}` }, TOKEN, 200],
  ["a scraper where no token is set", { via: "1", authorization: "Bearer null" }, null, 404],
  ["a wrong token", { via: "1", authorization: `Bearer ${TOKEN}x` }, TOKEN, 404],
  ["the token under another scheme", { via: "1", authorization: `Basic ${TOKEN}` }, TOKEN, 404],
  ["no token", { via: "1" }, TOKEN, 404],
];

test.each(CASES)("to %s sending %o the metrics with token %p are %d", async (...row) => {
  const [, headers, metricsToken, status] = row;
  await using served = serve({ metricsToken });
  const response = await fetch(`${served.url}/metrics`, { headers });
  expect(response.status).toBe(status);
  expect((await response.text()).includes("floodgate_up")).toBe(status === 200);
});
