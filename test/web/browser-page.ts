import { afterAll, beforeAll } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";

export interface BrowserPages {
  /** A page of its own, without cookies or storage; what it complains of ends up in `faults`. */
  open(url: string, locale?: string): Promise<Page>;
  /** Exceptions and refusals by the content policy, over all pages. */
  readonly faults: readonly string[];
}

/** One browser for the tests of a file. A page waits at most this long for what a test expects. */
const WAIT_MAX_MS = 15_000;

export function useBrowser(): BrowserPages {
  let browser: Browser | undefined;
  const faults: string[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  return {
    faults,
    async open(url, locale = "en-GB") {
      if (browser === undefined) throw new Error("the browser has not been started");
      const context = await browser.newContext({ locale, timezoneId: "Asia/Dhaka" });
      context.setDefaultTimeout(WAIT_MAX_MS);
      const page = await context.newPage();
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("console", (line) => {
        if (/Content Security Policy/.test(line.text())) faults.push(line.text());
      });
      await page.goto(url);
      return page;
    },
  };
}
