import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { BROWSER } from "../support/browser.ts";
import { Attendee, phoneNumber, saleDraft, startService, storeEvent } from "../support/harness.ts";
import { needs } from "../support/needs.ts";
import { freshDatabase } from "../support/postgres.ts";
import { useBrowser } from "../web/browser-page.ts";
import { REFUSED_EMAILS, REFUSED_NAMES, TAKEN_NAMES } from "./hostile-names.ts";

setDefaultTimeout(120_000);

/** The narrowest phone there is, in CSS pixels. */
const NARROW = { width: 320, height: 700 };

describe.if(needs(BROWSER))("in a real browser, what hostile people typed", () => {
  const browser = useBrowser();
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });

  test("stands as text on their ticket and in the inbox, within its box, and is in no SMS", async () => {
    await using database = await freshDatabase();
    await storeEvent(database.url, [saleDraft(Date.now())]);
    await using service = await startService(database.url);
    const tickets = await Promise.all(
      [["plain", "Rahim Uddin"], ...TAKEN_NAMES].map(async ([attempt, name = ""], index) => {
        const person = new Attendee(service.url, phoneNumber(index));
        await person.askCode();
        const { status, body } = await person.register(await person.readCode(), { name });
        expect(status, attempt).toBe(201);
        return {
          attempt,
          name,
          url: String(body["ticketUrl"]),
          sms: await person.readConfirmation(),
        };
      }),
    );
    const [plain] = tickets;
    const page = await browser.open(plain?.url ?? "");
    await page.setViewportSize(NARROW);
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const shape = await shapeOf(page);
    for (const { attempt, name, url, sms } of tickets) {
      expect(sms.replace(/\/t\/\S+/, ""), attempt).toBe(
        plain?.sms.replace(/\/t\/\S+/, "") ?? "no SMS",
      );
      await page.goto(url);
      expect(await page.title(), attempt).toBe(`${name}: Winter Mela`);
      const shown = await page.locator("bdi").allTextContents();
      expect(
        shown.filter((text) => text === name),
        attempt,
      ).toHaveLength(4);
      expect(await shapeOf(page), attempt).toEqual(shape);
      if (attempt !== "stacked") expect(await escapees(page), attempt).toEqual([]);
    }

    await page.goto(`${service.url}/dev/inbox`);
    await page
      .locator(".message-subject")
      .nth(tickets.length - 1)
      .waitFor();
    const texts = await page.locator(".message-text").allTextContents();
    for (const { attempt, name } of tickets) {
      expect(texts.filter((text) => text.startsWith(`Hello ${name},\n`)).length, attempt).toBe(1);
    }
    const links = await page
      .locator(".message-text a")
      .evaluateAll((found) =>
        found.map((link) => new URL((link as HTMLAnchorElement).href).origin),
      );
    expect(new Set(links)).toEqual(new Set([service.url]));
    expect(await escapees(page)).toEqual([]);
    expect(dialogs).toEqual([]);
  });
});

test("what is no name or no address is refused with a problem that says which, and costs no seat", async () => {
  await using database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now())]);
  await using service = await startService(database.url);
  const person = new Attendee(service.url, phoneNumber(1));
  await person.askCode();
  const code = await person.readCode();
  for (const [attempt, name] of Object.entries(REFUSED_NAMES)) {
    const answer = await person.register(code, { name });
    expect(answer.status, attempt).toBeWithin(400, 423);
    expect(["invalid_name", "invalid_body"], attempt).toContain(String(answer.body["code"]));
  }
  for (const email of REFUSED_EMAILS) {
    const answer = await person.register(code, { email });
    expect(answer, email).toMatchObject({ status: 422, body: { code: "invalid_email" } });
    expect(JSON.stringify(answer.body)).not.toContain("evil");
  }
  expect((await person.register(code)).status).toBe(201);
});

/** What a name has no say in: how many elements of each kind there are, and where the links lead. */
function shapeOf(page: Page): Promise<unknown> {
  return page.evaluate(() => {
    const elements = Array.from(document.querySelectorAll("body *"), ({ tagName }) => tagName);
    const links = Array.from(document.links, ({ origin }) => origin);
    return { elements, links };
  });
}

/** The bidi-isolated texts that reach beyond the screen, sideways, and the page itself where it scrolls so. */
function escapees(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const isOut = (box: DOMRect) => box.left < 0 || box.right > width + 0.5;
    const texts = Array.from(document.querySelectorAll("bdi, .message-text"))
      .filter((element) => Array.from(element.getClientRects()).some(isOut))
      .map((element) => element.textContent.slice(0, 40));
    const scrolls = document.documentElement.scrollWidth > width ? ["the page scrolls"] : [];
    return [...texts, ...scrolls];
  });
}
