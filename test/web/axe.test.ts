import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { LANGUAGES } from "../../src/language/language.ts";
import type { Scene } from "../http/real-pages.ts";
import { EVENT_PATH, scenes, serveScene } from "../http/real-pages.ts";
import { BROWSER, launchBrowser } from "../support/browser.ts";
import { needs } from "../support/needs.ts";

setDefaultTimeout(60_000);

const AXE = await Bun.file(`${import.meta.dir}/../../node_modules/axe-core/axe.min.js`).text();
/** A window of 1280 pixels at 400 %: WCAG 2.2, success criterion 1.4.10. */
const ZOOMED = { width: 320, height: 256 };

/** Every scene in one language, the two that matter most in all. */
const IN_ALL = ["open", "the ticket"];
const CASES = Object.keys(scenes).flatMap((name, index) =>
  LANGUAGES.filter((_, place) => IN_ALL.includes(name) || place === index % LANGUAGES.length).map(
    (language) => [name, language] as const,
  ),
);

describe.if(needs(BROWSER))(
  "axe finds nothing serious, light or dark, and nothing runs out of sight at 400 %",
  () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser?.close());

    /** The scene in one language, as someone without cookies comes to it. */
    async function visit(scene: Scene, language: string, look: (page: Page) => Promise<void>) {
      await using served = await serveScene(scene);
      const context = await browser?.newContext({ locale: language, viewport: ZOOMED });
      if (context === undefined) throw new Error("the browser has not been started");
      const page = await context.newPage();
      await page.goto(`${served.url}${scene.path ?? EVENT_PATH}?lang=${language}`);
      await scene.act?.(page);
      await look(page);
      await context.close();
    }

    test.each(CASES)("%s in %s", async (name, language) => {
      await visit(scenes[name] as Scene, language, async (page) => {
        const [pageWidth, windowWidth] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          window.innerWidth,
        ]);
        expect(pageWidth).toBe(windowWidth);
        await page.evaluate(AXE);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          expect([colorScheme, ...(await seriousFaults(page))]).toEqual([colorScheme]);
        }
      });
    });

    test("axe sees a fault where there is one", async () => {
      await visit(scenes["open"] as Scene, "en", async (page) => {
        await page.evaluate(AXE);
        await page.evaluate(() => document.querySelector("label")?.remove());
        expect((await seriousFaults(page)).join()).toContain("label");
      });
    });
  },
);

/** What axe calls serious or critical, each with the elements it is about. */
async function seriousFaults(page: Page): Promise<readonly string[]> {
  const { violations } = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] })",
  )) as AxeResults;
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
