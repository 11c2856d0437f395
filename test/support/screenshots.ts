import { mkdir } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import type { Language } from "../../src/language/language.ts";
import { LANGUAGE_TRAITS, LANGUAGES } from "../../src/language/language.ts";
import type { Event } from "../../src/sale/event.ts";
import { FakeService, problem, RIGHT_CODE, TICKET_PATH } from "../web/fake-service.ts";
import { DAY_MS, HOUR_MS, makeEvent, OPENING_MS } from "../web/make.ts";
import { launchBrowser } from "./browser.ts";

/** Pictures of every page in every state, to be looked at: `bun test/support/screenshots.ts FOLDER [NAME] [LANGUAGE]`. */
interface Scene {
  readonly event?: Partial<Event>;
  readonly nowMs: number;
  readonly sold?: number;
  readonly path?: string;
  readonly act?: (page: Page, service: FakeService) => Promise<void>;
}

const OPEN_MS = OPENING_MS + HOUR_MS / 2;
const EARLY_MS = OPENING_MS - HOUR_MS - 1_234_000;

const scenes: Readonly<Record<string, Scene>> = {
  scheduled: { nowMs: OPENING_MS - 2 * DAY_MS - 12_345_000 },
  verifying: { nowMs: EARLY_MS },
  ready: { nowMs: EARLY_MS, act: proveToDetails },
  open: { nowMs: OPEN_MS, sold: 18_797 },
  "phone-refused": {
    nowMs: OPEN_MS,
    sold: 18_797,
    act: async (page, service) => {
      service.script("codes", problem(422, "invalid_phone"));
      await sendPhone(page);
      await page.waitForSelector(".complaint");
    },
  },
  code: { nowMs: OPEN_MS, sold: 18_797, act: toCode },
  "code-wrong": {
    nowMs: OPEN_MS,
    sold: 18_797,
    act: async (page) => {
      await toCode(page);
      await page.fill("#code", "111111");
      await page.waitForSelector(".complaint");
    },
  },
  details: { nowMs: OPEN_MS, sold: 18_797, act: proveToDetails },
  retrying: {
    nowMs: OPEN_MS,
    sold: 18_797,
    act: async (page, service) => {
      await proveToDetails(page);
      service.script("registrations", problem(503, "overloaded", { retryAfterS: 8 }));
      await sendDetails(page);
      await page.waitForSelector(".notice");
    },
  },
  done: {
    nowMs: OPEN_MS,
    sold: 18_797,
    act: async (page) => {
      await proveToDetails(page);
      // An answer of 204 leaves the browser where it is.
      await page.route(`**${TICKET_PATH}`, (route) => route.fulfill({ status: 204 }));
      await sendDetails(page);
      await page.waitForSelector("a.primary");
    },
  },
  recover: {
    nowMs: OPEN_MS,
    sold: 60_000,
    act: async (page) => {
      await page.click(".switch button");
    },
  },
  paused: { nowMs: OPEN_MS, sold: 18_797, event: { isPaused: true } },
  full: { nowMs: OPEN_MS, sold: 60_000 },
  closed: { nowMs: OPENING_MS + 3 * DAY_MS },
  index: { nowMs: OPEN_MS, sold: 18_797, path: "/" },
  ticket: { nowMs: OPEN_MS, path: TICKET_PATH },
  problem: { nowMs: OPEN_MS, path: "/nowhere" },
  inbox: {
    nowMs: OPEN_MS,
    path: "/dev/inbox",
    act: async (page, service) => {
      service.inbox = inboxMessages(service);
      await page.waitForSelector(".message");
    },
  },
};

async function shoot(
  browser: Browser,
  folder: string,
  { name, language }: { readonly name: string; readonly language: Language },
): Promise<void> {
  const scene = scenes[name];
  if (scene === undefined) throw new Error(`there is no scene called ${name}`);
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [320, 1280]) {
      const { nowMs, sold = 0, path = "/e/river-songs" } = scene;
      await using service = FakeService.start(makeEvent(scene.event), { nowMs, sold });
      const viewport = { width, height: width === 320 ? 640 : 860 };
      const { tag: locale } = LANGUAGE_TRAITS[language];
      const context = await browser.newContext({ viewport, colorScheme, locale });
      const page = await context.newPage();
      await page.goto(service.origin + path);
      await scene.act?.(page, service);
      const file = `${folder}/${name}-${language}-${width}-${colorScheme}.png`;
      await page.screenshot({ path: file, fullPage: true, animations: "disabled" });
      await context.close();
    }
  }
}

async function sendPhone(page: Page): Promise<void> {
  await page.fill("#phone", "+880 1712 345678");
  await page.click("button[type=submit]");
}

async function toCode(page: Page): Promise<void> {
  await sendPhone(page);
  await page.waitForSelector("#code");
}

async function proveToDetails(page: Page): Promise<void> {
  await toCode(page);
  await page.fill("#code", RIGHT_CODE);
  await page.waitForSelector("#email");
}

async function sendDetails(page: Page): Promise<void> {
  await page.fill("#name", "Rahima Khatun");
  await page.fill("#email", "rahima@example.org");
  await page.click("button[type=submit]");
}

function inboxMessages({ origin }: FakeService): object[] {
  const at = new Date(OPEN_MS).toISOString();
  const ticketUrl = origin + TICKET_PATH;
  return [
    {
      id: "3",
      kind: "mail",
      to: "rahima@example.org",
      subject: "Your tickets for River Songs",
      text: `Dear Rahima Khatun,\n\nyour seat is confirmed. Your tickets are attached and at\n${ticketUrl}\n\nSee you in Dhaka.`,
      attachments: [
        {
          filename: "tickets.pdf",
          contentType: "application/pdf",
          bytes: 1,
          url: "/dev/inbox/3/tickets.pdf",
        },
      ],
      at,
    },
    {
      id: "2",
      kind: "sms",
      to: "+8801712345678",
      text: `River Songs: your ticket ${ticketUrl}`,
      at,
    },
    {
      id: "1",
      kind: "sms",
      to: "+8801712345678",
      text: `River Songs: your code is ${RIGHT_CODE}\n@tickets.example.org #${RIGHT_CODE}`,
      at,
    },
  ];
}

const [folder = "screenshots", onlyName, onlyLanguage] = process.argv.slice(2);
const names = onlyName === undefined ? Object.keys(scenes) : [onlyName];
const languages = LANGUAGES.filter((language) => language === (onlyLanguage ?? language));
await mkdir(folder, { recursive: true });
const browser = await launchBrowser();
try {
  for (const name of names) {
    for (const language of languages) await shoot(browser, folder, { name, language });
  }
} finally {
  await browser.close();
}
