import { expect, test } from "bun:test";
import type { AxeResults } from "axe-core";
import { ticketMail } from "../../src/delivery/ticket-mail.ts";
import { BROWSER, launchBrowser } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { makeRow } from "./make.ts";

const AXE = await Bun.file(`${import.meta.dir}/../../node_modules/axe-core/axe.min.js`).text();
const PAPER = { light: "rgb(248, 243, 235)", dark: "rgb(24, 20, 18)" } as const;

test.if(needs(BROWSER))(
  "the HTML of a ticket mail fits 320 px and can be read, in light and dark, from left and from right",
  async () => {
    await using browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 320, height: 640 } });
    for (const [locale, colorScheme] of [
      ["en", "light"],
      ["ar", "dark"],
    ] as const) {
      const origin = { publicUrl: "https://tickets.example", nowMs: 0 };
      const { html } = ticketMail({ ...makeRow(7, { locale }), tries: 1 }, null, origin);
      await page.emulateMedia({ colorScheme });
      await page.setContent(html);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
      const paper = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(paper).toBe(PAPER[colorScheme]);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate<AxeResults>(
        "axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa'] })",
      );
      expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    }
  },
);
