import { expect, test } from "bun:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { post, serve } from "../http/serve.ts";
import { requestHead, sendRaw } from "../support/raw-http.ts";
import { EdgeProcess } from "./edge-process.ts";
import { sendEndless } from "./endless-body.ts";

const EVENT = "/api/v1/events/boi-mela";
const CODES = `${EVENT}/codes`;
const JSON_TYPE = { "content-type": "application/json" };
const GIGABYTE = 1_000_000_000;
/** What the two kernels may hold of a connection that nobody reads any more, 4 MB here, with room for other settings. */
const IN_FLIGHT_BYTES_MAX = 32_000_000;
/** Far less than what was sent, far more than the heap of an idle process moves. */
const GROWTH_BYTES_MAX = 64_000_000;

test("a gigabyte that is declared is refused at the head, however it is written", async () => {
  await using served = serve();
  for (const length of ["1000000000", "9007199254740993", "999999999999999"]) {
    const head = requestHead(`POST ${CODES}`, { ...JSON_TYPE, "content-length": length });
    const answer = await sendRaw(served.url, head);
    expect([length, answer.status, answer.headers.get("connection")]).toEqual([
      length,
      413,
      "close",
    ]);
  }
});

test("of a gigabyte that is sent, a call stops reading and closes; memory stays flat", async () => {
  await using edge = await EdgeProcess.start(1_024);
  const beforeBytes = edge.residentBytes;
  for (const { framing, part } of FRAMINGS) {
    const head = requestHead(`POST ${CODES}`, { ...JSON_TYPE, ...framing });
    const { status, bytesSent, isCutOff } = await sendEndless(edge.url, head, part, GIGABYTE);
    expect([status, isCutOff]).toEqual([413, true]);
    expect(bytesSent).toBeLessThan(IN_FLIGHT_BYTES_MAX);
  }
  expect(edge.residentBytesMax - beforeBytes).toBeLessThan(GROWTH_BYTES_MAX);
  expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
});

test("a body that is refused for something else, or that nobody reads, is dropped as it comes", async () => {
  await using edge = await EdgeProcess.start(1_024);
  const beforeBytes = edge.residentBytes;
  const cases: readonly [
    line: string,
    headers: Readonly<Record<string, string>>,
    status: number,
  ][] = [
    [`POST ${CODES}`, {}, 415],
    [`POST ${CODES}`, { ...JSON_TYPE, "content-encoding": "gzip" }, 415],
    [`POST ${CODES}`, { ...JSON_TYPE, "sec-fetch-site": "cross-site" }, 403],
    ["POST /nothing", {}, 404],
    ["DELETE /healthz", {}, 405],
    ["POST /webhooks/sms/nobody", {}, 404],
    ["GET /assets/a-1.js", {}, 200],
  ];
  for (const [line, headers, expected] of cases) {
    const head = requestHead(line, { ...headers, "transfer-encoding": "chunked" });
    const { status, isCutOff } = await sendEndless(edge.url, head, CHUNK, 4 * GROWTH_BYTES_MAX);
    // What is closed while more of it comes may be reset before the answer is read (RFC 9112, 9.6).
    expect([line, isCutOff && status === 0 ? expected : status]).toEqual([line, expected]);
  }
  expect(edge.residentBytesMax - beforeBytes).toBeLessThan(GROWTH_BYTES_MAX);
});

const PART_BYTES = 65_536;
const CHUNK = Buffer.from(`${PART_BYTES.toString(16)}\r\n${"x".repeat(PART_BYTES)}\r\n`);
const FRAMINGS = [
  { framing: { "transfer-encoding": "chunked" }, part: CHUNK },
  { framing: { "content-length": String(GIGABYTE) }, part: Buffer.alloc(PART_BYTES, "x") },
];

test("no body is ever unpacked: one that says it is packed is 415, whatever it is", async () => {
  await using served = serve();
  const honest = Buffer.from('{"phone":"1"}');
  const bomb = Buffer.from(`{"phone":"1","pad":"${" ".repeat(10_000_000)}"}`);
  const packers = {
    gzip: gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
    zstd: zstdCompressSync,
  };
  for (const [coding, pack] of Object.entries(packers)) {
    for (const body of [honest, pack(honest), pack(bomb)]) {
      expect(body.byteLength).toBeLessThan(16_384);
      const headers = { ...JSON_TYPE, "content-encoding": coding };
      const response = await fetch(served.url + CODES, { method: "POST", headers, body });
      expect([coding, response.status]).toEqual([coding, 415]);
      expect(await response.json()).toMatchObject({ code: "unsupported_media_type" });
    }
    // Packed, and not said to be: no JSON.
    const response = await fetch(served.url + CODES, {
      method: "POST",
      headers: JSON_TYPE,
      body: pack(honest),
    });
    expect([coding, response.status]).toEqual([coding, 400]);
  }
  const twice = gzipSync(gzipSync(bomb));
  for (const coding of ["gzip, gzip", "identity", "x-gzip", "chunked", ""]) {
    const headers = { ...JSON_TYPE, "content-encoding": coding };
    const response = await fetch(served.url + CODES, { method: "POST", headers, body: twice });
    expect([coding, response.status]).toEqual([coding, 415]);
  }
  expect(served.asked.codes).toEqual([]);
});

const BOMBS: readonly [what: string, body: string, status: number][] = [
  ["arrays a hundred thousand deep", "[".repeat(100_000), 413],
  ["a million keys", `{${'"a":1,'.repeat(1_000_000)}"phone":"1"}`, 413],
  ["a number of 10 MB", `{"phone":${"9".repeat(10_000_000)}}`, 413],
  ["objects as deep as fit", `${'{"a":'.repeat(2_700)}1${"}".repeat(2_700)}`, 400],
  ["arrays as deep as fit, not closed", `{"phone":${"[".repeat(16_000)}`, 400],
  ["keys as many as fit", `{${'"a":1,'.repeat(2_600)}"phone":"1"}`, 202],
  ["different keys as many as fit", differentKeys(1_600), 202],
  ["a number as long as fits", `{"phone":${"9".repeat(16_000)}}`, 400],
  ["a fraction as long as fits", `{"phone":0.${"0".repeat(16_000)}1}`, 400],
  ["an exponent without end", '{"phone":1e999999999999999999999}', 400],
  ["an exponent below everything", '{"phone":1e-999999999999999999999}', 400],
  ["a negative zero", '{"phone":-0}', 400],
  ["NaN", '{"phone":NaN}', 400],
  ["infinity", '{"phone":Infinity}', 400],
  ["a hexadecimal number", '{"phone":0x10}', 400],
  ["a zero before a number", '{"phone":01}', 400],
  ["NUL among the text", '{"phone":"1\0"}', 400],
  ["NUL after the text", '{"phone":"1"}\0', 400],
  ["two objects", '{"phone":"1"}{"phone":"2"}', 400],
  ["a comment", '{"phone":"1"/*2*/}', 400],
  ["a comma too many", '{"phone":"1",}', 400],
  ["single quotes", "{'phone':'1'}", 400],
  ["half an escape", '{"phone":"\\u12"}', 400],
  ["lone surrogates as keys", '{"phone":"1","\\ud800":1,"\\udfff":2}', 202],
  ["spaces as many as fit", `{"phone":"1"${" ".repeat(16_000)}}`, 202],
];

test.each(BOMBS)("%s is answered as what it is", async (_, body, status) => {
  await using served = serve();
  const response = await post(served.url + CODES, body);
  expect(response.status).toBe(status);
  expect(served.asked).toMatchObject({ logged: [] });
  expect((await fetch(`${served.url}/healthz`)).status).toBe(200);
});

test("bytes that are no UTF-8 trouble nobody", async () => {
  await using served = serve();
  for (const bytes of [
    [0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe2],
  ]) {
    const body = Buffer.concat([Buffer.from('{"phone":"'), Buffer.from(bytes), Buffer.from('"}')]);
    const asked = { method: "POST", headers: JSON_TYPE, body };
    expect((await fetch(served.url + CODES, asked)).status).toBe(202);
    expect(served.asked.codes.pop()?.phone.isWellFormed()).toBe(true);
  }
});

const WHOLE = {
  codes: { phone: "1", challenge: "c", purpose: "register", locale: "en" },
  verifications: { phone: "1", challenge: "c", code: "1" },
  registrations: {
    name: "R",
    email: "r@example.org",
    locale: "en",
    phone: "1",
    challenge: "c",
    code: "1",
    verification: "v",
  },
};

test("a field that is no text is 400 and named, whichever it is and whatever it is instead", async () => {
  await using served = serve();
  const others = ["1", "-1e308", "true", "false", "[]", '["1"]', "{}", '{"length":1}', "[[[]]]"];
  for (const [call, whole] of Object.entries(WHOLE)) {
    for (const name of Object.keys(whole)) {
      for (const other of others) {
        const body = JSON.stringify({ ...whole, [name]: "?" }).replace('"?"', other);
        const response = await post(`${served.url}${EVENT}/${call}`, body);
        const { code, detail } = (await response.json()) as { code: string; detail: string };
        expect([call, other, response.status, code]).toEqual([call, other, 400, "invalid_body"]);
        expect(detail).toContain(`"${name}"`);
      }
    }
  }
  const { codes, verifications, registrations } = served.asked;
  expect([...codes, ...verifications, ...registrations]).toEqual([]);
});

test("no name in a body or an address reaches the prototype of anything", async () => {
  await using served = serve();
  const before = Object.getOwnPropertyNames(Object.prototype);
  const evil = '{"polluted":"1","phone":"2","purpose":"recover"}';
  const keys = ["__proto__", "constructor", "prototype", "toString", "valueOf", "toJSON", "then"];
  for (const key of keys) {
    for (const value of [evil, `{"prototype":${evil}}`, `{"__proto__":${evil}}`, "null", "[]"]) {
      const response = await post(served.url + CODES, `{"phone":"1","${key}":${value}}`);
      expect([key, response.status]).toEqual([key, 202]);
      expect(served.asked.codes.pop()).toMatchObject({ phone: "1", purpose: "register" });
    }
    for (const path of [`/e/${key}`, `/t/${key}`, `/webhooks/sms/${key}`, `/assets/${key}`]) {
      expect([path, (await fetch(served.url + path)).status]).toEqual([path, 404]);
    }
    expect((await fetch(`${served.url}/api/v1/events/${key}/tick`)).status).toBe(404);
  }
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});

function differentKeys(count: number): string {
  const keys = Array.from({ length: count }, (_, index) => [`k${index}`, 1]);
  return JSON.stringify({ ...Object.fromEntries(keys), phone: "1" });
}
