import { expect, test } from "bun:test";
import { requestHead, sendRaw } from "../support/raw-http.ts";
import { ManualLoop } from "./manual-loop.ts";
import { post, type Served, seat, serve, TICKET_KEY } from "./serve.ts";

const EVENT = "/api/v1/events/boi-mela";
const PERSON = {
  phone: "+8801712345678",
  challenge: "c",
  code: "123456",
  name: "R",
  email: "r@e.org",
};

/** A service in the middle of a pass that takes in nothing more, its floor used up. */
async function overloaded(): Promise<Served> {
  const loop = new ManualLoop();
  const served = serve({ loop });
  for (let count = 0; count < 4; count += 1) {
    await claim(served);
    loop.spend(700);
    loop.endPass();
  }
  await claim(served);
  loop.spend(700);
  while ((await claim(served)).status !== 503) continue;
  while ((await status(served)).status !== 503) continue;
  return served;
}

function claim({ url }: Served): Promise<Response> {
  return post(`${url}${EVENT}/registrations`, PERSON);
}

function status({ url }: Served, accept = "*/*"): Promise<Response> {
  return fetch(`${url}/t/${TICKET_KEY}/status`, { headers: { accept } });
}

test("who is turned away gets a problem document, and is told to come back at an instant of nine", async () => {
  await using served = await overloaded();
  const waitsS = new Set<number>();
  for (let count = 0; count < 9; count += 1) {
    const response = await claim(served);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      503,
      "application/problem+json",
    ]);
    const body = (await response.json()) as { retryAfterS: number };
    expect(body).toMatchObject({ type: "/docs#overloaded", status: 503, code: "overloaded" });
    expect(response.headers.get("retry-after")).toBe(String(body.retryAfterS));
    waitsS.add(body.retryAfterS);
  }
  expect([...waitsS].toSorted((one, other) => one - other)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("who is turned away gets every header that answers carry", async () => {
  await using served = await overloaded();
  const [{ headers }, taken] = [await claim(served), await fetch(`${served.url}/healthz`)];
  expect(headers.get("cache-control")).toContain("no-store");
  for (const [name, value] of taken.headers) {
    if (/^(?:date|content-|cache-control$)/.test(name)) continue;
    expect(headers.get(name), name).toBe(value);
  }
});

test("nobody waits for the body of who is turned away", async () => {
  await using served = await overloaded();
  const claimedCount = served.asked.registrations.length;
  const headers = {
    "content-type": "application/json",
    "content-length": "100",
    connection: "close",
  };
  const answer = await sendRaw(
    served.url,
    `${requestHead(`POST ${EVENT}/registrations`, headers)}{"pho`,
  );
  expect(answer.status).toBe(503);
  expect(JSON.parse(answer.body)).toMatchObject({ code: "overloaded" });
  expect(served.asked.registrations).toHaveLength(claimedCount);
});

test("a person who opened a page is turned away with a page, a script with a problem document", async () => {
  await using served = await overloaded();
  const page = await status(served, "text/html,*/*");
  expect([page.status, page.headers.get("content-type")]).toEqual([
    503,
    "text/html; charset=utf-8",
  ]);
  expect(Number(page.headers.get("retry-after"))).toBeGreaterThanOrEqual(2);
  expect(await page.text()).toContain("<h1>503 ");
  expect((await status(served)).headers.get("content-type")).toBe("application/problem+json");
});

test("probes and pages are answered however much there is to do", async () => {
  await using served = await overloaded();
  for (const path of ["/healthz", "/readyz", "/metrics", "/e/boi-mela", "/openapi.json"]) {
    expect((await fetch(`${served.url}${path}`)).status, path).toBe(200);
  }
});

test("clients that leave and use cases that throw leave no claim in the count", async () => {
  const reached = Promise.withResolvers<void>();
  const stuck = Promise.withResolvers<never>();
  await using served = serve({
    registration: {
      requestCode: () => stuck.promise,
      verify: () => stuck.promise,
      confirm: () => {
        reached.resolve();
        return stuck.promise;
      },
    },
  });
  const leaving = new AbortController();
  const claims = Array.from({ length: 5 }, () =>
    fetch(`${served.url}${EVENT}/registrations`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(PERSON),
      signal: leaving.signal,
    }),
  );
  await reached.promise;
  while (served.server.overload.claimCount < 5) await Bun.sleep(1);
  leaving.abort();
  await Promise.allSettled(claims);
  stuck.reject(new Error("the database is away"));
  while (served.server.overload.claimCount > 0) await Bun.sleep(1);
  expect(served.server.overload.shedCounts).toEqual({ claim: 0, code: 0, status: 0, download: 0 });
});

/** Long enough that it is no burst. */
const FLOOD_MS = 3_500;
/** A machine that others slow down takes its time to notice. */
const FLOOD_MS_MAX = 20_000;
const FLOOD_CLIENT_COUNT = 200;
const CODE_COST_MS = 5;

test("a flood of codes leaves every registration answered, and is over a second after its end", async () => {
  await using served = serve({
    registration: {
      requestCode: async () => {
        const endMs = performance.now() + CODE_COST_MS;
        while (performance.now() < endMs) continue;
        return { kind: "sent", challenge: "c", expiresInS: 300, resendInS: 30, leavesInS: 0 };
      },
      verify: async () => ({ kind: "verified", verification: "v" }),
      confirm: async () => ({ kind: "registered", seat }),
    },
  });
  const { shedCounts } = served.server.overload;
  const startMs = performance.now();
  const isOver = () => {
    const forMs = performance.now() - startMs;
    return forMs > FLOOD_MS_MAX || (forMs > FLOOD_MS && shedCounts.code > 0);
  };
  const until = async (ask: () => Promise<Response>) => {
    const statuses = new Map<number, number>();
    while (!isOver()) {
      const { status: told } = await ask();
      statuses.set(told, (statuses.get(told) ?? 0) + 1);
    }
    return statuses;
  };
  const askCode = () => post(`${served.url}${EVENT}/codes`, { phone: PERSON.phone });
  const flood = Array.from({ length: FLOOD_CLIENT_COUNT }, () => until(askCode));
  const claims = Array.from({ length: 4 }, () => until(() => claim(served)));
  await Promise.all(flood);
  const claimed = await Promise.all(claims);
  expect(claimed.flatMap((statuses) => [...statuses.keys()])).toEqual([201, 201, 201, 201]);
  expect(shedCounts.code).toBeGreaterThan(0);
  expect(shedCounts.claim).toBe(0);
  const calmByMs = performance.now() + 1_000;
  const shedCount = shedCounts.code;
  while (performance.now() < calmByMs) expect((await askCode()).status).toBe(202);
  expect(served.server.overload.shedCounts.code).toBe(shedCount);
});
