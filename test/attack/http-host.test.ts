import { expect, test } from "bun:test";
import { Mac } from "../../src/otp/mac.ts";
import { sourceBlock } from "../../src/otp/source-block.ts";
import { serve, TICKET_KEY } from "../http/serve.ts";
import { requestHead, sendRaw } from "../support/raw-http.ts";

const CODES = "/api/v1/events/boi-mela/codes";
const BODY = '{"phone":"1"}';
const ORIGIN_SECRET = "only-cloudflare-knows-this-one";

function getRaw(url: string, target: string, headers: Readonly<Record<string, string>>) {
  return sendRaw(url, requestHead(`GET ${target}`, { connection: "close", ...headers }));
}

test("a Host that names no host is 403 and closes: the path would be read from the middle of it", async () => {
  await using served = serve();
  const hosts = ["", "a b", "u@localhost", "localhost/e/boi-mela?", "localhost#", "a\\b", "a, b"];
  const targets = ["/healthz", "/0123456789/healthz", `/${"a".repeat(4_000)}/healthz`];
  for (const host of hosts) {
    for (const target of targets) {
      const answer = await getRaw(served.url, target, { host });
      expect([host, target.length, answer.status]).toEqual([host, target.length, 403]);
      expect(answer.headers.get("connection")).toBe("close");
    }
  }
});

test("a Host of any length leads to the path that was asked for, and to no other", async () => {
  await using served = serve();
  for (const host of ["a", "pi", "web", "mela", "[::1]:8080", "x".repeat(3_000)]) {
    const statusOf = async (path: string) => (await getRaw(served.url, path, { host })).status;
    const statuses = [await statusOf("/healthz"), await statusOf("/x/healthz")];
    expect([host.slice(0, 20), ...statuses]).toEqual([host.slice(0, 20), 200, 404]);
    expect(await statusOf("/xx/healthz")).toBe(404);
    expect(await statusOf("/xxx/healthz")).toBe(404);
  }
});

test("nothing that a client says of its host comes back in an answer, nor in a link", async () => {
  await using served = serve();
  const lies = {
    host: "evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "evil",
    "x-original-url": "/evil",
    "x-rewrite-url": "/evil",
    forwarded: "host=evil.example;proto=evil",
  };
  const pages = ["/", "/e/boi-mela", "/api/v1/events", "/openapi.json", "/docs", "/nothing"];
  for (const path of [...pages, `/t/${TICKET_KEY}`, `/t/${TICKET_KEY}/status`, "/assets/a-1.js"]) {
    const { status, headers, body } = await getRaw(served.url, path, lies);
    expect([path, status < 500]).toEqual([path, true]);
    expect(body + [...headers.values()].join()).not.toContain("evil");
  }
  const person = '{"name":"R","email":"r@example.org","verification":"v"}';
  const json = { "content-type": "application/json", "content-length": String(person.length) };
  const line = "POST /api/v1/events/boi-mela/registrations";
  const head = requestHead(line, { ...json, connection: "close", ...lies });
  const registered = await sendRaw(served.url, head + person);
  expect(JSON.parse(registered.body)).toMatchObject({
    ticketUrl: `https://tickets.example.org/t/${TICKET_KEY}`,
  });
});

test("a stranger's name that is made to mean this machine opens no inbox", async () => {
  await using served = serve();
  const statusFor = async (path: string, host: string) =>
    (await getRaw(served.url, path, { host })).status;
  for (const path of ["/dev/inbox", "/dev/inbox.json", "/dev/inbox/m1/ticket%20one.pdf"]) {
    for (const host of [
      "evil.example",
      "localhost.evil.example",
      "127.0.0.1.evil.example:80",
      "[::1",
    ]) {
      expect([host, await statusFor(path, host)]).toEqual([host, 404]);
    }
    for (const host of [
      "localhost:3000",
      "a.localhost",
      "127.0.0.1",
      "[::1]",
      "tickets.example.org",
    ]) {
      expect([host, await statusFor(path, host)]).toEqual([host, 200]);
    }
  }
});

const LIES: Readonly<Record<string, string>> = {
  forwarded: "for=6.6.6.6",
  "x-forwarded-for": "6.6.6.6",
  "x-real-ip": "6.6.6.6",
  "x-client-ip": "6.6.6.6",
  "x-cluster-client-ip": "6.6.6.6",
  "true-client-ip": "6.6.6.6",
  "cf-connecting-ip": "6.6.6.6",
  "cf-connecting-ipv6": "2001:db8::6",
  "cf-pseudo-ipv4": "6.6.6.6",
  "fly-client-ip": "6.6.6.6",
  via: "1.1 evil",
};

const TRUSTED = { direct: null, fly: "fly-client-ip", cloudflare: "cf-connecting-ip" } as const;

test.each(["direct", "fly", "cloudflare"] as const)(
  "%s: no header but the front's own moves anybody to another block of addresses",
  async (trustMode) => {
    const originSecret = trustMode === "cloudflare" ? ORIGIN_SECRET : null;
    await using served = serve({ trustMode, originSecret });
    const trusted = TRUSTED[trustMode];
    const proof = originSecret === null ? {} : { "x-origin-secret": originSecret };
    const front = trusted === null ? {} : { [trusted]: "203.0.113.9" };
    const blockOf = async (headers: Readonly<Record<string, string>>) => {
      const json = { "content-type": "application/json", ...proof, ...headers };
      const response = await fetch(served.url + CODES, {
        method: "POST",
        headers: json,
        body: BODY,
      });
      expect(response.status).toBe(202);
      return sourceBlock(served.asked.codes.pop()?.address ?? "", new Mac(Buffer.alloc(32, 1)));
    };
    const honest = await blockOf(front);
    for (const [name, value] of Object.entries(LIES)) {
      if (name === trusted) continue;
      expect([name, await blockOf({ ...front, [name]: value })]).toEqual([name, honest]);
    }
    expect(await blockOf({ ...LIES, ...front })).toBe(honest);
    const moved = await blockOf({ ...LIES, ...front, "x-forwarded-for": "7.7.7.7" });
    expect(moved).toBe(honest);
    if (trusted !== null) expect(await blockOf({ [trusted]: "198.51.100.9" })).not.toBe(honest);
  },
);

test("a method is what the first line says, whatever a header, the address or the body says of it", async () => {
  await using served = serve();
  const names = ["x-http-method-override", "x-http-method", "x-method-override"];
  for (const name of names) {
    const override = { [name]: "POST", "content-type": "application/json" };
    const response = await fetch(`${served.url}${CODES}?_method=POST`, { headers: override });
    expect([name, response.status, response.headers.get("allow")]).toEqual([name, 405, "POST"]);
    const away = { ...override, [name]: "DELETE" };
    const asked = { method: "POST", headers: away, body: '{"phone":"1","_method":"DELETE"}' };
    expect((await fetch(served.url + CODES, asked)).status).toBe(202);
  }
  expect(served.asked.codes).toHaveLength(names.length);
});

test("TRACE gives nothing back, CONNECT leads nowhere, and methods nobody knows do nothing", async () => {
  await using served = serve();
  const secret = { "x-secret": "planted", connection: "close" };
  for (const method of ["TRACE", "QUERY", "PROPFIND", "PURGE", "PUT", "PATCH", "DELETE"]) {
    const answer = await sendRaw(served.url, requestHead(`${method} /healthz`, secret));
    expect([method, answer.status, answer.body.includes("planted")]).toEqual([method, 405, false]);
  }
  const tunnel = requestHead("CONNECT evil.example:443", { connection: "close" });
  const { status, headers, body } = await sendRaw(served.url, tunnel + requestHead("GET /healthz"));
  expect([status, headers.get("connection"), body.includes("HTTP/1.1")]).toEqual([
    403,
    "close",
    false,
  ]);
  expect((await sendRaw(served.url, requestHead("XYZZY /healthz"))).status).toBe(0);
  expect((await sendRaw(served.url, requestHead("get /healthz"))).status).toBe(0);
});

const FORM_TYPES = [
  "text/plain",
  "text/plain;charset=utf-8",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "text/plain; application/json",
  "application/json, text/plain",
  "application/csp-report",
  "",
];

test("what a form of another site can send is refused by what it is, even without Origin", async () => {
  await using served = serve();
  // A form posts JSON by a field whose name is all of it but the end.
  const body = '{"phone":"1","pad":"=x"}';
  for (const type of FORM_TYPES) {
    const length = String(body.length);
    const head = requestHead(`POST ${CODES}`, {
      "content-type": type,
      "content-length": length,
      connection: "close",
    });
    expect([type, (await sendRaw(served.url, head + body)).status]).toEqual([type, 415]);
  }
  expect(served.asked.codes).toEqual([]);
});

test("a form of another site asks for no mail, though that takes no body", async () => {
  const asked: unknown[] = [];
  const resendMail = async (command: unknown) => {
    asked.push(command);
    return { kind: "mail-queued", mailsLeftToday: 2 } as const;
  };
  const correctAddress = () => Promise.reject(new Error("not asked"));
  await using served = serve({ ticketChanges: { resendMail, correctAddress } });
  const signs = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
  ];
  for (const sign of signs) {
    const form = { "content-type": "application/x-www-form-urlencoded", ...sign };
    const sent = { method: "POST", headers: form, body: "a=b" };
    const response = await fetch(`${served.url}/t/${TICKET_KEY}/mails`, sent);
    expect([sign, response.status]).toEqual([sign, 403]);
  }
  expect(asked).toEqual([]);
});
