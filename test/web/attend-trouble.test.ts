import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { LANGUAGE_TRAITS, LANGUAGES } from "../../src/language/language.ts";
import { problemPlace } from "../../src/web/attend/problem-place.ts";
import { texts } from "../../src/web/attend/texts/en.ts";
import { PROBLEM_CODES } from "../../src/web/parts/problem-code.ts";
import { BROWSER } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { useBrowser } from "./browser-page.ts";
import { FakeService, problem, RIGHT_CODE, TICKET_PATH } from "./fake-service.ts";
import { DAY_MS, HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";

setDefaultTimeout(60_000);

const OPEN = { nowMs: OPENING_MS + HOUR_MS, sold: 18_797 };

describe.if(needs(BROWSER))("the form in trouble", () => {
  const browser = useBrowser();
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });

  test("has a sentence for every problem, beside its field where that is on the screen", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await browser.open(`${service.origin}/e/river-songs`);
    for (const code of PROBLEM_CODES) {
      service.script("codes", problem(400, code));
      // Where a proof is asked for, none is to be had.
      service.script("proofs", problem(400, code));
      const answered = page.waitForResponse("**/codes");
      await sendPhone(page);
      await answered;
      // Busy, the page would take no further request.
      await page.locator("form[aria-busy=false]").waitFor();
      const beside = problemPlace[code];
      const sentence = texts.problems[code];
      if (beside === "phone") await page.locator("#phone-note", { hasText: sentence }).waitFor();
      if (beside === "form") await page.locator(".notice", { hasText: sentence }).waitFor();
    }
    expect(service.bodiesOf("codes")).toHaveLength(PROBLEM_CODES.length);
  });

  test("sends a registration again by itself after a 503, and the person keeps the seat", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await atDetails(service, browser);
    service.script(
      "registrations",
      problem(503, "overloaded", { retryAfterS: 600 }),
      // What a proxy in front says is no problem of ours, and still no reason to give up.
      { status: 502, body: {}, headers: { "content-type": "text/html" } },
      { status: 503, body: {}, headers: { "retry-after": "1" } },
    );
    await sendDetails(page);
    await page.getByText("Very many people are here at once.").waitFor();
    await page.getByRole("button", { name: "Try now" }).click();
    await page.waitForURL(`**${TICKET_PATH}`);
    const bodies = service.bodiesOf("registrations");
    expect(bodies).toHaveLength(4);
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  test("stops trying when told to, with everything typed still there", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await atDetails(service, browser);
    service.script("registrations", problem(503, "draining", { retryAfterS: 600 }));
    await sendDetails(page);
    await page.getByRole("button", { name: "Stop trying" }).click();
    await page.getByRole("button", { name: "Stop trying" }).waitFor({ state: "detached" });
    expect(await page.getByLabel("Your name").inputValue()).toBe("Rahima Khatun");
    expect(service.bodiesOf("registrations")).toHaveLength(1);
  });

  test("says that there is no connection, keeps the input and goes on when it is back", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await atDetails(service, browser);
    await page.context().setOffline(true);
    await sendDetails(page);
    await page.getByText("There is no connection. What you typed is safe.").waitFor();
    expect(await page.getByLabel("E-mail").inputValue()).toBe("rahima@example.org");
    await page.context().setOffline(false);
    await page.waitForURL(`**${TICKET_PATH}`);
  });

  test("does not ask for a second SMS by itself when the answer to the first was lost", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await page.context().setOffline(true);
    await sendPhone(page);
    await page.locator(".notice-complaint", { hasText: "There is no connection." }).waitFor();
    await page.context().setOffline(false);
    await sendPhone(page);
    await page.getByLabel("Six-digit code").waitFor();
    expect(service.bodiesOf("codes")).toHaveLength(1);
  });

  test("shows that the last seat went while the person typed", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await atDetails(service, browser);
    service.sold = 60_000;
    service.script("registrations", problem(409, "sale_full"));
    await sendDetails(page);
    await page.getByRole("heading", { name: "All 60,000 seats are taken" }).waitFor();
    await page.getByText("The next 60,000 seats are given out on Monday 11 January").waitFor();
  });

  test.each([
    ["before any phone can be proved", OPENING_MS - DAY_MS, {}, "Registration opens soon"],
    ["before the opening", OPENING_MS - HOUR_MS, {}, "Confirm your phone now"],
    ["while it is paused", OPENING_MS + HOUR_MS, { isPaused: true }, "Get your ticket"],
    ["after the last closing", OPENING_MS + 3 * DAY_MS, {}, "Registration has ended"],
  ])("tells how things stand %s", async (_when, nowMs, change, heading) => {
    await using service = FakeService.start(makeEvent(change), { nowMs });
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await page.getByRole("heading", { name: heading }).waitFor();
    const isFormShown = await page.getByLabel("Mobile number").isVisible();
    expect(isFormShown).toBe(heading === "Confirm your phone now" || heading === "Get your ticket");
  });

  // As wide as a screen of 1,280 pixels at a zoom of 400 % (WCAG 2.2, 1.4.10).
  test.each(LANGUAGES)(
    "fits 320 pixels at every step in %s, and its buttons a thumb",
    async (language) => {
      await using service = FakeService.start(makeEvent(), OPEN);
      const { tag } = LANGUAGE_TRAITS[language];
      const page = await browser.open(`${service.origin}/e/river-songs`, tag);
      await page.setViewportSize({ width: 320, height: 568 });
      await fits(page);
      await page.fill("#phone", "01712 345678");
      await page.click("button[type=submit]");
      await page.waitForSelector("#code");
      await fits(page);
      await page.fill("#code", RIGHT_CODE);
      await page.waitForSelector("#email");
      await fits(page);
      await page.goto(service.origin + TICKET_PATH);
      await fits(page);
    },
  );

  test("says without scripts what it needs them for", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const response = await fetch(`${service.origin}/e/river-songs`);
    expect(await response.text()).toContain("<noscript>");
  });
});

async function atDetails(
  service: FakeService,
  browser: ReturnType<typeof useBrowser>,
): Promise<Page> {
  const page = await browser.open(`${service.origin}/e/river-songs`);
  await sendPhone(page);
  await page.getByLabel("Six-digit code").fill(RIGHT_CODE);
  await page.getByLabel("Your name").waitFor();
  return page;
}

async function sendPhone(page: Page): Promise<void> {
  await page.getByLabel("Mobile number").fill("01712 345678");
  await page.getByRole("button", { name: "Send me a code" }).click();
}

async function sendDetails(page: Page): Promise<void> {
  await page.getByLabel("Your name").fill("Rahima Khatun");
  await page.getByLabel("E-mail").fill("rahima@example.org");
  await page.getByRole("button", { name: "Get my ticket" }).click();
}

async function fits(page: Page): Promise<void> {
  const widths = await page.evaluate(() => ({
    page: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  expect(widths.page).toBe(widths.screen);
  for (const button of await page.getByRole("button").all()) {
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
  }
}
