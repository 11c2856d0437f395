import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import type { Language } from "../../src/language/language.ts";
import { LANGUAGE_TRAITS, LANGUAGES } from "../../src/language/language.ts";
import { PROOF_WAIT_MS } from "../../src/proof/proof-desk.ts";
import { attendTexts } from "../../src/web/texts/all.ts";
import { alice, makeDesk, NOW_MS } from "../proof/make.ts";
import { BROWSER } from "../support/browser.ts";
import { phoneNumber, saleDraft, startService, storeEvent } from "../support/harness.ts";
import { needs } from "../support/needs.ts";
import { freshDatabase } from "../support/postgres.ts";
import { useBrowser } from "./browser-page.ts";
import type { FakeAnswer } from "./fake-service.ts";
import { FakeService, problem } from "./fake-service.ts";
import { HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";

setDefaultTimeout(60_000);

/** When the page offers the wait. */
const OFFERED_AFTER_MS = 8_000;
const OPEN = { nowMs: OPENING_MS + HOUR_MS, sold: 18_797 };
const AXE = await Bun.file(`${import.meta.dir}/../../node_modules/axe-core/axe.min.js`).text();
const desk = makeDesk();
const purpose = { phone: alice, eventId: 1, hashCount: 2_000 };

/** One to solve at once, and one that no phone comes to an end of. */
const easy = (): FakeAnswer => answer(60, {});
const endless = (waitS: number): FakeAnswer =>
  answer(waitS, { challenge: "0".repeat(64), maxnumber: 1_000_000_000 });

function answer(waitS: number, change: object): FakeAnswer {
  const challenge = { ...desk.issue(purpose, NOW_MS), ...change };
  return { status: 200, body: { challenge, waitS } };
}

describe.if(needs(BROWSER))("a proof-of-work", () => {
  const browser = useBrowser();
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });

  async function open(service: FakeService, language: Language = "en"): Promise<Page> {
    const { tag } = LANGUAGE_TRAITS[language];
    return browser.open(`${service.origin}/e/river-songs`, tag);
  }

  /** Where a proof was asked for and is sought, by a clock in the test's hands. */
  async function openWorking(service: FakeService, language: Language = "en"): Promise<Page> {
    const page = await open(service, language);
    await page.clock.install();
    await sendPhone(page);
    await page.getByRole("status").getByText(attendTexts[language].proof.working).waitFor();
    return page;
  }

  test("is solved beside the page when it is asked for, its solver loaded only then", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    service.script("codes", problem(403, "proof_required"));
    service.script("proofs", easy());
    const page = await open(service);
    const loaded = () =>
      page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    expect((await loaded()).join()).not.toContain("/assets/proof-");
    const worker = page.waitForEvent("worker");
    await sendPhone(page);
    expect((await worker).url()).toContain("/assets/proof-");
    await page.waitForSelector("#code");
    const [unproven, proven] = service.bodiesOf("codes");
    expect(unproven).toEqual({ phone: "01712 345678", purpose: "register", locale: "en-GB" });
    expect(desk.read(String(proven?.["proof"]), purpose, NOW_MS).kind).toBe("solved");
    expect(service.bodiesOf("proofs")).toEqual([{ phone: "01712 345678" }]);
  });

  test("that was used when its answer was lost is sought once more", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    const refusals = ["proof_required", "proof_invalid"].map((code) => problem(403, code));
    service.script("codes", ...refusals);
    service.script("proofs", easy(), easy());
    const page = await open(service);
    await sendPhone(page);
    await page.waitForSelector("#code");
    expect(service.bodiesOf("codes")).toHaveLength(3);
  });

  test("that is asked for no more, or never taken, ends in an answer", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    service.script("codes", problem(403, "proof_required"));
    service.script("proofs", problem(404, "not_found"));
    const page = await open(service);
    await sendPhone(page);
    await page.waitForSelector("#code");
    await page.getByRole("button", { name: "Change the number" }).click();
    service.script("codes", ...Array.from({ length: 3 }, () => problem(403, "proof_invalid")));
    service.script("proofs", easy(), easy());
    await sendPhone(page);
    await page.getByText(attendTexts.en.problems.proof_invalid).waitFor();
    expect(await page.locator("form[aria-busy=false]").count()).toBe(1);
  });

  test("that takes long shows how far it is, offers a wait instead, and the wait gets through", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    service.script("codes", problem(403, "proof_required"));
    service.script("proofs", endless(60));
    const page = await openWorking(service);
    const { proof } = attendTexts.en;
    const said = page.getByRole("status");
    expect(await page.locator("progress[aria-hidden=true]").last().count()).toBe(1);
    await page.clock.fastForward(OFFERED_AFTER_MS);
    await page.getByRole("button", { name: proof.waitInstead }).click();
    await said.getByText(proof.waiting).waitFor();
    await page.clock.fastForward(PROOF_WAIT_MS - OFFERED_AFTER_MS);
    await page.waitForSelector("#code");
    const [, waited] = service.bodiesOf("codes");
    const returned = JSON.parse(atob(String(waited?.["proof"]))) as object;
    expect(Object.keys(returned).toSorted()).toEqual([
      "algorithm",
      "challenge",
      "salt",
      "signature",
    ]);
  });

  test("that is not found by the time a wait would be over goes out as one that was waited for", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    service.script("codes", problem(403, "proof_required"));
    service.script("proofs", endless(60));
    const page = await openWorking(service);
    await page.clock.fastForward(PROOF_WAIT_MS);
    await page.waitForSelector("#code");
    const [, waited] = service.bodiesOf("codes");
    expect(atob(String(waited?.["proof"]))).not.toContain("number");
  });

  test("that takes long can be given up, and asked for again", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    service.script("codes", problem(403, "proof_required"), problem(403, "proof_required"));
    service.script("proofs", endless(60), easy());
    const page = await openWorking(service);
    const worker = page.workers()[0] ?? (await page.waitForEvent("worker"));
    const isOver = worker.waitForEvent("close");
    await page.clock.fastForward(OFFERED_AFTER_MS);
    await page.getByRole("button", { name: "Stop trying" }).click();
    await page.locator("form[aria-busy=false]").waitFor();
    await isOver;
    expect(page.workers()).toHaveLength(0);
    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.waitForSelector("#code");
  });

  test("is waited for at once by a browser that starts no workers", async () => {
    await using service = FakeService.start(makeEvent(), OPEN);
    service.script("codes", problem(403, "proof_required"));
    service.script("proofs", answer(1, {}));
    const page = await open(service);
    await page.evaluate(() => Reflect.deleteProperty(globalThis, "Worker"));
    await sendPhone(page);
    await page.getByText(attendTexts.en.proof.waiting).waitFor();
    await page.waitForSelector("#code");
    const waited = String(service.bodiesOf("codes")[1]?.["proof"]);
    expect(desk.read(waited, purpose, NOW_MS + PROOF_WAIT_MS).kind).toBe("waited");
  });

  test.each(LANGUAGES)(
    "fits 320 pixels in %s, light and dark, and axe finds no fault",
    async (language) => {
      await using service = FakeService.start(makeEvent(), OPEN);
      service.script("codes", problem(403, "proof_required"));
      service.script("proofs", endless(60));
      const page = await openWorking(service, language);
      await page.setViewportSize({ width: 320, height: 568 });
      const { waitInstead, waiting } = attendTexts[language].proof;
      await page.clock.fastForward(OFFERED_AFTER_MS);
      const button = page.getByRole("button", { name: waitInstead });
      await button.waitFor();
      await page.evaluate(AXE);
      await looksRight(page);
      await button.click();
      await page.getByText(waiting).waitFor();
      await looksRight(page);
    },
  );

  test("is asked for by the real service, found by the real page, and the code is on its way", async () => {
    await using database = await freshDatabase();
    await storeEvent(database.url, [saleDraft(Date.now())], "mela", "on");
    await using service = await startService(database.url);
    const page = await browser.open(service.url);
    await page.fill("#phone", phoneNumber(7));
    await page.click("form button[type=submit]");
    await page.waitForSelector("#code");
  });
});

async function sendPhone(page: Page): Promise<void> {
  await page.fill("#phone", "01712 345678");
  await page.click("form button[type=submit]");
}

async function looksRight(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const widths = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(widths[0]).toBe(widths[1]);
    const { violations } = (await page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] })",
    )) as AxeResults;
    expect(
      violations.filter(({ impact }) => impact === "serious" || impact === "critical"),
    ).toEqual([]);
  }
  for (const button of await page.locator(".notice button").all()) {
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  }
}
