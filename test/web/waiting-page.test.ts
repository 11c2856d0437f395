import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHmac } from "node:crypto";
import type { Page } from "playwright-core";
import { BROWSER } from "../support/browser.ts";
import { needs } from "../support/needs.ts";
import { useBrowser } from "./browser-page.ts";
import { FakeService, PASS, problem, RIGHT_CODE, TICKET_PATH } from "./fake-service.ts";
import { HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";
import {
  drawLobby,
  easyProof,
  joinByProof,
  lineAt,
  lookAgain,
  ROOT,
  SEED,
  startWaiting,
  TAIL,
  waitingScenes,
} from "./waiting-scene.ts";

setDefaultTimeout(60_000);

const OPEN_MS = OPENING_MS + HOUR_MS / 2;
/** Of the pass every test is given, by the seed and root every test draws with. */
const PLACE = createHmac(
  "sha256",
  Buffer.concat([Buffer.from(SEED, "base64url"), Buffer.from(ROOT, "base64url")]),
)
  .update(Buffer.from(PASS, "base64url").subarray(16, 32))
  .digest()
  .readUIntBE(0, 6);

describe.if(needs(BROWSER))("one who waits", () => {
  const browser = useBrowser();
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });

  const open = (service: FakeService) => browser.open(`${service.origin}/e/river-songs`);

  /** Behind the lobby, with a place bought by a proof. */
  async function openInTail(service: FakeService, people: number): Promise<Page> {
    drawLobby(service, { size: 1_000, to: TAIL, end: people });
    service.place = TAIL + people;
    const page = await open(service);
    await joinByProof(page, service);
    await heading(page, "You are in the line");
    return page;
  }

  test("comes from the lobby over the draw and the line to the ticket", async () => {
    await using service = startWaiting();
    const page = await open(service);
    await heading(page, "Join the waiting room");
    await page.getByText("It does not matter when you join").waitFor();
    await joinByProof(page, service);
    await heading(page, "You are in the draw");
    await page.getByText("24,861 people are in the draw so far.").waitFor();
    await page.getByText("It cost a moment of your phone's work.").waitFor();
    const [asked] = service.bodiesOf("passes");
    expect(Object.keys(asked ?? {}).toSorted()).toEqual(["phone", "proof"]);

    drawLobby(service);
    await lookAgain(page);
    await heading(page, "You are in the line");
    const ahead = Math.round((PLACE / TAIL) * 24_861);
    const told = (Math.round(ahead / 100) * 100).toLocaleString("en");
    await page.locator(".figure-value", { hasText: `about ${told}` }).waitFor();
    await page.getByText(/^As things stand, there are seats enough/).waitFor();
    await page.getByText(/^Your turn comes in about \d+ minutes\.$/).waitFor();
    await page.getByText("At your turn a seat is kept for you for 1 minute.").waitFor();

    drawLobby(service, { to: PLACE });
    await lookAgain(page);
    await page
      .getByText(/fewer than 10/)
      .first()
      .waitFor();
    expect(await page.title()).not.toContain("Your turn");
    drawLobby(service, { to: PLACE + 1 });
    await lookAgain(page);
    await heading(page, "It is your turn");
    await page
      .getByRole("timer")
      .filter({ hasText: /^00:\d\d$/ })
      .waitFor();
    expect(await page.title()).toStartWith("Your turn");
    expect(await page.inputValue("#phone")).toBe("01712 345678");

    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.fill("#code", RIGHT_CODE);
    await page.fill("#name", "Rahima Khatun");
    await page.fill("#email", "rahima@example.org");
    await page
      .getByRole("timer")
      .filter({ hasText: /^0[45]:\d\d$/ })
      .waitFor();
    await page.getByRole("button", { name: "Get my ticket" }).click();
    await page.waitForURL(`**${TICKET_PATH}`);
    for (const name of ["codes", "verifications", "registrations"]) {
      expect(service.bodiesOf(name).map(({ pass }) => pass)).toEqual([PASS]);
    }
  });

  test("keeps the place through a reload, and asks for no second one", async () => {
    await using service = startWaiting();
    const page = await openInTail(service, 500);
    await page.locator(".figure-value", { hasText: "about 500" }).waitFor();
    await page.reload();
    await page.locator(".figure-value", { hasText: "about 500" }).waitFor();
    expect(service.bodiesOf("passes")).toHaveLength(1);
  });

  test("waits in every tab alike", async () => {
    await using service = startWaiting();
    const other = await open(service);
    const page = await other.context().newPage();
    await page.goto(`${service.origin}/e/river-songs`);
    await joinByProof(page, service);
    await heading(other, "You are in the draw");
    await other.getByText("01712 345678").waitFor();
    await page.getByRole("button", { name: "Use another phone" }).click();
    await heading(other, "Join the waiting room");
  });

  test("is not written over by a tab in which something else is typed", async () => {
    await using service = startWaiting({ isVerifiedEarly: true });
    const page = await open(service);
    await waitingScenes["in the draw with a proved phone"]?.act(page, service);
    await heading(page, "You are in the draw");
    const other = await page.context().newPage();
    await other.goto(`${service.origin}/e/river-songs`);
    await heading(other, "You are in the draw");
    for (const tab of [page, other]) {
      await tab.evaluate(() => {
        document.title = "0";
        window.addEventListener("storage", () => {
          document.title = String(Number(document.title) + 1);
        });
      });
    }
    for (const [index, name] of ["Rahima", "Rahima Khatun"].entries()) {
      await page.fill("#name", name);
      await other.waitForFunction((count) => Number(document.title) >= count, index + 1);
    }
    expect(await page.title()).toBe("0");
  });

  test("joins by a phone that was proved before, and needs one tap at the turn", async () => {
    await using service = startWaiting({ isVerifiedEarly: true });
    const page = await open(service);
    await page.getByText("We send a code by SMS. One phone, one place.").waitFor();
    await page.fill("#phone", "01712 345678");
    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.fill("#code", RIGHT_CODE);
    await heading(page, "You are in the draw");
    await page.getByText("It cost a confirmed phone.").waitFor();
    expect(service.bodiesOf("passes")).toEqual([{ verification: "verification-1" }]);
    await page.fill("#name", "Rahima Khatun");
    await page.fill("#email", "rahima@example.org");
    await page.locator("#email").press("Enter");
    expect(service.bodiesOf("registrations")).toEqual([]);

    drawLobby(service, { to: TAIL });
    await lookAgain(page);
    await heading(page, "It is your turn");
    await page
      .getByRole("timer")
      .filter({ hasText: /^01:\d\d$/ })
      .waitFor();
    await page.getByRole("button", { name: "Get my ticket" }).click();
    await page.waitForURL(`**${TICKET_PATH}`);
    expect(service.bodiesOf("registrations")[0]).toMatchObject({ pass: PASS });
  });

  test("is told that the seat went on, and joins again at the end with one button", async () => {
    await using service = startWaiting();
    const page = await openInTail(service, 40);
    service.line = lineAt({ phase: "drawn", to: TAIL + 41, rate: 1_000 });
    await lookAgain(page);
    await heading(page, "It is your turn");
    service.script("codes", problem(403, "not_your_turn", { lapsed: true }));
    await page.getByRole("button", { name: "Send me a code" }).click();
    await heading(page, "Your seat has gone to the next in line");
    await page.reload();
    service.place = TAIL + 900;
    service.script("proofs", easyProof());
    await page.getByRole("button", { name: "Join again at the end" }).click();
    await page.locator(".figure-value", { hasText: "about 850" }).waitFor();
  });

  test("comes back after the turn began, and is told what is left of it", async () => {
    await using service = startWaiting();
    const page = await openInTail(service, 40);
    await page.goto("about:blank");
    service.line = lineAt({ phase: "drawn", to: TAIL + 41, rate: 1_000 });
    service.keptForS = 23;
    await page.goto(`${service.origin}/e/river-songs`);
    await heading(page, "It is your turn");
    await page
      .getByRole("timer")
      .filter({ hasText: /^00:(2[0-3]|1\d)$/ })
      .waitFor();
    expect(service.bodiesOf("passes").at(-1)).toEqual({ phone: "01712 345678", pass: PASS });
  });

  test("whose device slept for longer than a seat is kept is told what became of it", async () => {
    await using service = startWaiting();
    const page = await openInTail(service, 40);
    await lookAgain(page);
    await whileAsleep(page, async () => {
      const { tickCount } = service;
      service.leap(HOUR_MS / 20);
      service.line = lineAt({ phase: "drawn", to: TAIL + 41, rate: 1_000 });
      service.script("passes", problem(403, "not_your_turn", { lapsed: true }));
      await Bun.sleep(7_000);
      expect(service.tickCount).toBe(tickCount);
    });
    await heading(page, "Your seat has gone to the next in line");
  });

  test("without TLS is told the place by the service, for the browser cannot work it out", async () => {
    await using service = startWaiting();
    const page = await browser.open(
      `${service.origin.replace("127.0.0.1", "fair.test")}/e/river-songs`,
    );
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await joinByProof(page, service);
    await heading(page, "You are in the draw");
    service.place = TAIL / 2;
    service.script("proofs", easyProof());
    drawLobby(service);
    await lookAgain(page);
    await page.locator(".figure-value", { hasText: "about 12,400" }).waitFor();
  });

  test("whose time seems over may still try, or join again", async () => {
    await using service = startWaiting();
    const page = await openInTail(service, 40);
    service.line = lineAt({ phase: "drawn", to: TAIL + 41, rate: 1_000 });
    await page.clock.install();
    await lookAgain(page);
    await heading(page, "It is your turn");
    await page.clock.fastForward(61_000);
    await page.getByText("your seat may have gone to the next in line").waitFor();
    await page.getByRole("button", { name: "Join again at the end" }).waitFor();
    await page.getByRole("button", { name: "Send me a code" }).waitFor();
  });

  test("keeps the place without a network, is told so, and goes on when it is back", async () => {
    await using service = startWaiting();
    const page = await openInTail(service, 500);
    await page.context().setOffline(true);
    await page.getByText("There is no connection. Your place is kept").waitFor();
    await page.getByText("about 500").first().waitFor();
    service.line = lineAt({ phase: "drawn", to: TAIL + 300, rate: 1_000 });
    await page.context().setOffline(false);
    await page.locator(".figure-value", { hasText: "about 200" }).waitFor();
    await page.getByText("There is no connection").waitFor({ state: "detached" });
  });

  test("is asked to take a place again when the service knows theirs no more", async () => {
    await using service = startWaiting();
    const page = await openInTail(service, 40);
    service.line = lineAt({ phase: "drawn", to: TAIL + 41, rate: 1_000 });
    await lookAgain(page);
    service.script("codes", problem(403, "pass_invalid"));
    await page.getByRole("button", { name: "Send me a code" }).click();
    await heading(page, "Join the line");
    await page.getByText("Your place in the line was not recognised.").waitFor();
    expect(await page.inputValue("#phone")).toBe("01712 345678");
  });

  test("brings no place of a sale gone by into the next", async () => {
    await using service = startWaiting();
    const page = await openInTail(service, 40);
    const { sales } = service.event;
    const [first, second] = sales as [(typeof sales)[number], (typeof sales)[number]];
    const over = { ...first, closesAtMs: service.nowMs - 1 };
    const next = { ...second, verifyFromMs: service.nowMs - 2, opensAtMs: service.nowMs - 2 };
    service.event = { ...service.event, sales: [over, next] };
    service.line = null;
    await lookAgain(page);
    await heading(page, "Get your ticket");
    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.getByLabel("Six-digit code").waitFor();
    expect(service.bodiesOf("codes")[0]).not.toHaveProperty("pass");
  });

  test("is told by ear how it stands once a minute, and at once when it is another matter", async () => {
    await using service = startWaiting();
    const page = await openInTail(service, 900);
    await page.clock.install();
    const spoken = page.locator(".hidden-text[role=status]");
    const first = await spoken.textContent();
    expect(first).toContain("about 900");
    service.line = lineAt({ phase: "drawn", to: TAIL + 100, rate: 1_000 });
    await lookAgain(page);
    await page.locator(".figure-value", { hasText: "about 800" }).waitFor();
    expect(await spoken.textContent()).toBe(first);
    await page.clock.fastForward(61_000);
    await page.waitForFunction(() =>
      document.querySelector(".hidden-text[role=status]")?.textContent?.includes("about 800"),
    );
    expect(await spoken.textContent()).toContain("seats enough until your turn");
    service.line = lineAt({ phase: "drawn", to: TAIL + 200, rate: 1_000, held: 90_000 });
    await lookAgain(page);
    await spoken
      .filter({ hasText: /about 700.*will probably be gone/ })
      .waitFor({ state: "attached" });
  });

  test("has the line asked for by itself, as often as the service would like", async () => {
    await using service = startWaiting();
    const page = await openInTail(service, 900);
    await page.clock.install();
    await lookAgain(page);
    const before = service.tickCount;
    await page.clock.runFor(3_900);
    expect(service.tickCount).toBe(before);
    const answered = page.waitForResponse(/\/tick$/);
    await page.clock.runFor(2_200);
    await answered;
    expect(service.tickCount).toBe(before + 1);
  });

  test("finds the usual form where there is no waiting room", async () => {
    await using service = FakeService.start(makeEvent(), { nowMs: OPEN_MS });
    const page = await open(service);
    await heading(page, "Get your ticket");
    expect(service.bodiesOf("passes")).toEqual([]);
  });
});

/** The device as a whole stops, and its clocks with it: nothing that the page does is told of it. */
async function whileAsleep(page: Page, act: () => Promise<void>): Promise<void> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("a page is of a browser");
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  for (const { id } of renderers) process.kill(id, "SIGSTOP");
  try {
    await act();
  } finally {
    for (const { id } of renderers) process.kill(id, "SIGCONT");
  }
}

async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { name }).waitFor();
}
