import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { assert, property, uint8Array } from "fast-check";
import { reportReaderOf } from "../../../src/adapters/sms/open-gateway.ts";
import type { ReportReader, ReportRequest } from "../../../src/delivery/report-ports.ts";
import type { Changes } from "./make-gateway.ts";
import { gatewayFile, parsed, SECRETS, smppFile, twilioFile } from "./make-gateway.ts";

const url = "https://tickets.example/api/v1/sms-reports/example";
const secret = `${SECRETS["REPORT_SECRET"]}`;
const delivered = {
  kind: "reports",
  reports: [{ providerId: "id-1", state: "delivered" }],
} as const;
const unproven = { kind: "unproven" } as const;

interface Told {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

function request(told: Told): ReportRequest {
  const body = told.body ?? "";
  return {
    method: told.method ?? "POST",
    url: told.url ?? url,
    headers: new Headers(told.headers),
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
  };
}

function readerOf(file: string): ReportReader {
  const reader = reportReaderOf(parsed(file));
  if (reader === null) throw new Error("reads no reports");
  return reader;
}

function httpReader(changes: Changes): ReportReader {
  const report = {
    secret: "${REPORT_SECRET}",
    token: { header: "x-token" },
    idPath: "id",
    statePath: "status.name",
    delivered: ["DELIVRD", 3],
    failed: ["UNDELIV"],
    ...changes,
  };
  return readerOf(gatewayFile({ report }));
}

/** Proven by its token. */
function withToken(body: string): ReportRequest {
  return request({ headers: { "x-token": secret }, body });
}

describe("A report signed over its body", () => {
  const body = JSON.stringify({ id: "id-1", status: { name: "DELIVRD" } });
  const hmac = createHmac("sha256", secret).update(body);
  const digest = hmac.digest();
  const hex = httpReader({
    token: undefined,
    signature: {
      header: "X-Signature",
      algorithm: "hmac-sha256",
      encoding: "hex",
      prefix: "sha256=",
    },
  });
  const base64 = httpReader({
    token: undefined,
    signature: { header: "X-Signature", encoding: "base64" },
  });
  const signed = (signature: string, changes: Told = {}) =>
    request({ headers: { "x-signature": signature }, body, ...changes });

  test("is believed, in hexadecimal of either case and in base64", () => {
    expect(hex(signed(`sha256=${digest.toString("hex")}`))).toEqual(delivered);
    expect(hex(signed(`sha256=${digest.toString("hex").toUpperCase()}`))).toEqual(delivered);
    expect(base64(signed(digest.toString("base64")))).toEqual(delivered);
  });

  test("is the known one of HMAC-SHA256 (RFC 4231 has none for this key, so by openssl)", async () => {
    const openssl = Bun.spawn(["openssl", "dgst", "-sha256", "-hmac", secret, "-r"], {
      stdin: new TextEncoder().encode(body),
      stdout: "pipe",
    });
    const [signature = ""] = (await new Response(openssl.stdout).text()).split(" ");
    expect(hex(signed(`sha256=${signature}`))).toEqual(delivered);
  });

  test.each([
    ["a wrong one", { headers: { "x-signature": `sha256=${"0".repeat(64)}` } }],
    ["none", { headers: {} }],
    ["one without its prefix", { headers: { "x-signature": digest.toString("hex") } }],
    ["half of it", { headers: { "x-signature": `sha256=${digest.toString("hex").slice(0, 32)}` } }],
    [
      "one with more behind it",
      { headers: { "x-signature": `sha256=${digest.toString("hex")}00` } },
    ],
    ["that of another body", { body: `${body} ` }],
    ["that of no body", { body: "" }],
    ["the secret itself", { headers: { "x-signature": `sha256=${secret}` } }],
  ])("is not read with %s", (_name, changes) => {
    expect(hex(signed(`sha256=${digest.toString("hex")}`, changes))).toEqual(unproven);
  });

  test("is judged by its bytes, whatever they are", () => {
    const forAnyBytes = (bytes: Uint8Array) => {
      const signature = createHmac("sha256", secret).update(bytes).digest("base64");
      expect(base64(signed(signature, { body: bytes })).kind).not.toBe("unproven");
      const other = Uint8Array.from([...bytes, 0]);
      expect(base64(signed(signature, { body: other }))).toEqual(unproven);
    };
    assert(property(uint8Array({ maxLength: 100 }), forAnyBytes));
  });
});

describe("A report with a token", () => {
  const body = JSON.stringify({ id: "id-1", status: { name: "DELIVRD" } });
  const byHeader = httpReader({});
  const byQuery = httpReader({ token: { query: "token" } });

  test("is believed with the right one, where it belongs", () => {
    expect(byHeader(request({ headers: { "X-Token": secret }, body }))).toEqual(delivered);
    const query = new URLSearchParams({ token: secret });
    expect(byQuery(request({ url: `${url}?${query}`, body }))).toEqual(delivered);
  });

  test("is not read with a wrong one, without one, or with one in another place", () => {
    const query = new URLSearchParams({ token: secret });
    expect(byHeader(request({ headers: { "x-token": `${secret}x` }, body }))).toEqual(unproven);
    expect(byHeader(request({ headers: { "x-token": "" }, body }))).toEqual(unproven);
    expect(byHeader(request({ body }))).toEqual(unproven);
    expect(byHeader(request({ url: `${url}?${query}`, body }))).toEqual(unproven);
    expect(byQuery(request({ headers: { token: secret }, body }))).toEqual(unproven);
    expect(byQuery(request({ url: `${url}?token=`, body }))).toEqual(unproven);
    expect(byQuery(request({ url: "not a url", body }))).toEqual(unproven);
  });
});

describe("What a proven report says", () => {
  test("is read from JSON, a form or the address", () => {
    const failed = { kind: "reports", reports: [{ providerId: "7", state: "failed" }] } as const;
    const flat = { statePath: "status" };
    const fields = "id=7&status=UNDELIV";
    expect(httpReader(flat)(withToken('{"id": 7, "status": "UNDELIV"}'))).toEqual(failed);
    expect(httpReader({ ...flat, body: "form" })(withToken(fields))).toEqual(failed);
    const told = { method: "GET", url: `${url}?${fields}`, headers: { "x-token": secret } };
    expect(httpReader({ ...flat, body: "query" })(request(told))).toEqual(failed);
  });

  test("may be many at once, and keeps ids that no double could", () => {
    const results = [
      '{"id": 12345678901234567890, "status": {"name": "DELIVRD"}}',
      '{"id": "a", "status": {"name": 3}}',
      '{"id": "b", "status": {"name": "UNDELIV"}}',
    ];
    const read = httpReader({ listPath: "results.all" });
    expect(read(withToken(`{"results": {"all": [${results.join()}]}}`))).toEqual({
      kind: "reports",
      reports: [
        { providerId: "12345678901234567890", state: "delivered" },
        { providerId: "a", state: "delivered" },
        { providerId: "b", state: "failed" },
      ],
    });
  });

  test("passes over states on the way, and what is no report among those that are", () => {
    const read = httpReader({ listPath: "all" });
    const on = { id: "a", status: { name: "ENROUTE" } };
    const all = [on, { inbound: "hello" }, null, { id: "id-1", status: { name: "DELIVRD" } }];
    expect(read(withToken(JSON.stringify({ all })))).toEqual(delivered);
    const nothing = { kind: "reports", reports: [] } as const;
    expect(read(withToken(JSON.stringify({ all: [on] })))).toEqual(nothing);
    expect(read(withToken('{"all": []}'))).toEqual(nothing);
  });

  test("is invalid where nothing is where the file says, and the reason quotes nothing (invariant 10)", () => {
    const invalid = (reason: string) => ({ kind: "invalid", reason }) as const;
    const read = httpReader({ listPath: "all" });
    expect(read(withToken("<xml/>"))).toEqual(invalid("the body is not JSON"));
    expect(read(withToken('{"phone": "+8801712345678"}'))).toEqual(invalid("all leads to no list"));
    expect(read(withToken('{"all": {"0": {}}}'))).toEqual(invalid("all leads to no list"));
    const none = invalid("no report with id and status.name");
    expect(read(withToken('{"all": [{"msisdn": "+8801712345678"}]}'))).toEqual(none);
    expect(httpReader({})(withToken('{"id": "a"}'))).toEqual(none);
    expect(httpReader({})(withToken("[]"))).toEqual(none);
  });

  test("has a bound (invariant 8)", () => {
    const read = httpReader({ listPath: "all" });
    const many = (count: number) =>
      JSON.stringify({
        all: Array.from({ length: count }, (_, id) => ({ id, status: { name: 3 } })),
      });
    expect(read(withToken(many(1_000))).kind).toBe("reports");
    const reason = "more than 1000 reports";
    expect(read(withToken(many(1_001)))).toEqual({ kind: "invalid", reason });
  });

  test("says the same when it is heard again: a replay changes nothing", () => {
    const read = httpReader({});
    const told = withToken('{"id": "id-1", "status": {"name": "DELIVRD"}}');
    expect([read(told), read(told)]).toEqual([delivered, delivered]);
  });
});

describe("A report of Twilio's", () => {
  const fields = {
    MessageSid: "id-1",
    MessageStatus: "delivered",
    To: "+8801712345678",
    AccountSid: "AC1",
  };
  const callback = "https://tickets.example/api/v1/sms-reports/twilio?foo=1&bar=2";
  const token = `${SECRETS["TWILIO_TOKEN"]}`;
  const read = readerOf(twilioFile());
  const signatureOf = (text: string) => createHmac("sha1", token).update(text).digest("base64");
  /** By hand, in the order of the names: upper case before lower. */
  const joined = "AccountSidAC1MessageSidid-1MessageStatusdeliveredTo+8801712345678";
  const told = (signature: string, changes: Told = {}) =>
    request({
      url: callback,
      headers: { "x-twilio-signature": signature },
      body: new URLSearchParams(fields).toString(),
      ...changes,
    });

  test("is believed when it is signed over address and fields", () => {
    expect(read(told(signatureOf(callback + joined)))).toEqual(delivered);
  });

  test("has the signature of Twilio's own example", () => {
    // The address, fields, token and signature that Twilio's libraries are tested with.
    const example = readerOf(twilioFile({ authToken: "12345".padEnd(16, "-") }));
    const parameters = {
      CallSid: "CA1234567890ABCDE",
      Caller: "+12349013030",
      Digits: "1234",
      From: "+12349013030",
      To: "+18005551212",
    };
    const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const text = `${url}CallSidCA1234567890ABCDECaller+12349013030Digits1234From+12349013030To+18005551212`;
    const sign = (key: string) => createHmac("sha1", key).update(text).digest("base64");
    expect(sign("12345")).toBe("0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    const body = new URLSearchParams(parameters).toString();
    const headers = { "x-twilio-signature": sign("12345".padEnd(16, "-")) };
    // Proven, and about a call: no report.
    expect(example(request({ url, headers, body })).kind).toBe("invalid");
    expect(example(request({ url, headers, body: `${body}&x=1` }))).toEqual(unproven);
  });

  test("may be signed with the port or without, as Twilio does now the one and now the other", () => {
    const withPort = callback.replace("example/", "example:443/");
    expect(read(told(signatureOf(withPort + joined)))).toEqual(delivered);
    const other = callback.replace("example/", "example:8443/");
    expect(read(told(signatureOf(callback + joined), { url: other }))).toEqual(delivered);
    expect(read(told(signatureOf(other + joined), { url: other }))).toEqual(delivered);
    expect(read(told(signatureOf(other + joined)))).toEqual(unproven);
  });

  test.each([
    ["no signature", { headers: {} }],
    ["a wrong one", { headers: { "x-twilio-signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ=" } }],
    ["another body", { body: new URLSearchParams({ ...fields, MessageSid: "id-2" }).toString() }],
    ["a field more", { body: new URLSearchParams({ ...fields, A: "b" }).toString() }],
    ["no body", { body: "" }],
    ["another path", { url: callback.replace("twilio", "other") }],
    ["another query", { url: `${callback}&baz=3` }],
    ["another host", { url: callback.replace("tickets", "evil") }],
    ["another scheme", { url: callback.replace("https", "http") }],
    ["no address", { url: "" }],
  ])("is not read with %s", (_name, changes) => {
    expect(read(told(signatureOf(callback + joined), changes))).toEqual(unproven);
  });

  test.each([
    ["delivered", ["delivered"]],
    ["undelivered", ["failed"]],
    ["failed", ["failed"]],
    ["queued", []],
    ["sent", []],
  ])("of a message that is %s means %j", (status, states) => {
    const body = new URLSearchParams({ MessageSid: "id-1", MessageStatus: status }).toString();
    const signature = signatureOf(`${callback}MessageSidid-1MessageStatus${status}`);
    expect(read(told(signature, { body }))).toEqual({
      kind: "reports",
      reports: states.map((state) => ({ providerId: "id-1", state: state as "delivered" })),
    });
  });
});

test("SMPP reports over its own connection, and a file without a report reads none", () => {
  expect(reportReaderOf(parsed(smppFile()))).toBeNull();
  expect(reportReaderOf(parsed(gatewayFile()))).toBeNull();
});
