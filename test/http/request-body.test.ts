import { expect, test } from "bun:test";
import { requestHead, sendRaw } from "../support/raw-http.ts";
import { post, serve, TICKET_KEY } from "./serve.ts";

const CODES = "/api/v1/events/boi-mela/codes";
const LONELY = "\ud800";

function chunked(...chunks: string[]): string {
  return [...chunks, ""].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
}

test("bodies that are not what a call asks for are 400 invalid_body and name what is wrong", async () => {
  await using served = serve();
  const cases: readonly [call: string, body: unknown, detail: string][] = [
    ["codes", "", "JSON"],
    ["codes", "{", "JSON"],
    ["codes", "null", "object"],
    ["codes", "[]", "object"],
    ["codes", '"text"', "object"],
    ["codes", {}, '"phone"'],
    ["codes", { phone: null }, '"phone"'],
    ["codes", { phone: 8801712345678 }, '"phone"'],
    ["codes", { phone: ["1"] }, '"phone"'],
    ["codes", { phone: "1".repeat(65) }, '"phone"'],
    ["codes", { phone: "1", challenge: {} }, '"challenge"'],
    ["codes", { phone: "1", challenge: "c".repeat(513) }, '"challenge"'],
    ["codes", { phone: "1", purpose: "steal" }, '"purpose"'],
    ["codes", { phone: "1", locale: 7 }, '"locale"'],
    ["codes", '{"phone": 1e999}', '"phone"'],
    ["codes", '{"__proto__": {"phone": "1"}}', '"phone"'],
    ["codes", '{"constructor": {"prototype": {"phone": "1"}}}', '"phone"'],
    ["codes", "[".repeat(10_000), "JSON"],
    ["verifications", { phone: "1", challenge: "c" }, '"code"'],
    ["verifications", { phone: "1", code: "1" }, '"challenge"'],
    ["verifications", { phone: "1", challenge: "c", code: 123456 }, '"code"'],
    ["registrations", { name: "R", email: "r@example.org" }, '"phone"'],
    ["registrations", { name: "R", email: "r@example.org", phone: "1" }, '"challenge"'],
    ["registrations", { name: "R", phone: "1", challenge: "c" }, '"code"'],
    ["registrations", { name: 1, verification: "v" }, '"name"'],
    ["registrations", { name: "R".repeat(1_025), verification: "v" }, '"name"'],
    ["registrations", { email: "e".repeat(513), verification: "v" }, '"email"'],
  ];
  for (const [call, body, detail] of cases) {
    const response = await post(`${served.url}/api/v1/events/boi-mela/${call}`, body);
    expect(response.status).toBe(400);
    const problem = { code: "invalid_body", detail: expect.stringContaining(detail) };
    expect(await response.json()).toMatchObject(problem);
  }
  expect([served.asked.codes, served.asked.verifications, served.asked.registrations]).toEqual([
    [],
    [],
    [],
  ]);
});

test("odd bodies that hold what is asked for are harmless", async () => {
  await using served = serve();
  const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
  const bodies = [
    '{"phone":"0","phone":"1"}',
    '{"phone":"1","unknown":true}',
    '{"phone":"1","__proto__":{"purpose":"recover"}}',
    '{"phone":"1","constructor":{"name":"x"}}',
    '{"phone":"1","toString":null,"n":1e308,"m":123456789012345678901234567890}',
    `{"phone":"1","deep":${deep}}`,
    '{"phone":"1","challenge":null,"locale":null}',
  ];
  for (const body of bodies) {
    expect((await post(served.url + CODES, body)).status).toBe(202);
    expect(served.asked.codes.pop()).toEqual({
      eventSlug: "boi-mela",
      phone: "1",
      challenge: null,
      purpose: "register",
      pass: null,
      locale: "en",
      address: "127.0.0.1",
      proof: null,
    });
  }
  expect(Object.hasOwn(Object.prototype, "purpose")).toBe(false);
});

test("NUL and lone surrogates reach the use case as they are, to be judged there", async () => {
  await using served = serve();
  const phone = `1\u0000${LONELY}`;
  expect((await post(served.url + CODES, JSON.stringify({ phone }))).status).toBe(202);
  expect(served.asked.codes[0]?.phone).toBe(phone);
});

test("a body is JSON in UTF-8 or 415 unsupported_media_type", async () => {
  await using served = serve();
  const status = async (type: string) =>
    (await post(served.url + CODES, { phone: "1" }, { "content-type": type })).status;
  for (const type of [
    "application/json",
    "Application/JSON; charset=UTF-8",
    'application/json;charset="utf-8"',
  ]) {
    expect(await status(type)).toBe(202);
  }
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    "application/json; charset=utf-16",
    "multipart/form-data",
  ]) {
    expect(await status(type)).toBe(415);
  }
  const untyped = requestHead(`POST ${CODES}`, { connection: "close", "content-length": "2" });
  expect((await sendRaw(served.url, `${untyped}{}`)).status).toBe(415);
});

test("a body of exactly 16 KiB is read, one byte more is 413 and closes the connection", async () => {
  await using served = serve();
  const fitting = `{"phone":"1","pad":"${"x".repeat(16 * 1_024 - 22)}"}`;
  expect(fitting.length).toBe(16 * 1_024);
  expect((await post(served.url + CODES, fitting)).status).toBe(202);
  for (const body of [`${fitting} `, "x".repeat(2 * 1_024 * 1_024)]) {
    const json = { "content-type": "application/json", "content-length": String(body.length) };
    const answer = await sendRaw(served.url, requestHead(`POST ${CODES}`, json) + body);
    expect([answer.status, answer.headers.get("connection")]).toEqual([413, "close"]);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "body_too_large" });
  }
});

test("a length beyond the limit is refused before a byte of the body has come", async () => {
  await using served = serve();
  const json = { "content-type": "application/json", "content-length": "10000000" };
  const answer = await sendRaw(served.url, requestHead(`POST ${CODES}`, json));
  expect(answer.status).toBe(413);
});

test("a GET that brings a body is refused at its head, before a byte of it is held", async () => {
  await using served = serve({ tickets: { findTicket: () => new Promise(() => {}) } });
  for (const line of [`GET /t/${TICKET_KEY}`, "GET /healthz", "HEAD /e/boi-mela"]) {
    for (const framing of [{ "content-length": "9000000" }, { "transfer-encoding": "chunked" }]) {
      const answer = await sendRaw(served.url, requestHead(line, framing));
      expect([line, answer.status, answer.headers.get("connection")]).toEqual([line, 413, "close"]);
    }
  }
  const empty = requestHead("GET /healthz", { "content-length": "0", connection: "close" });
  expect((await sendRaw(served.url, empty)).status).toBe(200);
});

test("a chunked body is read up to the limit and refused where it passes it", async () => {
  await using served = serve();
  const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
  const head = requestHead(`POST ${CODES}`, { ...headers, connection: "close" });
  const fitting = await sendRaw(served.url, head + chunked('{"pho', 'ne":', '"1"}'));
  expect(fitting.status).toBe(202);
  // Without its last chunk: whoever waits for the end of the body never answers.
  const endless = chunked(
    ..."x"
      .repeat(17)
      .split("")
      .map((x) => x.repeat(1_024)),
  ).slice(0, -5);
  const answer = await sendRaw(served.url, requestHead(`POST ${CODES}`, headers) + endless);
  expect([answer.status, answer.headers.get("connection")]).toEqual([413, "close"]);
  expect(JSON.parse(answer.body)).toMatchObject({ code: "body_too_large" });
});

test("an address over 2 KiB is 414, one of 2 KiB is looked up", async () => {
  await using served = serve();
  const lookUp = (path: string) =>
    sendRaw(served.url, requestHead(`GET ${path}`, { connection: "close" }));
  expect((await lookUp(`/${"x".repeat(2_047)}`)).status).toBe(404);
  const answer = await lookUp(`/${"x".repeat(2_048)}`);
  expect([answer.status, answer.headers.get("connection")]).toEqual([414, "close"]);
  expect(JSON.parse(answer.body)).toMatchObject({ code: "uri_too_long" });
  expect((await lookUp(`/api/v1/events?${"x".repeat(2_048)}`)).status).toBe(414);
});
