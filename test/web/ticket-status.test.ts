import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import type { ChannelStatus } from "../../src/delivery/ports.ts";
import { BROWSER } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { useBrowser } from "./browser-page.ts";
import { FakeService, problem, TICKET_PATH } from "./fake-service.ts";
import { HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";

setDefaultTimeout(60_000);

const SENT: ChannelStatus = { state: "sent", ahead: null, waitMs: null };

describe.if(needs(BROWSER))("the ticket page follows its messages", () => {
  const browser = useBrowser();
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });

  /** The page in time that only a test moves, with no jitter. */
  async function openStill(service: FakeService): Promise<Page> {
    const page = await browser.open(service.origin + TICKET_PATH);
    await page.clock.install();
    await page.clock.pauseAt(new Date(OPENING_MS + HOUR_MS * 24 * 365));
    await page.addInitScript(() => {
      Math.random = () => 0;
    });
    await page.reload({ waitUntil: "networkidle" });
    service.statusAskCount = 0;
    return page;
  }

  test("asks when the server says, tells where they stand, and stops when it is told to", async () => {
    await using service = startService();
    stand(service, { mail: queued(40), askAgainMs: 5_000 });
    const page = await openStill(service);
    stand(service, { mail: queued(20), askAgainMs: 20_000 });

    await page.clock.runFor(4_900);
    expect(service.statusAskCount).toBe(0);
    await runToAnswer(page, 100);
    await mailLine(page, /^on its way, 20 before yours/);

    stand(service, { mail: SENT, askAgainMs: null });
    await page.clock.runFor(19_900);
    expect(service.statusAskCount).toBe(1);
    await runToAnswer(page, 100);
    await mailLine(page, /^sent$/);

    await page.clock.runFor(600_000);
    expect(service.statusAskCount).toBe(2);
  });

  test("announces what becomes of a message, and not its place in line", async () => {
    await using service = startService();
    stand(service, { mail: queued(40), askAgainMs: 5_000 });
    const page = await openStill(service);
    const news = page.getByRole("status");

    stand(service, { mail: queued(20), askAgainMs: 5_000 });
    await runToAnswer(page, 5_000);
    await mailLine(page, /20 before yours/);
    expect(await news.textContent()).toBe("");
    expect(await page.locator("#delivery[aria-live], #delivery [aria-live]").count()).toBe(0);

    stand(service, { mail: SENT, askAgainMs: 60_000 });
    await runToAnswer(page, 5_000);
    await mailLine(page, /^sent$/);
    expect(await news.textContent()).toBe("Mail: sent");
  });

  test("is silent while hidden, and asks soon after it is shown again", async () => {
    await using service = startService();
    stand(service, { mail: queued(40), askAgainMs: 60_000 });
    const page = await openStill(service);
    await setHidden(page, true);
    await page.clock.runFor(2 * HOUR_MS);
    expect(service.statusAskCount).toBe(0);
    stand(service, { mail: SENT, askAgainMs: 60_000 });
    const answered = page.waitForResponse(/\/status$/);
    await setHidden(page, false);
    await page.clock.runFor(10);
    await answered;
    await mailLine(page, /^sent$/);

    await setHidden(page, true);
    await setHidden(page, false);
    await page.clock.runFor(4_800);
    expect(service.statusAskCount).toBe(1);
    await runToAnswer(page, 300);
    expect(service.statusAskCount).toBe(2);
  });

  test("asks ever more rarely while no answer comes, up to a minute, and goes on afterwards", async () => {
    await using service = startService();
    stand(service, { mail: queued(40), askAgainMs: 5_000 });
    const page = await openStill(service);
    service.script("status", ...Array.from({ length: 6 }, () => problem(503, "overloaded")));
    for (const pauseMs of [5_000, 5_000, 10_000, 20_000, 40_000, 60_000]) {
      const count = service.statusAskCount;
      await page.clock.runFor(pauseMs - 100);
      expect(service.statusAskCount).toBe(count);
      await runToAnswer(page, 100);
    }
    await mailLine(page, /40 before yours/);
    stand(service, { mail: SENT, askAgainMs: null });
    await runToAnswer(page, 60_000);
    await mailLine(page, /^sent$/);
  });

  test("gives up after an hour of being looked at, until it is shown anew", async () => {
    await using service = startService();
    stand(service, { mail: queued(40), askAgainMs: 30 * 60_000 });
    const page = await openStill(service);
    await runToAnswer(page, 30 * 60_000);
    await runToAnswer(page, 30 * 60_000);
    await page.clock.runFor(3 * HOUR_MS);
    expect(service.statusAskCount).toBe(2);
    await setHidden(page, true);
    const answered = page.waitForResponse(/\/status$/);
    await setHidden(page, false);
    await page.clock.runFor(10);
    await answered;
  });

  test("asks by itself what the database could not tell when the page was made", async () => {
    await using service = startService();
    const { ticket } = service;
    service.ticket = { ...ticket, delivery: null };
    const page = await openStill(service);
    await mailLine(page, /^…$/);
    service.ticket = ticket;
    await runToAnswer(page, 10_000);
    await mailLine(page, /12,430 before yours/);
  });
});

function startService(): FakeService {
  return FakeService.start(makeEvent(), { nowMs: OPENING_MS });
}

function queued(ahead: number): ChannelStatus {
  return { state: "queued", ahead, waitMs: ahead * 1_000 };
}

function stand(
  service: FakeService,
  { mail, askAgainMs }: { readonly mail: ChannelStatus; readonly askAgainMs: number | null },
): void {
  service.ticket = { ...service.ticket, delivery: { sms: SENT, mail, askAgainMs } };
}

/** Moves the page's time on to its next question, and waits until that is answered. */
async function runToAnswer(page: Page, byMs: number): Promise<void> {
  const response = page.waitForResponse(/\/status$/);
  await page.clock.runFor(byMs);
  await response;
  // What the page's own loop gets later comes after what its script got.
  await page.evaluate(async () => (await fetch(location.href)).text());
}

async function mailLine(page: Page, words: RegExp): Promise<void> {
  await page.locator('[data-channel="mail"]', { hasText: words }).waitFor();
}

/** As the browser does when another tab is looked at. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}
