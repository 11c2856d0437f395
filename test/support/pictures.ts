import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launchBrowser } from "./browser.ts";
import { phoneNumber, saleDraft, startService, storeEvent } from "./harness.ts";
import { freshDatabase } from "./postgres.ts";

/** The pictures of the README, taken of the real service: `bun test/support/pictures.ts`. */
const FOLDER = join(import.meta.dir, "../../.github/pictures");

await mkdir(FOLDER, { recursive: true });
await using database = await freshDatabase();
await storeEvent(database.url, [saleDraft(Date.now(), { quota: 60_000 })]);
await using service = await startService(database.url);
const browser = await launchBrowser();
const context = await browser.newContext({
  viewport: { width: 1080, height: 720 },
  locale: "en-GB",
  deviceScaleFactor: 1,
});
const page = await context.newPage();
await page.goto(service.url);
await page.waitForSelector("#phone");
await page.screenshot({ path: join(FOLDER, "page.png"), animations: "disabled" });

await page.fill("#phone", phoneNumber(7));
await page.click("button[type=submit]");
await page.waitForSelector("#code");
const inbox = await context.newPage();
await inbox.goto(`${service.url}/dev/inbox`);
const sms = await inbox
  .getByText(/#\d{6}/)
  .first()
  .textContent();
await page.fill("#code", /#(\d{6})/.exec(sms ?? "")?.[1] ?? "");
await page.fill("#name", "Rahima Khatun");
await page.fill("#email", "rahima@example.org");
await page.click("button[type=submit]");
await page.waitForURL(/\/t\/[\w-]{22}$/);
await page.setViewportSize({ width: 390, height: 844 });
await page.screenshot({ path: join(FOLDER, "ticket.png"), animations: "disabled" });

const pdf = await fetch(`${page.url()}/tickets.pdf`);
const draw = Bun.spawnSync(["pdftoppm", "-r", "60", "-f", "1", "-l", "1", "-png", "-"], {
  stdin: new Uint8Array(await pdf.arrayBuffer()),
});
await Bun.write(join(FOLDER, "pdf.png"), draw.stdout);
await browser.close();
