import { afterAll, beforeAll, expect, test } from "bun:test";
import { problem } from "../../src/http/problem.ts";
import type { RegistrationId } from "../../src/ticket/ticket.ts";
import type { Served } from "../http/serve.ts";
import { pages, seat, serve, sheet } from "../http/serve.ts";
import { needs } from "../support/needs.ts";
import { CachingProxy } from "./caching-proxy.ts";

/** Invariant 7 asks that the same request gets the same answer; a cache between must not make it another's. */
const hasNginx = needs("nginx");

const RAHIM = { name: "Rahim", phone: "+8801700000001", key: "AAECAwQFBgcICQoLDA0ODw" };
const KARIM = { name: "Karim", phone: "+8801700000002", key: "BBECAwQFBgcICQoLDA0ODw" };
const PEOPLE = [RAHIM, KARIM];
const EVENT = "/api/v1/events/boi-mela";
const KEPT = ["HIT", "STALE", "UPDATING", "REVALIDATED"];

let served: Served;
let proxy: CachingProxy;

beforeAll(async () => {
  if (!hasNginx) return;
  served = serve({
    registration: {
      requestCode: async ({ phone }) => ({
        kind: "sent",
        challenge: `challenge of ${phone}`,
        expiresInS: 300,
        resendInS: 30,
        leavesInS: 0,
      }),
      verify: async ({ phone }) => ({ kind: "verified", verification: `verification of ${phone}` }),
      confirm: async ({ name }) => ({
        kind: "registered",
        seat: { ...seat, registrationId: `registration of ${name}` as RegistrationId },
      }),
    },
    tickets: {
      findTicket: async (key) => {
        const person = PEOPLE.find((other) => other.key === key);
        return person === undefined ? null : { ...sheet, holderName: person.name };
      },
    },
    renderer: {
      render: async ({ holderName }) => ({
        kind: "rendered",
        pdf: Buffer.from(`%PDF ${holderName}`),
      }),
    },
    pages: {
      ...pages,
      ticket: ({ sheet: { holderName } }) => `<h1>${holderName}</h1>`,
      attendee: (_, language) => `<h1>${language}</h1>`,
    },
  });
  proxy = await CachingProxy.start(served.url);
});

afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await served?.[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number;
  readonly isKept: boolean;
  readonly body: string;
}

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(proxy.url + path, { redirect: "manual", ...init });
  const isKept = KEPT.includes(response.headers.get("x-cache") ?? "");
  return { status: response.status, isKept, body: await response.text() };
}

function post(path: string, body: object): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

test.if(hasNginx)(
  "the cache is eager: what says nothing of being kept is given to the next",
  async () => {
    let count = 0;
    const fetchCount = () => {
      count += 1;
      return new Response(String(count));
    };
    using careless = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: fetchCount });
    await using eager = await CachingProxy.start(careless.url.origin);
    for (const method of ["GET", "POST"]) {
      const first = await (await fetch(eager.url, { method })).text();
      expect(await (await fetch(eager.url, { method })).text()).toBe(first);
    }
    expect(count).toBe(2);
  },
);

test.if(hasNginx)(
  "two people who send the same call are each answered for themselves",
  async () => {
    for (let round = 0; round < 2; round += 1) {
      for (const { name, phone } of PEOPLE) {
        const calls = [
          [await post(`${EVENT}/codes`, { phone }), `challenge of ${phone}`],
          [await post(`${EVENT}/verifications`, { phone, challenge: "c", code: "1" }), phone],
          [
            await post(`${EVENT}/registrations`, { name, email: "a@b.example", verification: "v" }),
            name,
          ],
        ] as const;
        for (const [answer, own] of calls) {
          expect(answer.isKept).toBe(false);
          expect(answer.body).toContain(own);
        }
      }
    }
  },
);

test.if(hasNginx)(
  "a ticket, its PDF and its state are fetched anew each time, and are their holder's",
  async () => {
    for (let round = 0; round < 2; round += 1) {
      for (const { name, key } of PEOPLE) {
        for (const path of [`/t/${key}`, `/t/${key}/tickets.pdf`, `/t/${key}?utm=1`]) {
          const answer = await ask(path);
          expect([path, answer.status, answer.isKept]).toEqual([path, 200, false]);
          expect(answer.body).toContain(name);
        }
        expect((await ask(`/t/${key}/status`)).isKept).toBe(false);
      }
    }
  },
);

test.if(hasNginx)(
  "a ticket is not to be had under the name of something that is kept",
  async () => {
    const { name, key } = RAHIM;
    const names = [
      `/t/${key}/x.js`,
      `/t/${key}/tickets.pdf/a.css`,
      `/t/${key};a.css`,
      `/t/${key}%2Fa.css`,
    ];
    for (const path of [
      ...names,
      `/assets/../t/${key}`,
      `/assets/%2e%2e/t/${key}`,
      `/t/${key}%00.css`,
    ]) {
      for (let round = 0; round < 2; round += 1) {
        const answer = await ask(path);
        expect([path, answer.isKept]).toEqual([path, false]);
        if (answer.status !== 200) expect(answer.body).not.toContain(name);
      }
    }
  },
);

test.if(hasNginx)("no refusal is kept: who comes back is judged anew", async () => {
  for (let round = 0; round < 2; round += 1) {
    for (const path of [
      "/nothing",
      "/e/nothing",
      "/t/CCECAwQFBgcICQoLDA0ODw",
      "/readyz",
      "/healthz",
    ]) {
      expect([path, (await ask(path)).isKept]).toEqual([path, false]);
    }
    expect(await post(`${EVENT}/codes`, {})).toMatchObject({ status: 400, isKept: false });
    const crossing = { origin: "https://evil.example" };
    const crossed = await ask(`${EVENT}/codes`, { method: "POST", headers: crossing });
    expect(crossed).toMatchObject({ status: 403, isKept: false });
  }
  expect(problem({ kind: "sale-full" }).headers.get("cache-control")).toBe("private, no-store");
});

test.if(hasNginx)("ticks and assets are kept, and so spare the service the crowd", async () => {
  for (const path of [
    `${EVENT}/tick`,
    EVENT,
    "/api/v1/events",
    "/assets/a-1.js",
    "/openapi.json",
  ]) {
    const first = await ask(path);
    const more = await Promise.all(Array.from({ length: 20 }, () => ask(path)));
    const keptCount = more.filter(({ isKept }) => isKept).length;
    expect([path, first.status, keptCount > 0]).toEqual([path, 200, true]);
    for (const { body } of more) expect(body).toBe(first.body);
  }
});

test.if(hasNginx)("a page that is kept is kept for each language by itself", async () => {
  for (let round = 0; round < 3; round += 1) {
    for (const language of ["bn", "he", "en"]) {
      const wished = await ask("/e/boi-mela", { headers: { "accept-language": language } });
      expect(wished.body).toBe(`<h1>${language}</h1>`);
      const named = await ask(`/e/boi-mela?lang=${language}`);
      expect(named.body).toBe(`<h1>${language}</h1>`);
    }
  }
});
