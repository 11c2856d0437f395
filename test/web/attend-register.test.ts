import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { BROWSER } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { useBrowser } from "./browser-page.ts";
import { FakeService, problem, RIGHT_CODE, registered, TICKET_PATH } from "./fake-service.ts";
import { HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";

setDefaultTimeout(60_000);

const OPEN = { nowMs: OPENING_MS + HOUR_MS, sold: 18_797 };

describe.if(needs(BROWSER))("a person who registers", () => {
  const browser = useBrowser();
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });

  test("comes from the phone over the code to the ticket page", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await page.getByText("41,203 seats left").waitFor();
    await sendPhone(page);
    const input = page.getByLabel("Six-digit code");
    expect(await input.getAttribute("autocomplete")).toBe("one-time-code");
    // Six digits are sent without a press of the button; Bengali ones too.
    await input.fill("০৪২১৩৭");
    await sendDetails(page);
    await page.waitForURL(`**${TICKET_PATH}`);
    await page.getByText("0334-ABCD-56XY").waitFor();

    const [asked] = service.bodiesOf("codes");
    expect(asked).toMatchObject({ phone: "01712 345678", purpose: "register", locale: "en-GB" });
    expect(service.bodiesOf("verifications")).toEqual([
      { phone: "01712 345678", challenge: "challenge-1", code: RIGHT_CODE },
    ]);
    expect(service.bodiesOf("registrations")).toEqual([
      {
        name: "রহিমা খাতুন",
        email: "rahima@example.org",
        verification: "verification-1",
        locale: "en-GB",
      },
    ]);
  });

  test("is told of a wrong code beside its field, with the tries left", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await sendPhone(page);
    await page.getByLabel("Six-digit code").fill("111111");
    await page.getByText("That is not the code we sent. 4 tries are left.").waitFor();
    const input = page.getByLabel("Six-digit code");
    expect(await input.inputValue()).toBe("");
    expect(await input.getAttribute("aria-invalid")).toBe("true");
    await focused(page, "code");
  });

  test("goes on where a reload interrupted", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await sendPhone(page);
    await page.getByLabel("Six-digit code").waitFor();
    await page.reload();
    await page.getByLabel("Six-digit code").fill(RIGHT_CODE);
    await page.getByLabel("Your name").fill("Rahima");
    await page.reload();
    expect(await page.getByLabel("Your name").inputValue()).toBe("Rahima");
    expect(service.bodiesOf("codes")).toHaveLength(1);
  });

  test("proves the phone before the opening and needs one tap at it, in any tab", async () => {
    const event = makeEvent();
    await using service = FakeService.start(event, { nowMs: OPENING_MS - HOUR_MS });
    const early = await browser.open(`${service.origin}/e/river-songs`);
    await sendPhone(early);
    await early.getByLabel("Six-digit code").fill(RIGHT_CODE);
    await early.getByRole("heading", { name: "You are ready" }).waitFor();
    await early.getByLabel("Your name").fill("রহিমা খাতুন");
    await early.getByLabel("E-mail").fill("rahima@example.org");
    await early.getByLabel("E-mail").press("Enter");
    await early.getByRole("button", { name: /^Opens in/ }).waitFor();
    expect(service.bodiesOf("registrations")).toEqual([]);

    const opensAtMs = service.nowMs + 1_500;
    const sales = event.sales.map((sale, index) => (index === 0 ? { ...sale, opensAtMs } : sale));
    service.event = { ...event, sales };
    const tab = await early.context().newPage();
    await tab.goto(`${service.origin}/e/river-songs`);
    await tab.getByRole("button", { name: "Get my ticket" }).click();
    await tab.waitForURL(`**${TICKET_PATH}`);
    expect(service.nowMs).toBeGreaterThanOrEqual(opensAtMs);
  });

  test("gets the ticket back by phone alone, after everything was given out", async () => {
    await using service = FakeService.start(makeEvent(), { ...OPEN, sold: 60_000 });
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await page.getByRole("heading", { name: "All 60,000 seats are taken" }).waitFor();
    await page.getByRole("button", { name: "Get it back" }).click();
    service.script("codes", {
      status: 202,
      body: { challenge: "challenge-1", expiresInS: 300, resendInS: 1 },
    });
    await sendPhone(page);
    await page.getByRole("button", { name: "Send again", exact: true }).click();
    await page.getByLabel("Six-digit code").fill(RIGHT_CODE);
    await page.waitForURL(`**${TICKET_PATH}`);
    // A challenge is good for its purpose alone, when it is sent again too.
    const recover = { purpose: "recover" };
    expect(service.bodiesOf("codes")).toMatchObject([recover, recover]);
    expect(service.bodiesOf("registrations")).toEqual([
      { phone: "01712 345678", challenge: "challenge-1", code: RIGHT_CODE, locale: "en-GB" },
    ]);
  });

  test("is told that the seat was theirs already, and can go back to the page", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    service.script("registrations", registered(service, 200));
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await sendPhone(page);
    await page.getByLabel("Six-digit code").fill(RIGHT_CODE);
    await sendDetails(page);
    await page.waitForURL(`**${TICKET_PATH}`);
    await page.goto(`${service.origin}/e/river-songs`);
    await page.getByText("This phone holds a seat already").waitFor();
    await page.getByRole("button", { name: "Register another phone" }).click();
    expect(await page.getByLabel("Mobile number").inputValue()).toBe("");
  });

  test("says when the SMS will leave where many wait for theirs, and counts from then", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const challenge = { challenge: "challenge-1", expiresInS: 300, resendInS: 30 };
    service.script("codes", { status: 202, body: { ...challenge, leavesInS: 5 } });
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await sendPhone(page);
    await page.getByText(/Yours leaves in about [45] seconds/).waitFor();
    await page.getByText(/Good for 05:0\d/).waitFor();
    await page.getByText("No message yet?").waitFor();
    const again = page.getByRole("button", { name: /^Send again in (2\d|3\d) seconds/ });
    expect(await again.isDisabled()).toBe(true);
  });

  test("asks for the same code again when its time has come, and not before", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const challenge = { challenge: "challenge-1", expiresInS: 300 };
    service.script(
      "codes",
      { status: 202, body: { ...challenge, resendInS: 1 } },
      problem(429, "resend_too_soon", { retryAfterS: 60 }),
    );
    const page = await browser.open(`${service.origin}/e/river-songs`);
    await sendPhone(page);
    await page.getByRole("button", { name: "Send again", exact: true }).click();
    const wait = page.getByRole("button", { name: /^Send again in \d/ });
    await wait.waitFor();
    expect(await wait.isDisabled()).toBe(true);
    expect(service.bodiesOf("codes")[1]).toMatchObject({ challenge: "challenge-1" });
  });
});

async function sendPhone(page: Page): Promise<void> {
  await page.getByLabel("Mobile number").fill("01712 345678");
  await page.getByRole("button", { name: "Send me a code" }).click();
}

async function sendDetails(page: Page): Promise<void> {
  await page.getByLabel("Your name").fill("রহিমা খাতুন");
  await page.getByLabel("E-mail").fill("rahima@example.org");
  await page.getByRole("button", { name: "Get my ticket" }).click();
}

async function focused(page: Page, id: string): Promise<void> {
  await page.waitForFunction((wanted) => document.activeElement?.id === wanted, id);
}
