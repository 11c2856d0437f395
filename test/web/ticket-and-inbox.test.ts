import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { BROWSER } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { useBrowser } from "./browser-page.ts";
import { FakeService, RIGHT_CODE, TICKET_PATH } from "./fake-service.ts";
import { makeEvent, OPENING_MS } from "./make.ts";

setDefaultTimeout(60_000);

describe.if(needs(BROWSER))("the ticket in the dark, and the inbox", () => {
  const browser = useBrowser();
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });

  test("the codes stay black on white in the dark", async () => {
    await using service = FakeService.start(makeEvent(), { nowMs: OPENING_MS });
    const page = await browser.open(service.origin + TICKET_PATH);
    await page.emulateMedia({ colorScheme: "dark" });
    const ground = await page
      .locator(".ticket-codes")
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(ground).toBe("rgb(255, 255, 255)");
  });

  test("the inbox shows a new message by itself, hostile text as text, links to follow", async () => {
    await using service = FakeService.start(makeEvent(), { nowMs: OPENING_MS });
    const page = await browser.open(`${service.origin}/dev/inbox`);
    await page.getByText("Nothing has been sent yet.").waitFor();
    const link = `${service.origin}${TICKET_PATH}`;
    const at = new Date(OPENING_MS).toISOString();
    const files = [
      { filename: "tickets.pdf", contentType: "x", bytes: 1, url: "/dev/inbox/2/tickets.pdf" },
    ];
    service.inbox = [
      {
        id: "2",
        kind: "mail",
        to: "r@example.org",
        subject: "<b>Hi</b>",
        text: link,
        at,
        attachments: files,
      },
      { id: "1", kind: "sms", to: "+8801712345678", text: `Your code is ${RIGHT_CODE}`, at },
    ];
    await page.getByText("<b>Hi</b>").waitFor();
    expect(await page.locator(".message-code").textContent()).toBe(RIGHT_CODE);
    expect(await page.getByRole("link", { name: link }).getAttribute("href")).toBe(link);
    expect(await page.getByRole("link", { name: "tickets.pdf" }).getAttribute("href")).toBe(
      "/dev/inbox/2/tickets.pdf",
    );
  });
});
