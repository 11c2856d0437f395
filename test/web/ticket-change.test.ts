import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { LANGUAGES } from "../../src/language/language.ts";
import { attendTexts } from "../../src/web/texts/all.ts";
import { changeTexts } from "../../src/web/texts/change-texts.ts";
import { BROWSER, launchBrowser } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import type { FakeAnswer } from "./fake-service.ts";
import { problem } from "./fake-service.ts";
import { NEW_TICKET_PATH, TICKET_PATH, TicketChangePage } from "./ticket-change-page.ts";

setDefaultTimeout(60_000);

const AXE = await Bun.file(`${import.meta.dir}/../../node_modules/axe-core/axe.min.js`).text();
const { said, mailSend, change } = changeTexts.en;
const { problems, phone } = attendTexts.en;
const CODE_SENT: FakeAnswer = {
  status: 202,
  body: { challenge: "challenge-1", expiresInS: 300, resendInS: 30 },
};
const TYPED = { email: "right@example.org", phone: "01712 345678" };

describe.if(needs(BROWSER))("a mail that did not arrive", () => {
  let browser: Browser | undefined;
  const faults: string[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    expect(faults).toEqual([]);
  });

  test("is sent again at a tap, and the page says what is left of it", async () => {
    await using service = new TicketChangePage();
    service.script(
      "mails",
      { status: 202, body: { mailsLeftToday: 1 } },
      { status: 202, body: { mailsLeftToday: 0 } },
      problem(429, "rate_limited", { retryAfterS: 7_100 }),
      problem(404, "not_found"),
    );
    const page = await open(service);
    await page.click("#change > summary");
    for (const sentence of [
      said.mailQueued,
      said.mailLast,
      `${said.mailTooOften} Try again in 1 hour, 59 minutes.`,
      said.mailGone,
    ]) {
      await page.getByRole("button", { name: mailSend }).click();
      await page.getByRole("status").getByText(sentence, { exact: true }).waitFor();
      expect(await focused(page)).toBe(mailSend);
    }
    expect(service.bodiesOf("mails")).toEqual([{}, {}, {}, {}]);
  });

  test("is sent again by a plain form where there are no scripts, and nothing more is offered", async () => {
    await using service = new TicketChangePage();
    service.script("mails", { status: 303, body: {}, headers: { location: TICKET_PATH } });
    const page = await open(service, { javaScriptEnabled: false });
    await page.click("#change > summary");
    await page.getByText(changeTexts.en.correct, { exact: true }).click();
    await page.locator("noscript strong", { hasText: changeTexts.en.needsScripts }).waitFor();
    expect(await page.locator("#change-address").isVisible()).toBe(false);
    await page.getByRole("button", { name: mailSend }).click();
    await page.waitForURL(`**${TICKET_PATH}`);
    expect(service.bodiesOf("mails")).toHaveLength(1);
  });

  test("goes to another address after a code, and the page goes on at the new link", async () => {
    await using service = new TicketChangePage();
    service.script("codes", CODE_SENT);
    const ticketUrl = new URL(NEW_TICKET_PATH, service.url).href;
    service.script("address", {
      status: 200,
      body: { ticketUrl, pdfUrl: `${ticketUrl}/tickets.pdf` },
    });
    const page = await openCorrection(service, "?lang=en");
    await askCode(page);
    expect(await focused(page)).toBe("code");
    expect(service.bodiesOf("codes")).toEqual([
      { phone: TYPED.phone, purpose: "recover", locale: "en", challenge: null },
    ]);
    await page.fill("#change-code", "০৪২ ১৩৭");
    await page.getByRole("button", { name: change }).click();
    await page.waitForURL(`${ticketUrl}?lang=en`);
    expect(service.bodiesOf("address")).toEqual([
      { ...TYPED, challenge: "challenge-1", code: "042137" },
    ]);
  });

  test("goes to another address with a proof-of-work where one is asked for, or after the wait instead", async () => {
    await using service = new TicketChangePage();
    const asked = problem(403, "proof_required");
    const challenge = { algorithm: "SHA-256", challenge: "c", salt: "s", signature: "g" };
    const issued: FakeAnswer = {
      status: 200,
      body: { challenge: { ...challenge, maxnumber: 9 }, waitS: 1 },
    };
    service.script("codes", asked, CODE_SENT);
    service.script("proofs", issued, issued);
    const ticketUrl = new URL(NEW_TICKET_PATH, service.url).href;
    const body = { ticketUrl, pdfUrl: `${ticketUrl}/tickets.pdf` };
    service.script("address", asked, { status: 200, body });
    const page = await openCorrection(service, "?lang=en");
    await askCode(page);
    await page.fill("#change-code", "042137");
    await page.getByRole("button", { name: change }).click();
    await page.waitForURL(`${ticketUrl}?lang=en`);
    expect(service.bodiesOf("proofs")).toEqual([{ phone: TYPED.phone }, { phone: TYPED.phone }]);
    for (const call of ["codes", "address"]) {
      const [unproven, proven] = service.bodiesOf(call);
      expect(unproven).not.toHaveProperty("proof");
      expect(JSON.parse(atob(String(proven?.["proof"])))).toEqual(challenge);
    }
  });

  test("says a fault beside its field, takes the focus there, and takes it back when somebody types", async () => {
    await using service = new TicketChangePage();
    const page = await openCorrection(service);
    const button = page.getByRole("button", { name: phone.send });
    await button.click();
    await beside(page, "email", problems.invalid_email);
    await page.fill("#change-email", TYPED.email);
    expect(await page.textContent("#change-email-note")).toBe(changeTexts.en.newEmailNote);
    expect(await page.getAttribute("#change-email", "aria-invalid")).toBeNull();
    await button.click();
    await beside(page, "phone", problems.invalid_phone);
    service.script("codes", problem(422, "country_not_served"), CODE_SENT);
    await page.fill("#change-phone", TYPED.phone);
    await button.click();
    await beside(page, "phone", problems.country_not_served);
    await button.click();
    await page.waitForSelector("#change-code:visible");
    const done = page.getByRole("button", { name: change });
    await done.click();
    await beside(page, "code", problems.code_incomplete);
    service.script(
      "address",
      problem(403, "code_wrong", { attemptsLeft: 4 }),
      problem(404, "not_found"),
      problem(409, "already_corrected"),
      problem(422, "invalid_email"),
      problem(403, "code_expired"),
    );
    await page.fill("#change-code", "111111");
    await done.click();
    await beside(page, "code", problems.code_wrong);
    for (const sentence of [said.notOfTicket, problems.already_corrected]) {
      await done.click();
      await page.getByRole("status").getByText(sentence, { exact: true }).waitFor();
      expect(await focused(page)).toBe(change);
    }
    await done.click();
    await beside(page, "email", problems.invalid_email);
    await done.click();
    await beside(page, "phone", problems.code_expired);
    // The code is past, so the button asks for another.
    expect(await page.locator("#change-code").isVisible()).toBe(false);
    await button.waitFor();
  });

  test("asks for the code again under its challenge, and for a new one for another number", async () => {
    await using service = new TicketChangePage();
    service.script("codes", CODE_SENT, problem(429, "resend_too_soon", { retryAfterS: 30 }));
    const page = await openCorrection(service);
    await askCode(page);
    await page.getByRole("button", { name: attendTexts.en.code.sendAgain }).click();
    const wait = `${problems.resend_too_soon} Try again in 1 minute.`;
    await page.getByRole("status").getByText(wait, { exact: true }).waitFor();
    service.script("codes", CODE_SENT);
    await page.fill("#change-phone", "01812 345678");
    expect(await page.locator("#change-code").isVisible()).toBe(false);
    await page.getByRole("button", { name: phone.send }).click();
    await page.waitForSelector("#change-code:visible");
    const challenges = service.bodiesOf("codes").map(({ challenge }) => challenge);
    expect(challenges).toEqual([null, "challenge-1", null]);
  });

  test("is said to have no connection, and the same request may be made again", async () => {
    await using service = new TicketChangePage();
    service.script("codes", CODE_SENT);
    const page = await openCorrection(service);
    await askCode(page);
    await page.fill("#change-code", "042137");
    await page.context().setOffline(true);
    await page.getByRole("button", { name: change }).click();
    await page.getByRole("status").getByText(problems.unreachable).waitFor();
    await page.context().setOffline(false);
    service.script("address", problem(503, "overloaded", { retryAfterS: 2 }));
    await page.getByRole("button", { name: change }).click();
    await page.getByRole("status").getByText(problems.overloaded).waitFor();
    expect(service.bodiesOf("address")).toHaveLength(1);
  });

  test.each(LANGUAGES)(
    "in %s axe finds nothing, light or dark, and nothing runs out of sight at 320 pixels",
    async (language) => {
      await using service = new TicketChangePage();
      service.script("codes", CODE_SENT);
      service.script("address", problem(409, "already_corrected"));
      const page = await openCorrection(service, `?lang=${language}`, {
        viewport: { width: 320, height: 568 },
      });
      await page.locator("#change-address button.secondary").click();
      await page.waitForSelector("#change-email-note.complaint");
      await expectSound(page);
      await askCode(page);
      await page.fill("#change-code", "042137");
      await page.locator("#change-address button.secondary").click();
      await page.waitForSelector(".notice-complaint");
      await expectSound(page);
    },
  );

  type ContextOptions = Parameters<Browser["newContext"]>[0];

  async function open(service: TicketChangePage, options: ContextOptions = {}, query = "") {
    const context = await browser?.newContext({ locale: "en-GB", ...options });
    if (context === undefined) throw new Error("the browser has not been started");
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (line) => {
      if (/Content Security Policy/.test(line.text())) faults.push(line.text());
    });
    await page.goto(service.url + query);
    return page;
  }

  async function openCorrection(service: TicketChangePage, query = "", options?: ContextOptions) {
    const page = await open(service, options, query);
    await page.click("#change > summary");
    await page.click(".change-address > summary");
    return page;
  }
});

async function askCode(page: Page): Promise<void> {
  await page.fill("#change-email", TYPED.email);
  await page.fill("#change-phone", TYPED.phone);
  await page.locator("#change-address button.secondary").click();
  await page.waitForSelector("#change-code:visible");
}

/** Said under the field, by an alert that belongs to it, and the focus is in it. */
async function beside(page: Page, name: string, sentence: string): Promise<void> {
  await page.locator(`#change-${name}-note [role=alert]`, { hasText: sentence }).waitFor();
  expect(await page.getAttribute(`#change-${name}`, "aria-invalid")).toBe("true");
  expect(await focused(page)).toBe(name);
}

/** The field's name or the button's words. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element instanceof HTMLInputElement ? element.name : (element?.textContent ?? "");
  });
}

async function expectSound(page: Page): Promise<void> {
  const [pageWidth, windowWidth] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    window.innerWidth,
  ]);
  expect(pageWidth).toBe(windowWidth);
  await page.evaluate(AXE);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = (await page.evaluate("axe.run(document)")) as AxeResults;
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
    );
    expect([colorScheme, ...found]).toEqual([colorScheme]);
  }
}
