import { expect, test } from "bun:test";
import { chooseLanguage } from "../../src/http/language.ts";
import type { Pages } from "../../src/http/pages.ts";
import type { Language } from "../../src/language/language.ts";
import { makeView, OPENS_AT_MS, pages, serve } from "./serve.ts";

test.each([
  ["/", "", "en", false],
  ["/", "bn", "bn", false],
  ["/", "bn-BD,bn;q=0.9,en;q=0.8", "bn", false],
  ["/", "fr-CH, fr;q=0.9, he;q=0.5, en;q=0.3", "he", false],
  ["/", "en;q=0.2, AR-eg;q=0.7", "ar", false],
  ["/", "ar;q=0, he;q=0.1", "he", false],
  ["/", "ar;q=zero, *", "en", false],
  ["/", `${"xx,".repeat(50)}ar`, "en", false],
  ["/?lang=ar", "he", "ar", true],
  ["/?a=1&lang=bn", "he", "bn", true],
  ["/?lang=BN-bd", "he", "bn", true],
  ["/?lang=fr", "he", "he", false],
  ["/?lang=", "he", "he", false],
  ["/?slang=ar", "he", "he", false],
  ["/?lang=arabic", "he", "he", false],
  ["/?lang=<script>", "", "en", false],
])("%s asked in %p is answered in %s", (path, accepted, language, isInAddress) => {
  const request = new Request(`http://x${path}`, { headers: { "accept-language": accepted } });
  const chosen = chooseLanguage(request);
  expect(chosen).toEqual({ language: language as Language, isInAddress });
});

const spoken: Pages = {
  ...pages,
  index: (_views, language) => `index ${language}`,
  attendee: (_view, language) => `attendee ${language}`,
  ticket: (_page, language) => `ticket ${language}`,
  problem: (_page, language) => `problem ${language}`,
};

test("every page is in the reader's language", async () => {
  const views = [makeView("a"), makeView("b")];
  await using served = serve({
    pages: spoken,
    events: { all: () => views, find: (slug) => (slug === "none" ? null : makeView(slug)) },
  });
  const bengali = { "accept-language": "bn-BD", accept: "text/html" };
  for (const [path, name] of [
    ["/", "index"],
    ["/e/a", "attendee"],
    ["/t/AAECAwQFBgcICQoLDA0ODw", "ticket"],
    ["/e/none", "problem"],
  ] as const) {
    const read = (query: string) =>
      fetch(served.url + path + query, { headers: bengali }).then((answer) => answer.text());
    expect([await read(""), await read("?lang=en")]).toEqual([`${name} bn`, `${name} en`]);
  }
});

test("a page chosen by the reader varies and stays out of Cloudflare; one with its language in the address does not", async () => {
  await using served = serve({ pages: spoken });
  const headersOf = async (path: string) => {
    const { headers } = await fetch(served.url + path, { headers: { "accept-language": "bn" } });
    return ["vary", "cloudflare-cdn-cache-control"].map((name) => headers.get(name));
  };
  expect(await headersOf("/e/boi-mela")).toEqual(["accept-language", "no-store"]);
  expect(await headersOf("/e/boi-mela?lang=bn")).toEqual([
    null,
    "public, max-age=1, stale-while-revalidate=4",
  ]);
});

test("the way from the front page to the only event keeps the language", async () => {
  await using served = serve({ pages: spoken });
  const answer = await fetch(`${served.url}/?lang=bn`, { redirect: "manual" });
  expect(answer.headers.get("location")).toBe("/e/boi-mela?lang=bn");
});

test("in a rush a page is drawn once a second for each language, and at once when the sale's state changes", async () => {
  let nowMs = OPENS_AT_MS - 400;
  const drawn: string[] = [];
  await using served = serve({
    pages: {
      ...spoken,
      attendee: (view, language) => {
        drawn.push(`${language} ${view.current?.state}`);
        return language;
      },
    },
    events: { all: () => [], find: (slug) => makeView(slug, nowMs) },
  });
  const read = (language: string) => fetch(`${served.url}/e/boi-mela?lang=${language}`);
  await Promise.all(Array.from({ length: 20 }, (_, index) => read(index % 2 ? "en" : "bn")));
  expect(drawn.toSorted()).toEqual(["bn verifying", "en verifying"]);
  nowMs = OPENS_AT_MS;
  await read("en");
  expect(drawn.splice(2)).toEqual(["en open"]);
  nowMs += 999;
  await read("en");
  expect(drawn.splice(2)).toEqual([]);
  nowMs += 1;
  await read("en");
  expect(drawn.splice(2)).toEqual(["en open"]);
});
