import { expect, test } from "bun:test";
import type { TrustMode } from "../../src/http/client-address.ts";
import { clientAddress } from "../../src/http/client-address.ts";
import { requestHead, sendRaw } from "../support/raw-http.ts";
import { post, serve, TICKET_KEY } from "./serve.ts";

const ORIGIN_SECRET = "only-cloudflare-knows-this-one";
const CODES = "/api/v1/events/boi-mela/codes";

type Headers = Readonly<Record<string, string>>;

const LIES: Headers = {
  forwarded: "for=6.6.6.6",
  "x-forwarded-for": "6.6.6.6, 7.7.7.7",
  "x-real-ip": "6.6.6.6",
  "x-client-ip": "6.6.6.6",
  "true-client-ip": "6.6.6.6",
};

const CASES: readonly [mode: TrustMode, peer: string, headers: Headers, address: string][] = [
  ["direct", "203.0.113.9", {}, "203.0.113.9"],
  ["direct", "203.0.113.9", LIES, "203.0.113.9"],
  ["direct", "203.0.113.9", { "fly-client-ip": "6.6.6.6" }, "203.0.113.9"],
  ["direct", "203.0.113.9", { "cf-connecting-ip": "6.6.6.6" }, "203.0.113.9"],
  ["direct", "127.0.0.1", { ...LIES, "fly-client-ip": "6.6.6.6" }, "127.0.0.1"],
  ["direct", "::ffff:203.0.113.9", LIES, "203.0.113.9"],
  ["direct", "2001:db8::9", LIES, "2001:db8::9"],
  ["direct", "", LIES, ""],

  ["fly", "172.16.5.2", { "fly-client-ip": "203.0.113.9" }, "203.0.113.9"],
  ["fly", "172.31.5.2", { ...LIES, "fly-client-ip": "203.0.113.9" }, "203.0.113.9"],
  ["fly", "::ffff:172.19.0.1", { "fly-client-ip": "203.0.113.9" }, "203.0.113.9"],
  ["fly", "fdaa:0:1::3", { "fly-client-ip": "2001:db8::9" }, "2001:db8::9"],
  ["fly", "172.16.5.2", { "fly-client-ip": "2001:DB8:0:0::0009" }, "2001:db8::9"],
  ["fly", "172.16.5.2", { "fly-client-ip": "::ffff:203.0.113.9" }, "203.0.113.9"],
  ["fly", "172.16.5.2", { "fly-client-ip": "::FFFF:CB00:7109" }, "203.0.113.9"],
  ["fly", "172.16.5.2", { "fly-client-ip": " 203.0.113.9 " }, "203.0.113.9"],
  ["fly", "172.16.5.2", { "cf-connecting-ip": "6.6.6.6" }, "172.16.5.2"],
  ["fly", "172.16.5.2", LIES, "172.16.5.2"],
  ["fly", "172.16.5.2", { "fly-client-ip": "6.6.6.6, 203.0.113.9" }, "172.16.5.2"],
  ["fly", "172.16.5.2", { "fly-client-ip": "" }, "172.16.5.2"],
  ["fly", "172.16.5.2", { "fly-client-ip": "203.0.113.9:443" }, "172.16.5.2"],
  ["fly", "172.16.5.2", { "fly-client-ip": "[2001:db8::9]" }, "172.16.5.2"],
  ["fly", "172.16.5.2", { "fly-client-ip": "fe80::1%eth0" }, "172.16.5.2"],
  ["fly", "172.16.5.2", { "fly-client-ip": "203.0.113.256" }, "172.16.5.2"],
  ["fly", "172.16.5.2", { "fly-client-ip": "0x7f.1" }, "172.16.5.2"],
  ["fly", "172.16.5.2", { "fly-client-ip": "localhost" }, "172.16.5.2"],
  // Not over Fly's private network, so not from Fly's proxy.
  ["fly", "198.51.100.7", { "fly-client-ip": "6.6.6.6" }, "198.51.100.7"],
  ["fly", "172.32.0.1", { "fly-client-ip": "6.6.6.6" }, "172.32.0.1"],
  ["fly", "2001:db8::7", { "fly-client-ip": "6.6.6.6" }, "2001:db8::7"],
  ["fly", "", { "fly-client-ip": "6.6.6.6" }, ""],

  ["cloudflare", "172.16.5.2", { "cf-connecting-ip": "203.0.113.9" }, "203.0.113.9"],
  ["cloudflare", "198.51.100.7", { "cf-connecting-ip": "2001:db8::9" }, "2001:db8::9"],
  ["cloudflare", "172.16.5.2", { "cf-connecting-ip": "::ffff:203.0.113.9" }, "203.0.113.9"],
  [
    "cloudflare",
    "172.16.5.2",
    { ...LIES, "fly-client-ip": "104.16.0.1", "cf-connecting-ip": "203.0.113.9" },
    "203.0.113.9",
  ],
  ["cloudflare", "172.16.5.2", { ...LIES, "fly-client-ip": "6.6.6.6" }, "172.16.5.2"],
  ["cloudflare", "172.16.5.2", { "cf-connecting-ip": "6.6.6.6,203.0.113.9" }, "172.16.5.2"],
  ["cloudflare", "172.16.5.2", { "cf-connecting-ip": "unknown" }, "172.16.5.2"],
  ["cloudflare", "::ffff:172.16.5.2", { "cf-connecting-ip": "" }, "172.16.5.2"],
];

test.each(CASES)("%s: a peer at %p that sends %o is %p", (mode, peer, headers, address) => {
  const request = new Request("http://x/", { headers });
  const source = { requestIP: () => (peer === "" ? null : { address: peer }) };
  expect(clientAddress(request, source, mode)).toBe(address);
});

test("an address sent twice is none, over the wire as well", async () => {
  await using served = serve({ trustMode: "fly" });
  const head = requestHead(`POST ${CODES}`, {
    "content-type": "application/json",
    "content-length": "13",
    "fly-client-ip": "6.6.6.6\r\nfly-client-ip: 203.0.113.9",
    connection: "close",
  });
  expect((await sendRaw(served.url, `${head}{"phone":"1"}`)).status).toBe(202);
  expect(served.asked.codes[0]?.address).toBe("127.0.0.1");
});

test("behind Cloudflare the use cases are told Cloudflare's client", async () => {
  await using served = serve({ trustMode: "cloudflare", originSecret: ORIGIN_SECRET });
  const headers = { "x-origin-secret": ORIGIN_SECRET, "cf-connecting-ip": "203.0.113.9" };
  expect((await post(served.url + CODES, { phone: "1" }, headers)).status).toBe(202);
  expect(served.asked.codes[0]?.address).toBe("203.0.113.9");
});

test("behind Cloudflare, whoever does not come through it is 403 before anything is read", async () => {
  await using served = serve({ trustMode: "cloudflare", originSecret: ORIGIN_SECRET });
  const forgeries: readonly Headers[] = [
    {},
    { "cf-connecting-ip": "203.0.113.9" },
    { "cf-connecting-ip": "203.0.113.9", "cf-ray": "1-DAC", "cdn-loop": "cloudflare" },
    { "x-origin-secret": "" },
    { "x-origin-secret": "guess" },
    { "x-origin-secret": ORIGIN_SECRET.slice(0, -1) },
    { "x-origin-secret": `${ORIGIN_SECRET}x` },
    { "x-origin-secret": ORIGIN_SECRET.toUpperCase() },
    { "x-origin-secret": `${ORIGIN_SECRET}, ${ORIGIN_SECRET}` },
  ];
  for (const forgery of forgeries) {
    // The body never comes: whoever reads it waits.
    const head = requestHead(`POST ${CODES}`, {
      ...forgery,
      "content-type": "application/json",
      "content-length": "100",
    });
    const answer = await sendRaw(served.url, head);
    expect([answer.status, answer.headers.get("connection")]).toEqual([403, "close"]);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "origin_unproven" });
    for (const path of ["/", "/e/boi-mela", `/t/${TICKET_KEY}`, "/nothing", "/healthz/x"]) {
      expect((await fetch(served.url + path, { headers: forgery })).status).toBe(403);
    }
  }
  expect(served.asked.codes).toEqual([]);
});

test("behind Cloudflare the platform's own probes need no proof, and metrics keep their own guard", async () => {
  await using served = serve({ trustMode: "cloudflare", originSecret: ORIGIN_SECRET });
  const statusOf = async (path: string, headers: Headers = {}) =>
    (await fetch(served.url + path, { headers })).status;
  expect(await statusOf("/healthz")).toBe(200);
  expect(await statusOf("/readyz")).toBe(200);
  expect(await statusOf("/metrics", { "cf-connecting-ip": "203.0.113.9" })).toBe(404);
  expect(await statusOf("/readyz?/../e/boi-mela")).toBe(403);
});
