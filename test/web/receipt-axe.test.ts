import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { AxeResults } from "axe-core";
import type { Browser } from "playwright-core";
import { LANGUAGES } from "../../src/language/language.ts";
import { BROWSER, launchBrowser } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import type { Ending } from "./receipt-world.ts";
import { endings, RECEIPT_PATH, serveReceipt } from "./receipt-world.ts";

setDefaultTimeout(60_000);

const AXE = await Bun.file(`${import.meta.dir}/../../node_modules/axe-core/axe.min.js`).text();
const NARROW = { width: 320, height: 640 };

const scenes: Readonly<Record<string, Ending>> = {
  ...endings,
  "not yet": { totals: { seats: 5 } },
};
/** The one that matters most in all languages, the others in turn. */
const CASES = Object.keys(scenes).flatMap((name, index) =>
  LANGUAGES.filter((_, place) => name === "full" || place === index % LANGUAGES.length).map(
    (language) => [name, language] as const,
  ),
);

describe.if(needs(BROWSER))("a receipt at 320 pixels, light and dark", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test.each(CASES)(
    "of a sale that ended %s, in %s: axe finds nothing, nothing runs out of sight",
    async (name, language) => {
      await using served = await serveReceipt(scenes[name]);
      const context = await browser?.newContext({ locale: language, viewport: NARROW });
      if (context === undefined) throw new Error("the browser has not been started");
      const page = await context.newPage();
      await page.goto(`${served.url}${RECEIPT_PATH}?sale=1&lang=${language}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(NARROW.width);
      await page.evaluate(AXE);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const { violations } = (await page.evaluate("axe.run(document)")) as AxeResults;
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
        ).toEqual([]);
      }
      await context.close();
    },
  );
});
