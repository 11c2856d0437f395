import { expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { encodingFor, Packed } from "../../src/http/compression.ts";
import { makeView, pages, serve } from "./serve.ts";

const LONG = "A long line of text that repeats itself. ".repeat(100);

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["gzip, deflate", "gzip"],
  ["GZIP;q=1.0, *;q=0", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["br; q=0.000, gzip;q=0", null],
  ["br;q=0.5", "br"],
  ["identity", null],
  ["deflate, compress", null],
  ["brotli, gzipped", null],
  ["", null],
])("a client that takes %p gets %p", (accepted, encoding) => {
  expect(encodingFor(accepted)).toBe(encoding as ReturnType<typeof encodingFor>);
});

test("what is packed unpacks to the same bytes, and says what it follows", async () => {
  for (const packed of [Packed.ahead(LONG), new Packed(LONG, "shared")]) {
    const answer = (accepted: string) => {
      const request = new Request("http://x/", { headers: { "accept-encoding": accepted } });
      return packed.answer(request, { "content-type": "text/plain", vary: "accept-language" });
    };
    const [br, gzip, plain] = [answer("br"), answer("gzip"), answer("identity")];
    expect(brotliDecompressSync(await br.bytes()).toString()).toBe(LONG);
    expect(gunzipSync(await gzip.bytes()).toString()).toBe(LONG);
    expect(await plain.text()).toBe(LONG);
    for (const { headers } of [br, gzip, plain]) {
      expect(headers.get("vary")).toBe("accept-encoding, accept-language");
    }
    expect(plain.headers.has("content-encoding")).toBe(false);
  }
});

test("a personal answer goes in what is made soonest, and in anything else a client takes", async () => {
  const answer = (accepted: string) => {
    const request = new Request("http://x/", { headers: { "accept-encoding": accepted } });
    return new Packed(LONG, "personal").answer(request, {});
  };
  const [both, br] = [answer("gzip, br"), answer("br")];
  expect(both.headers.get("content-encoding")).toBe("gzip");
  expect(gunzipSync(await both.bytes()).toString()).toBe(LONG);
  expect(br.headers.get("content-encoding")).toBe("br");
  expect(brotliDecompressSync(await br.bytes()).toString()).toBe(LONG);
});

test("what fits one packet goes as it is", () => {
  const request = new Request("http://x/", { headers: { "accept-encoding": "br" } });
  const { headers } = new Packed("short", "personal").answer(request, {});
  expect([headers.get("content-encoding"), headers.get("vary")]).toEqual([null, null]);
});

test("pages, long JSON, scripts and the documentation travel compressed", async () => {
  const long = { attendee: () => LONG, ticket: () => LONG, index: () => LONG };
  const views = ["a", "b", "c"].map((slug) => makeView(slug));
  const assets = new Map([["/assets/a-1.js", { content: LONG, contentType: "text/javascript" }]]);
  await using served = serve({
    pages: { ...pages, ...long, assets },
    events: { all: () => views, find: () => makeView() },
  });
  const style = /href="(\/assets\/docs-[^"]+)"/.exec(
    await (await fetch(`${served.url}/docs`)).text(),
  )?.[1];
  const paths = ["/", "/e/boi-mela", "/t/AAECAwQFBgcICQoLDA0ODw", "/api/v1/events", "/docs"];
  for (const path of [...paths, "/openapi.json", "/assets/a-1.js", `${style}`]) {
    for (const encoding of ["br", "gzip"]) {
      const { headers } = await fetch(served.url + path, {
        headers: { "accept-encoding": encoding },
      });
      expect([path, headers.get("content-encoding")]).toEqual([path, encoding]);
      expect(headers.get("vary")).toStartWith("accept-encoding");
    }
  }
});
