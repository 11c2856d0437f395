import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, CDPSession, Page } from "playwright-core";
import type { Scene } from "../http/real-pages.ts";
import { EVENT_PATH, scenes, serveScene } from "../http/real-pages.ts";
import { BROWSER, launchBrowser } from "../support/browser.ts";
import { needs } from "../support/needs.ts";

setDefaultTimeout(120_000);

/** The form's first load in all, headers included: document, style, script, icon and the first tick. */
const BYTES_MAX = 40_000;
const REQUEST_COUNT_MAX = 5;
const USABLE_MS_MAX = 2_000;
/** Lighthouse's "slow 4G": a round trip of 150 ms, 1.6 Mbit/s down, 750 kbit/s up; and a processor slowed 4 times. */
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};
const CPU_SLOWDOWN = 4;
/** The document, then what it names. */
const ROUND_TRIPS = 2;
/** Loads tried before one is called slow. */
const TRY_COUNT_MAX = 3;

interface Load {
  readonly bytes: number;
  readonly paths: readonly string[];
  /** From the navigation to the field for the phone being there and taking text, by the page's own clock. */
  readonly usableMs: number;
  /** The same as network and processor account for it: a machine busy with other things only slows the clock. */
  readonly workMs: number;
  /** Sum of all unexpected shifts: the upper bound of Cumulative Layout Shift. */
  readonly layoutShift: number;
}

describe.if(needs(BROWSER))("the first load of the form", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test("takes 40 kB and five requests, moves nothing, and is usable in 2 s on slow 4G with a slow processor", async () => {
    const loads: Load[] = [];
    while (loads.length < TRY_COUNT_MAX && !loads.some(isSoonUsable)) {
      loads.push(await loadForm(browser, scenes["open"] as Scene, "bn-BD"));
    }
    for (const load of loads) {
      expect(load.bytes).toBeLessThanOrEqual(BYTES_MAX);
      expect(load.paths.length).toBeLessThanOrEqual(REQUEST_COUNT_MAX);
      expect(load.layoutShift).toBeLessThan(0.01);
    }
    expect(loads.filter(isSoonUsable)).not.toEqual([]);
  });

  test.each(["scheduled", "full", "closed"])("moves nothing when the sale is %s", async (name) => {
    const { layoutShift } = await loadForm(browser, scenes[name] as Scene, "en-GB");
    expect(layoutShift).toBeLessThan(0.01);
  });
});

async function loadForm(browser: Browser | undefined, scene: Scene, locale: string): Promise<Load> {
  await using served = await serveScene(scene);
  const context = await browser?.newContext({ locale, viewport: { width: 360, height: 740 } });
  if (context === undefined) throw new Error("the browser has not been started");
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const received = await watchNetwork(devtools);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  await devtools.send("Network.emulateNetworkConditions", SLOW_4G);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  await page.addInitScript(watchPage);
  const firstTick = page.waitForResponse(/\/tick$/);
  await page.goto(served.url + EVENT_PATH);
  await (await firstTick).finished();
  // Two frames: what the tick changed has been drawn.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  const { paths } = received;
  const bytes = received.bytes();
  const networkMs = ROUND_TRIPS * SLOW_4G.latency + (bytes / SLOW_4G.downloadThroughput) * 1_000;
  const workMs = networkMs + (await processorMs(devtools));
  const load = { ...(await seenBy(page)), workMs, paths, bytes };
  await context.close();
  return load;
}

function isSoonUsable({ usableMs, workMs }: Load): boolean {
  return Number.isFinite(usableMs) && Math.min(usableMs, workMs) < USABLE_MS_MAX;
}

/** What the page's thread has worked, slowed down as it is. */
async function processorMs(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Infinity) * 1_000;
}

async function watchNetwork(devtools: CDPSession) {
  const paths: string[] = [];
  let byteCount = 0;
  devtools.on("Network.requestWillBeSent", ({ request }) => void paths.push(request.url));
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => {
    byteCount += encodedDataLength;
  });
  await devtools.send("Network.enable");
  return { paths, bytes: () => byteCount };
}

/** Runs in the page before its own scripts. */
function watchPage(): void {
  const seen: Seen = { usableMs: Infinity, layoutShift: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.layoutShift += (entry as LayoutShift).value;
  }).observe({ type: "layout-shift", buffered: true });
  new MutationObserver((_, observer) => {
    const field = document.querySelector<HTMLInputElement>("#phone");
    const button = document.querySelector("form button[type=submit]");
    if (field === null || field.disabled || button === null) return;
    observer.disconnect();
    seen.usableMs = performance.mark("usable").startTime;
  }).observe(document, { subtree: true, childList: true });
}

type LayoutShift = PerformanceEntry & { readonly value: number };
type Seen = { usableMs: number; layoutShift: number };

function seenBy(page: Page): Promise<Seen> {
  return page.evaluate(() => (globalThis as unknown as { readonly seen: Seen }).seen);
}
