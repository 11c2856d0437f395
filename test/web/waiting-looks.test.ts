import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import type { Language } from "../../src/language/language.ts";
import { LANGUAGE_TRAITS, LANGUAGES } from "../../src/language/language.ts";
import { BROWSER } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { useBrowser } from "./browser-page.ts";
import { startWaiting, waitingScenes } from "./waiting-scene.ts";

setDefaultTimeout(60_000);

const AXE = await Bun.file(`${import.meta.dir}/../../node_modules/axe-core/axe.min.js`).text();

/** Every scene in one language, the longest of them in all. */
const IN_ALL = "in the draw with a proved phone";
const CASES = Object.keys(waitingScenes).flatMap((name, index) =>
  LANGUAGES.filter((_, place) => name === IN_ALL || place === index % LANGUAGES.length).map(
    (language) => [name, language] as const,
  ),
);

describe.if(needs(BROWSER))("nothing of the line overflows 320 pixels or troubles axe", () => {
  const browser = useBrowser();

  test.each(CASES)("%s in %s", async (name, language) => {
    const scene = waitingScenes[name];
    if (scene === undefined) throw new Error(`there is no scene called ${name}`);
    await using service = startWaiting(scene.options);
    const page = await browser.open(
      `${service.origin}/e/river-songs`,
      LANGUAGE_TRAITS[language].tag,
    );
    await page.setViewportSize({ width: 320, height: 568 });
    await page.waitForSelector("h2");
    await scene.act(page, service);
    await page.waitForSelector(scene.shows);
    await fits(page, language);
    await page.evaluate(AXE);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const { violations } = (await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] })",
      )) as AxeResults;
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
    expect(browser.faults).toEqual([]);
  });
});

async function fits(page: Page, language: Language): Promise<void> {
  const seen = await page.evaluate(() => ({
    direction: document.documentElement.dir,
    page: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
    cut: Array.from(document.querySelectorAll("#attend p, #attend h2, #attend button"))
      .filter((element) => !element.matches(".hidden-text"))
      .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth)
      .map(({ textContent }) => textContent),
  }));
  expect(seen.direction).toBe(LANGUAGE_TRAITS[language].direction);
  expect(seen.page).toBe(seen.screen);
  expect(seen.cut).toEqual([]);
  for (const button of await page.locator("#attend button").all()) {
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  }
}
