import { expect, test } from "bun:test";
import { AS_TOLD, CachingProxy } from "../attack/caching-proxy.ts";
import { until } from "../fault/service-under-fault.ts";
import type { Served } from "../http/serve.ts";
import { makeView, pages, serve } from "../http/serve.ts";
import { BROWSER } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { useBrowser } from "../web/browser-page.ts";
import { CountedOrigin } from "./counted-origin.ts";

/** A deployment: other files under other names, while pages of the version before are still about. */
const hasNginx = needs("nginx");
const hasBrowser = needs(BROWSER);

const PAGE = "/e/boi-mela?lang=en";
/** Longer than the script waits that stands in for a missing one. */
const RELOAD_MS = 8_000;

const scriptOf = (build: string) => `/assets/main-${build}.js`;

/** A build whose page names its one script, which says that it ran. */
function serveBuild(build: string, named = build): Served {
  const startMs = Date.UTC(2026, 10, 22, 12) - performance.now();
  const view = () => makeView("boi-mela", startMs + performance.now());
  const content = `document.body.dataset.ran = "${build}";`;
  return serve({
    publicUrl: "http://127.0.0.1",
    events: { all: () => [view(), view()], find: view },
    pages: {
      ...pages,
      attendee: () =>
        `<!doctype html><title>${build}</title><body><script type="module" src="${scriptOf(named)}"></script>`,
      assets: new Map([[scriptOf(build), { content, contentType: "text/javascript" }]]),
    },
  });
}

test("a file of another build is not answered with one of this, and nobody keeps that it is not there", async () => {
  await using served = serveBuild("new");
  const own = await fetch(served.url + scriptOf("new"));
  const script = await fetch(served.url + scriptOf("old"));
  const style = await fetch(`${served.url}/assets/pages-old.css`);
  expect([script.status, style.status]).toEqual([200, 404]);
  expect(await script.text()).not.toBe(await own.text());
  expect(script.headers.get("content-type")).toStartWith("text/javascript");
  for (const { headers } of [script, style]) {
    expect(headers.get("cache-control")).toBe("private, no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
  const wrong = await fetch(served.url + scriptOf("old"), { method: "POST" });
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
});

test.if(hasNginx)(
  "behind a cache the new build is there within seconds, with its own files",
  async () => {
    await using old = serveBuild("old");
    await using next = serveBuild("new");
    await using origin = await CountedOrigin.start(old.url);
    await using proxy = await CachingProxy.start(origin.url, AS_TOLD);
    const read = async (path: string) => (await fetch(proxy.url + path)).text();
    const [oldPage, oldScript] = [await read(PAGE), await read(scriptOf("old"))];
    // A page that was opened while no machine of the new build served yet asks for its script too early.
    expect(await read(scriptOf("new"))).toContain("location.reload");
    origin.replace(next.url);
    await until("the page is the new one", async () => (await read(PAGE)) !== oldPage, 8_000);
    expect(await read(PAGE)).toContain(scriptOf("new"));
    expect(await read(scriptOf("new"))).toContain('"new"');
    // Kept for ever, and right for ever: whoever holds the old page goes on with it.
    expect(await read(scriptOf("old"))).toBe(oldScript);
  },
);

const browser = hasBrowser ? useBrowser() : null;

test.if(hasBrowser)(
  "a page whose script is gone loads itself again, and is the new one",
  async () => {
    await using stale = serveBuild("new", "old");
    await using next = serveBuild("new");
    await using door = await CountedOrigin.start(stale.url);
    const page = await browser!.open(door.url + PAGE);
    door.replace(next.url);
    await page.waitForSelector('[data-ran="new"]', { state: "attached" });
    expect(door.countOf(PAGE)).toBe(2);
    expect(browser!.faults).toEqual([]);
  },
);

test.if(hasBrowser)(
  "a page that stays the old one loads itself again once, not for ever",
  async () => {
    await using stale = serveBuild("new", "old");
    await using door = await CountedOrigin.start(stale.url);
    const page = await browser!.open(door.url + PAGE);
    await page.waitForEvent("load");
    await until("it comes again", () => door.countOf(PAGE) === 2);
    // It is to be shown that nothing comes: there is no condition to wait for.
    await Bun.sleep(RELOAD_MS);
    expect(door.countOf(PAGE)).toBe(2);
  },
);

test.if(hasBrowser)(
  "started as a worker it fails, so that whoever started it goes on without",
  async () => {
    await using served = serveBuild("new");
    const page = await browser!.open(served.url + PAGE);
    const outcome = await page.evaluate(
      (path) =>
        new Promise((resolve) => {
          const worker = new Worker(path);
          worker.addEventListener("error", () => resolve("error"));
          worker.addEventListener("message", () => resolve("message"));
        }),
      scriptOf("old"),
    );
    expect(outcome).toBe("error");
  },
);
