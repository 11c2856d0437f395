import { expect, test } from "bun:test";
import { serve } from "../http/serve.ts";
import { sendRaw } from "../support/raw-http.ts";

/**
 * What a front proxy and this server might cut into requests differently. Whatever is in doubt gets one answer, an error,
 * and the connection is closed, so that nothing of it is left to stand before the next person's request.
 */
const BODY = '{"phone":"1"}';
const SMUGGLED = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";
const NEXT = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

const LENGTH = `Content-Length: ${BODY.length}`;
const CHUNKED = "Transfer-Encoding: chunked";
const CHUNKS = `d\r\n${BODY}\r\n0\r\n\r\n`;

function asking(lines: readonly string[], body = BODY, version = "1.1"): string {
  const start = `POST /api/v1/events/boi-mela/codes HTTP/${version}`;
  const head = [start, "Host: localhost", "Content-Type: application/json", ...lines];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

function asChunks(body: string): string {
  return asking([CHUNKED], body);
}

function getting(target: string, ...lines: readonly string[]): string {
  return [`GET ${target} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}

/** The status of every answer that came before the server closed the connection. */
async function answersTo(url: string, bytes: string): Promise<number[]> {
  const { status, body } = await sendRaw(url, bytes);
  return [
    status,
    ...Array.from(body.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, digits]) => Number(digits)),
  ];
}

const IN_DOUBT: readonly [what: string, bytes: string][] = [
  ["CL.TE", asking(["Content-Length: 5", CHUNKED], `0\r\n\r\n${SMUGGLED}`)],
  ["CL.TE, the other way round", asking([CHUNKED, LENGTH], CHUNKS)],
  ["TE.CL", asking(["Content-Length: 4", CHUNKED], `2a\r\n${SMUGGLED}\r\n0\r\n\r\n`)],
  ["TE.TE, the second unknown", asking([CHUNKED, "Transfer-Encoding: cow"], CHUNKS)],
  ["TE.TE, the second identity", asking([CHUNKED, "Transfer-Encoding: identity"], CHUNKS)],
  ["TE.TE, twice the same", asking([CHUNKED, CHUNKED], CHUNKS)],
  ["an unknown coding", asking(["Transfer-Encoding: cow"])],
  ["an unknown coding beside a length", asking(["Transfer-Encoding: cow", LENGTH])],
  ["identity beside a length", asking(["Transfer-Encoding: identity", LENGTH])],
  ["gzip before chunked", asking(["Transfer-Encoding: gzip, chunked"], CHUNKS)],
  ["chunked before gzip", asking(["Transfer-Encoding: chunked, gzip"], CHUNKS)],
  ["a coding that ends in chunked", asking(["Transfer-Encoding: xchunked", LENGTH])],
  ["chunked after a vertical tab", asking(["Transfer-Encoding: \u000bchunked", LENGTH])],
  ["chunked in quotes", asking(['Transfer-Encoding: "chunked"', LENGTH])],
  ["an empty coding", asking(["Transfer-Encoding: ", LENGTH])],
  ["a space before the colon of a coding", asking(["Transfer-Encoding : chunked", LENGTH])],
  ["a space before the colon of a length", asking([`Content-Length : ${BODY.length}`])],
  ["two lengths that differ", asking([LENGTH, "Content-Length: 0"])],
  ["two lengths that differ, the longer last", asking(["Content-Length: 0", LENGTH])],
  ["a list of lengths", asking([`${LENGTH}, ${BODY.length}`])],
  ["a list of lengths that differ", asking([`${LENGTH}, 0`])],
  ["a length with a sign", asking(["Content-Length: +13"])],
  ["a length below nothing", asking(["Content-Length: -13"])],
  ["a length in hexadecimal", asking(["Content-Length: 0xd"])],
  ["a length in two words", asking(["Content-Length: 1 3"])],
  ["no length in a length", asking(["Content-Length: "])],
  ["a length of 2^64 and 13", asking(["Content-Length: 18446744073709551629"])],
  ["a folded line", asking([LENGTH, "X-A: a\r\n b"])],
  ["a folded coding", asking(["Transfer-Encoding:\r\n chunked", LENGTH])],
  ["a fold before the first line", asking([LENGTH]).replace("\r\nHost", "\r\n Host")],
  ["one bare line feed", asking(["X-A: b\nTransfer-Encoding: chunked", LENGTH])],
  ["a bare line feed that ends the head", asking([LENGTH]).replace("\r\n\r\n", "\r\n\n")],
  ["a bare carriage return", asking(["X-A: b\rTransfer-Encoding: chunked", LENGTH])],
  ["a carriage return too many", asking(["X-A: b\r", LENGTH])],
  ["HTTP/1.0 with a coding", asking([CHUNKED], CHUNKS, "1.0")],
  ["HTTP/1.0 with a coding and a length", asking([CHUNKED, LENGTH], BODY, "1.0")],
  ["a chunk extension that ends in a bare line feed", asChunks(`2;\nxx\r\n22\r\n0\r\n\r\n`)],
  ["a bare carriage return in a chunk extension", asChunks(`d;a\rb\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk size that is no number", asChunks(`z\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk size with a prefix", asChunks(`0xd\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk size with a sign", asChunks(`+d\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk size below nothing", asChunks(`-d\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a space after a chunk size", asChunks(`d \r\n${BODY}\r\n0\r\n\r\n`)],
  ["a space before a chunk size", asChunks(` d\r\n${BODY}\r\n0\r\n\r\n`)],
  ["no chunk size", asChunks(`\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk size of 2^64 and 13", asChunks(`1000000000000000d\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk longer than its size", asChunks(`a\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk without its end", asChunks(`d\r\n${BODY}0\r\n\r\n`)],
  ["a chunk that ends in something else", asChunks(`d\r\n${BODY}XX0\r\n\r\n`)],
  ["chunks with bare line feeds", asChunks(`d\n${BODY}\n0\n\n`)],
  ["a last chunk with bare line feeds", asChunks(`d\r\n${BODY}\r\n0\n\n`)],
  ["NUL in a header", getting("/healthz", "Host: localhost", "X-A: a\0b")],
  ["NUL in a header's name", getting("/healthz", "Host: localhost", "X-\0A: b")],
  ["a header without a colon", getting("/healthz", "Host: localhost", "X-A")],
  ["a header without a name", getting("/healthz", "Host: localhost", ": b")],
  ["an empty line before the request", `\r\n${getting("/healthz", "Host: localhost")}`],
  ["two spaces before the target", getting(" /healthz", "Host: localhost")],
  ["no host", getting("/healthz")],
  ["a target of another scheme", getting("ftp://localhost/healthz", "Host: localhost")],
  ["a target without a slash", getting("healthz", "Host: localhost")],
];

test.each(IN_DOUBT)("%s is 400, once, and the connection is closed", async (_, bytes) => {
  await using served = serve();
  expect(await answersTo(served.url, bytes + NEXT)).toEqual([400]);
  expect(served.asked.codes).toEqual([]);
});

test.each([
  ["bare line feeds alone", asking([LENGTH]).replaceAll("\r\n", "\n")],
  ["HTTP/0.9", "GET /healthz\r\n"],
  ["HTTP/1.2", asking([LENGTH], BODY, "1.2")],
  ["HTTP/2.0", asking([LENGTH], BODY, "2.0")],
  ["NUL in the target", getting("/heal\0thz", "Host: localhost")],
  ["a space in the target", getting("/heal thz", "Host: localhost")],
  ["tabs for spaces", getting("/healthz", "Host: localhost").replace(" /", "\t/")],
])("%s: a first line of no version we speak is 505 or 400, once, and closed", async (_, bytes) => {
  await using served = serve();
  const answers = await answersTo(served.url, bytes + NEXT);
  expect(answers).toHaveLength(1);
  expect([400, 505]).toContain(answers[0] ?? 0);
  expect(served.asked.codes).toEqual([]);
});

test.each([
  ["a length", asking([LENGTH])],
  ["chunks", asChunks(CHUNKS)],
  ["two lengths that agree, which is one (RFC 9112, 6.3)", asking([LENGTH, LENGTH])],
  ["a length with zeros before it", asking(["Content-Length: 0013"])],
  ["a coding in capitals", asking(["TRANSFER-ENCODING: CHUNKED"], CHUNKS)],
  ["a coding among tabs and spaces", asking(["Transfer-Encoding:\tchunked "], CHUNKS)],
  ["a header that only looks like a coding", asking(["Transfer_Encoding: chunked", LENGTH])],
  ["a header that only looks like a length", asking(["Content_Length: 0", LENGTH])],
  ["chunk extensions, which are passed over", asChunks(`d;a=b;c="d"\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk size with zeros before it", asChunks(`000000000d\r\n${BODY}\r\n0\r\n\r\n`)],
])(
  "%s: what every reader cuts alike is one request, and the next one is the next",
  async (_, bytes) => {
    await using served = serve();
    expect(await answersTo(served.url, bytes + NEXT)).toEqual([202, 200]);
    expect(served.asked.codes.map(({ phone }) => phone)).toEqual(["1"]);
  },
);

test("a body that nobody asked for is never read as a request", async () => {
  await using served = serve();
  const bodies: readonly [framing: string, body: string][] = [
    [`Content-Length: ${SMUGGLED.length}`, SMUGGLED],
    [CHUNKED, `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`],
  ];
  for (const [framing, body] of bodies) {
    const lines = ["Host: localhost", framing];
    const refused = await answersTo(served.url, getting("/healthz", ...lines) + body + NEXT);
    expect([framing, ...refused]).toEqual([framing, 413]);
    const prepared = getting("/assets/a-1.js", ...lines, "Connection: close") + body;
    expect([framing, ...(await answersTo(served.url, prepared))]).toEqual([framing, 200]);
    const refusedMethod = getting("/healthz", ...lines, "Connection: close") + body;
    const removed = refusedMethod.replace("GET", "DELETE");
    expect([framing, ...(await answersTo(served.url, removed))]).toEqual([framing, 405]);
  }
});

test("a POST without a length has no body: what follows is no request, and closes", async () => {
  await using served = serve();
  expect(await answersTo(served.url, asking([]) + NEXT)).toEqual([400, 400]);
  expect(served.asked.codes).toEqual([]);
});

/**
 * Bun 1.4.5 knows no trailers (RFC 9112, 7.1.2): it answers the request and takes the trailer for a broken next one. It
 * closes the connection with that, so that at worst a front proxy which passes trailers on, as neither Fly nor Cloudflare
 * does, sees a connection end that it might have used again; nobody gets anybody else's answer.
 */
test("after a trailer the connection is closed, with nothing of it read as a request", async () => {
  await using served = serve();
  for (const trailer of ["X-A: b", "Content-Length: 99", "GET /readyz HTTP/1.1\r\nHost: x"]) {
    const bytes = asChunks(`d\r\n${BODY}\r\n0\r\n${trailer}\r\n\r\n`);
    expect([trailer, ...(await answersTo(served.url, bytes + NEXT))]).toEqual([trailer, 202, 400]);
  }
});

test("an absolute target is its path: the host in it leads nowhere else", async () => {
  await using served = serve();
  const close = ["Host: localhost", "Connection: close"];
  for (const scheme of ["http", "https"]) {
    const bytes = getting(`${scheme}://evil.example/api/v1/events/boi-mela`, ...close);
    const { status, body } = await sendRaw(served.url, bytes);
    expect([scheme, status, body.includes("evil")]).toEqual([scheme, 200, false]);
  }
  expect(await answersTo(served.url, getting("//evil.example/healthz", ...close))).toEqual([404]);
});

test("nobody is talked into another protocol", async () => {
  await using served = serve();
  for (const protocol of ["h2c", "websocket"]) {
    const upgrade = ["Connection: Upgrade", `Upgrade: ${protocol}`, "Sec-WebSocket-Version: 13"];
    const key = ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "HTTP2-Settings: AAMAAABk"];
    const bytes = getting("/healthz", "Host: localhost", ...upgrade, ...key);
    expect([protocol, ...(await answersTo(served.url, bytes + NEXT))]).toEqual([
      protocol,
      200,
      200,
    ]);
  }
  const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  expect(await answersTo(served.url, preface + NEXT)).toHaveLength(1);
});

test("a head of more than 16 KiB, or of more than 200 lines, is 431 and closes", async () => {
  await using served = serve();
  const long = getting("/healthz", "Host: localhost", `X-A: ${"a".repeat(17 * 1_024)}`);
  const lines = Array.from({ length: 250 }, (_, index) => `X-${index}: a`);
  const many = getting("/healthz", "Host: localhost", ...lines);
  for (const bytes of [long, many])
    expect(await answersTo(served.url, bytes + NEXT)).toEqual([431]);
});
