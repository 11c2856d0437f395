import { expect, test } from "bun:test";
import { problem } from "../../src/http/problem.ts";
import { inboxMessage, post, serve, TICKET_KEY } from "./serve.ts";

const EVENT = "/api/v1/events/boi-mela";
const TICKET = `/t/${TICKET_KEY}`;

const ON_EVERY_ANSWER = {
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; img-src 'self' data:; " +
  "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const ON_DATA = { ...ON_EVERY_ANSWER, "content-security-policy": DATA_POLICY };
const ON_PAGES = {
  ...ON_EVERY_ANSWER,
  "content-security-policy": PAGE_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy":
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()",
};
const ON_INBOX_FILES = { ...ON_EVERY_ANSWER, "content-security-policy": "sandbox" };

const SHARED = "public, max-age=0, s-maxage=1, stale-while-revalidate=4";
const A_WHILE = "public, max-age=300";
const FOR_EVER = "public, max-age=31536000, immutable";
const NEVER = "private, no-store";

type Expected = Readonly<Record<string, string>>;

/** Every route class: what guards it, and who may keep it. */
const GETS: readonly [path: string, status: number, guards: Expected, kept: string][] = [
  ["/", 302, ON_DATA, SHARED],
  ["/e/boi-mela", 200, ON_PAGES, SHARED],
  ["/e/boi-mela?lang=bn", 200, ON_PAGES, SHARED],
  ["/api/v1/events", 200, ON_DATA, SHARED],
  [EVENT, 200, ON_DATA, SHARED],
  [`${EVENT}/tick`, 200, ON_DATA, SHARED],
  [TICKET, 200, ON_PAGES, NEVER],
  [`${TICKET}?lang=bn`, 200, ON_PAGES, NEVER],
  [`${TICKET}/tickets.pdf`, 200, ON_DATA, NEVER],
  [`${TICKET}/status`, 200, ON_DATA, NEVER],
  ["/t/BBBBBBBBBBBBBBBBBBBBBB", 404, ON_DATA, NEVER],
  ["/dev/inbox", 200, ON_PAGES, NEVER],
  ["/dev/inbox.json", 200, ON_DATA, NEVER],
  ["/dev/inbox/m1/ticket%20one.pdf", 200, ON_INBOX_FILES, NEVER],
  ["/healthz", 200, ON_DATA, NEVER],
  ["/readyz", 200, ON_DATA, NEVER],
  ["/metrics", 200, ON_DATA, NEVER],
  ["/openapi.json", 200, ON_DATA, A_WHILE],
  ["/docs", 200, ON_PAGES, A_WHILE],
  ["/assets/a-1.js", 200, ON_DATA, FOR_EVER],
  ["/nothing", 404, ON_DATA, NEVER],
  [`/${"x".repeat(2_100)}`, 414, ON_DATA, NEVER],
];

const POSTS: readonly [call: string, body: object, status: number][] = [
  ["codes", { phone: "1" }, 202],
  ["verifications", { phone: "1", challenge: "c", code: "1" }, 200],
  ["registrations", { name: "R", email: "r@example.org", verification: "v" }, 201],
  ["codes", {}, 400],
];

const GUARDS = Object.keys(ON_PAGES);

function guardsOf(response: Response): Expected {
  const sent = GUARDS.map((name) => [name, response.headers.get(name)] as const);
  return Object.fromEntries(sent.filter((entry): entry is [string, string] => entry[1] !== null));
}

test.each(GETS)("GET %s is %d with its guards, and kept by whom it should be", async (...row) => {
  const [path, status, guards, kept] = row;
  await using served = serve();
  const response = await fetch(served.url + path, { redirect: "manual" });
  expect(response.status).toBe(status);
  expect(guardsOf(response)).toEqual(guards);
  expect(response.headers.get("cache-control")).toBe(kept);
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
});

test.each(POSTS)("POST %s of %o is %d, guarded and never kept", async (call, body, status) => {
  await using served = serve();
  const response = await post(`${served.url}${EVENT}/${call}`, body);
  expect(response.status).toBe(status);
  expect(guardsOf(response)).toEqual(ON_DATA);
  expect(response.headers.get("cache-control")).toBe(NEVER);
  expect(response.headers.get("content-encoding")).toBeNull();
});

test("a page that says no is guarded like a page", async () => {
  await using served = serve();
  const response = await fetch(`${served.url}/nothing`, { headers: { accept: "text/html" } });
  expect([response.status, guardsOf(response)]).toEqual([404, ON_PAGES]);
  expect(response.headers.get("cache-control")).toBe(NEVER);
});

test("a failure on our side is guarded too", async () => {
  const broken = () => {
    throw new Error("broken");
  };
  await using served = serve({ events: { all: () => [], find: broken } });
  const response = await fetch(`${served.url}${EVENT}`);
  expect([response.status, guardsOf(response)]).toEqual([500, ON_DATA]);
});

test("over plain http nobody is told to ask for https ever after", async () => {
  await using served = serve({ publicUrl: "http://localhost:3000" });
  for (const path of ["/healthz", `${EVENT}/tick`, "/assets/a-1.js", "/e/boi-mela"]) {
    const { headers } = await fetch(served.url + path);
    expect([path, headers.get("strict-transport-security")]).toEqual([path, null]);
  }
});

test("nothing that tells of one person may be kept: whatever is public says nothing of them", async () => {
  await using served = serve();
  const personal = [TICKET_KEY, "Rahim", inboxMessage.to, "T1:ABC"];
  for (const [path, , , kept] of GETS) {
    const text = await (await fetch(served.url + path)).text();
    if (kept !== NEVER) for (const word of personal) expect(text).not.toContain(word);
  }
});

test("every refusal there is may be kept by nobody", () => {
  const refusals = [
    { kind: "sale-full" },
    { kind: "sale-closed" },
    { kind: "not-found" },
    { kind: "cross-site" },
    { kind: "origin-unproven" },
  ] as const;
  for (const refusal of refusals) {
    expect(problem(refusal).headers.get("cache-control")).toBe(NEVER);
  }
});
