import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { BROWSER } from "../support/browser.ts";
import { phoneNumber, saleDraft, startService, storeEvent } from "../support/harness.ts";
import { needs } from "../support/needs.ts";
import { freshDatabase } from "../support/postgres.ts";
import { useBrowser } from "../web/browser-page.ts";

describe.if(needs(BROWSER))("in a real browser", () => {
  const browser = useBrowser();

  test("a person registers from start to finish, reads the code in the inbox, and holds the PDF", async () => {
    await using database = await freshDatabase();
    await storeEvent(database.url, [saleDraft(Date.now(), { quota: 60_000 })]);
    await using service = await startService(database.url);

    const page = await browser.open(service.url);
    expect(page.url()).toEndWith("/e/mela");
    await page.fill("#phone", phoneNumber(7));
    await page.click("button[type=submit]");
    await page.waitForSelector("#code");

    const inbox = await page.context().newPage();
    await inbox.goto(`${service.url}/dev/inbox`);
    const sms = await inbox
      .getByText(/#\d{6}/)
      .first()
      .textContent();
    const code = /#(\d{6})/.exec(sms ?? "")?.[1] ?? "";
    await page.fill("#code", code);
    await page.fill("#name", "Rahima Khatun");
    await page.fill("#email", "rahima@example.org");
    await page.click("button[type=submit]");

    await page.waitForURL(/\/t\/[\w-]{22}$/);
    expect(await page.textContent("body")).toContain("Rahima Khatun");
    expect(await page.locator("svg[role=img]").count()).toBe(6);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("a[href$='tickets.pdf']").first().click(),
    ]);
    const pdf = await readFile(await download.path());
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pdf.toString("latin1").match(/\/Type \/Page\b/g)).toHaveLength(3);

    const [row] = await database.sql`select name, email, ordinal from registrations`;
    expect({ ...row }).toEqual({ name: "Rahima Khatun", email: "rahima@example.org", ordinal: 1 });
    expect(browser.faults).toEqual([]);
  });
});
