import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Refusal } from "../../src/http/problem.ts";
import { problem, problemRows } from "../../src/http/problem.ts";
import type { ServerOptions } from "../../src/http/server-options.ts";
import type { EventView } from "../../src/registration/event-view.ts";
import type { DrawStage } from "../../src/waiting-room/draw-course.ts";
import { signed, statementOf, totalsOf } from "../organiser/receipt-signed.ts";
import { alice, HASH_COUNT, makeDesk, NOW_MS } from "../proof/make.ts";
import { makeView, OPENS_AT_MS, post, serve, TICKET_KEY } from "./serve.ts";

/** The page for operators promises who may keep what; a route that it forgets is one that nobody decided about. */
const page = readFileSync(join(import.meta.dir, "../../.github/CLOUDFLARE.md"), "utf8");

const PERSONAL = "private, no-store";
/** Not described as a call: Bun answers it without the router. */
const ASSETS = "GET /assets/:file";

const PARAMETERS: Readonly<Record<string, string>> = {
  event: "boi-mela",
  key: TICKET_KEY,
  gateway: "example",
  message: "m1",
  filename: "ticket%20one.pdf",
  file: "a-1.js",
};

const PROVED = { phone: "1", challenge: "c", code: "1" };
const BODIES: Readonly<Record<string, object>> = {
  codes: { phone: "1" },
  proofs: { phone: "1" },
  passes: { phone: "1", proof: "p" },
  verifications: PROVED,
  registrations: { name: "R", email: "r@example.org", verification: "v" },
  mails: PROVED,
  address: { ...PROVED, email: "r@example.org" },
};

const seed = new Uint8Array(32);
const root = new Uint8Array(32);
const DRAWN: DrawStage = {
  kind: "drawn",
  room: {
    seed,
    root,
    closedAtMs: OPENS_AT_MS,
    drawnAtMs: OPENS_AT_MS,
    beaconValue: null,
    beaconMissing: null,
    tailReserved: 0,
  },
  closedAtMs: OPENS_AT_MS,
  root,
  terms: { seed, root, beacon: null },
  members: [],
};

const statement = statementOf(totalsOf([]));

/** Of a sale that keeps a line. */
function lined(): EventView {
  const view = makeView();
  const withLobby = view.sales.map((one) => {
    return { ...one, sale: { ...one.sale, lobby: { fromMs: one.sale.verifyFromMs } } };
  });
  return { ...view, sales: withLobby, current: withLobby[0] ?? null };
}

/** Use cases that all say yes, so that each route gives what it is there for. */
const GENEROUS: Partial<ServerOptions> = {
  requestProof: () => {
    const asked = { phone: alice, eventId: 1, hashCount: HASH_COUNT };
    return { kind: "proof", challenge: makeDesk().issue(asked, NOW_MS), waitS: 60 };
  },
  joinLine: async () => ({
    kind: "in-line",
    pass: "p",
    place: null,
    cost: "proof",
    keptForS: null,
  }),
  events: { all: () => [lined()], find: lined },
  draws: { stageOf: async () => DRAWN },
  receipts: { find: async () => ({ statement, receipt: signed(statement) }) },
  reportReaders: new Map([["example", () => ({ kind: "reports", reports: [] })]]),
  mailEvents: { take: async () => ({ kind: "taken" }) },
};

/** Route by route, as in `GET /e/:event`. */
function promised(): ReadonlyMap<string, string> {
  const rows = [...page.matchAll(/^\|[^|]+\| `([^|`]+)` \| (`[A-Z]+ \/[^|]*) \|$/gm)];
  return new Map(
    rows.flatMap(([, kept = "", routes = ""]) =>
      [...routes.matchAll(/`([^`]+)`/g)].map(([, route = ""]) => [route, kept] as const),
    ),
  );
}

async function routesOf(url: string): Promise<readonly string[]> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  return Object.entries(paths).flatMap(([path, calls]) =>
    Object.keys(calls).map(
      (method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
    ),
  );
}

function ask(url: string, route: string): Promise<Response> {
  const [method, pattern = ""] = route.split(" ");
  const target = url + pattern.replace(/:(\w+)/g, (_, name: string) => `${PARAMETERS[name]}`);
  if (method === "POST") return post(target, BODIES[`${pattern.split("/").at(-1)}`] ?? {});
  return fetch(target, { redirect: "manual" });
}

test("the page for operators says of every route who may keep its answer, and of no other", async () => {
  await using served = serve();
  const routes = [...(await routesOf(served.url)), ASSETS];
  expect([...promised().keys()].toSorted()).toEqual(routes.toSorted());
});

test.each([...promised()])("what %s answers says %s", async (route, kept) => {
  await using served = serve(GENEROUS);
  const { status, headers } = await ask(served.url, route);
  expect([status < 400, headers.get("cache-control")]).toEqual([true, kept]);
  expect(headers.get("set-cookie")).toBeNull();
});

test("what may be kept is kept by a rule of the page, and what is personal by none", () => {
  const [shared = "", personal = ""] = [...page.matchAll(/```\n +(.*http\.request.*)\n/g)].map(
    ([, rule]) => rule,
  );
  for (const [route, kept] of promised()) {
    if (route === ASSETS || route.startsWith("POST /api")) continue;
    const [, path = ""] = route.split(" ");
    expect([route, isMatched(path, shared), isMatched(path, personal)]).toEqual([
      route,
      kept !== PERSONAL,
      kept === PERSONAL,
    ]);
  }
});

/** The two forms that the rules are written in. */
function isMatched(path: string, rule: string): boolean {
  const starts = [...rule.matchAll(/starts_with\(http\.request\.uri\.path, "([^"]+)"\)/g)];
  const whole = /http\.request\.uri\.path in \{([^}]+)\}/.exec(rule)?.[1] ?? "";
  return starts.some(([, start = "?"]) => path.startsWith(start)) || whole.includes(`"${path}"`);
}

test("a refusal of whatever kind is kept by nobody", () => {
  for (const kind of Object.keys(problemRows)) {
    const refusal = { kind, retryAfterS: 1 } as Refusal;
    expect([kind, problem(refusal).headers.get("cache-control")]).toEqual([kind, PERSONAL]);
  }
});

test("a route that refuses is kept by nobody either, though its answer would be", async () => {
  await using locked = serve({ ...GENEROUS, originSecret: "of the front door alone" });
  const refused: string[] = [];
  for (const route of promised().keys()) {
    const { status, headers } = await ask(locked.url, route);
    if (status < 400) continue;
    refused.push(route);
    expect([route, headers.get("cache-control")]).toEqual([route, PERSONAL]);
    expect([route, headers.get("cloudflare-cdn-cache-control")]).toEqual([route, null]);
  }
  expect(refused).toContain("GET /e/:event");
  expect(refused).toContain("GET /api/v1/events");
});
