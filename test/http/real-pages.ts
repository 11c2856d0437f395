import type { Page } from "playwright-core";
import { systemClock } from "../../src/actor/clock.ts";
import { callingCodes } from "../../src/attendee/calling-codes.ts";
import type { ServerOptions } from "../../src/http/server-options.ts";
import { eventView } from "../../src/registration/event-view.ts";
import type { Event } from "../../src/sale/event.ts";
import { buildAssets } from "../../src/web/assets.ts";
import { createPages } from "../../src/web/pages.ts";
import { DAY_MS, HOUR_MS, makeEvent, makeTicketPage, OPENING_MS } from "../web/make.ts";
import type { Served } from "./serve.ts";
import { serve } from "./serve.ts";

const OPEN_MS = OPENING_MS + HOUR_MS / 2;
const EARLY_MS = OPENING_MS - HOUR_MS;
const TICKET_PATH = "/t/AAAAAAAAAAAAAAAAAAAAAA";
export const EVENT_PATH = "/e/river-songs";

type Registration = ServerOptions["registration"];

/** A state people can see, and how they come to it. */
export interface Scene {
  readonly nowMs: number;
  readonly path?: string;
  readonly sold?: number;
  readonly event?: Partial<Event>;
  readonly answers?: Partial<Registration>;
  readonly act?: (page: Page) => Promise<void>;
}

const open = { nowMs: OPEN_MS, sold: 18_797 };

export const scenes: Readonly<Record<string, Scene>> = {
  scheduled: { nowMs: OPENING_MS - 2 * DAY_MS },
  verifying: { nowMs: EARLY_MS },
  "ready before the opening": { nowMs: EARLY_MS, act: toDetails },
  open,
  "a phone refused": {
    ...open,
    answers: { requestCode: async () => ({ kind: "invalid-phone" }) },
    act: async (page) => {
      await sendPhone(page);
      await page.waitForSelector(".complaint");
    },
  },
  "the code": { ...open, act: toCode },
  "a wrong code": {
    ...open,
    answers: { verify: async () => ({ kind: "code-wrong", attemptsLeft: 4 }) },
    act: async (page) => {
      await toCode(page);
      await page.fill("#code", "111111");
      await page.waitForSelector(".complaint");
    },
  },
  details: { ...open, act: toDetails },
  "trying again by itself": {
    ...open,
    answers: { confirm: async () => ({ kind: "overloaded", retryAfterS: 60 }) },
    act: async (page) => {
      await toDetails(page);
      await sendDetails(page);
      await page.waitForSelector(".notice");
    },
  },
  done: {
    ...open,
    act: async (page) => {
      // An answer of 204 leaves the browser where it is.
      await page.route("https://tickets.example.org/**", (route) => route.fulfill({ status: 204 }));
      await toDetails(page);
      await sendDetails(page);
      await page.waitForSelector("a.primary");
    },
  },
  "a lost ticket": {
    ...open,
    act: async (page) => {
      await page.click(".switch button");
    },
  },
  paused: { ...open, event: { isPaused: true } },
  full: { ...open, sold: 60_000 },
  closed: { nowMs: OPENING_MS + 3 * DAY_MS },
  "the list of events": { ...open, path: "/" },
  "the ticket": { ...open, path: TICKET_PATH },
  "the inbox": { ...open, path: "/dev/inbox" },
  "a dead link": { ...open, path: "/t/dead" },
};

/** The edge as it is, headers and compression included, over the pages as they are; use cases that say yes. */
export async function serveScene(scene: Scene): Promise<Served> {
  const { nowMs, sold = 0 } = scene;
  const startMs = nowMs - performance.now();
  const event = makeEvent(scene.event);
  const ticket = makeTicketPage(TICKET_PATH);
  const view = () => eventView(event, { nowMs: startMs + performance.now(), soldOf: () => sold });
  const other = eventView(makeEvent({ slug: "other" }), { nowMs, soldOf: () => sold });
  return serve({
    pages: await realPages,
    events: {
      all: () => [view(), other],
      find: (slug) => (slug === event.slug ? view() : null),
    },
    tickets: { findTicket: async () => ticket.sheet },
    deliveryStatus: { findDeliveryStatus: async () => ticket.delivery },
    ticketCodes: () => ticket.codes,
    registration: { ...SAYS_YES, ...scene.answers },
    timer: systemClock,
  });
}

const realPages = buildAssets().then((assets) =>
  createPages(assets, callingCodes({ defaultCountry: "BD", countries: null })),
);

const SAYS_YES: Registration = {
  requestCode: async () => ({
    kind: "sent",
    challenge: "c",
    expiresInS: 300,
    resendInS: 30,
    leavesInS: 0,
  }),
  verify: async () => ({ kind: "verified", verification: "v" }),
  confirm: async () => ({
    kind: "registered",
    seat: {
      registrationId: makeTicketPage(TICKET_PATH).sheet.registrationId,
      ticketKey: makeTicketPage(TICKET_PATH).sheet.ticketKey,
      ordinal: 12_345,
    },
  }),
};

async function sendPhone(page: Page): Promise<void> {
  await page.fill("#phone", "01712 345678");
  await page.click("button[type=submit]");
}

async function toCode(page: Page): Promise<void> {
  await sendPhone(page);
  await page.waitForSelector("#code");
}

async function toDetails(page: Page): Promise<void> {
  await toCode(page);
  await page.fill("#code", "042137");
  await page.waitForSelector("#email");
}

async function sendDetails(page: Page): Promise<void> {
  await page.fill("#name", "Rahima Khatun");
  await page.fill("#email", "rahima@example.org");
  await page.click("button[type=submit]");
}
