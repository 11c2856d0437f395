import type { Page } from "playwright-core";
import type { Event } from "../../src/sale/event.ts";
import { alice, makeDesk, NOW_MS } from "../proof/make.ts";
import type { FakeAnswer, FakeLine } from "./fake-service.ts";
import { FakeService, problem, RIGHT_CODE } from "./fake-service.ts";
import { HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";

/** The lobby is open for an hour before the opening. */
export const LOBBY_MS = OPENING_MS - HOUR_MS / 2;
/** The first place behind the lobby. */
export const TAIL = 2 ** 48;

const LINE: FakeLine = {
  phase: "lobby",
  size: 24_861,
  to: 0,
  end: 0,
  held: 0,
  rate: 0,
  share: 90,
  every: 5,
};

export function lineAt(change: Partial<FakeLine>): FakeLine {
  return { ...LINE, ...change };
}

interface WaitingOptions {
  readonly nowMs?: number;
  readonly isVerifiedEarly?: boolean;
}

/** A service whose first sale has a waiting room, in the lobby unless told otherwise. */
export function startWaiting(options: WaitingOptions = {}): FakeService {
  const { nowMs = LOBBY_MS, isVerifiedEarly = false } = options;
  const service = FakeService.start(waitingEvent(OPENING_MS, isVerifiedEarly), { nowMs });
  service.line = LINE;
  return service;
}

/** Lets the sale open now and draws the lobby. */
export function drawLobby(service: FakeService, change: Partial<FakeLine> = {}): void {
  service.event = waitingEvent(service.nowMs - 1, false);
  service.line = lineAt({ phase: "drawn", rate: 1_000, ...change });
  service.drawn = { phase: "drawn", seed: SEED, root: ROOT, beacon: null };
}

export const SEED = Buffer.alloc(32, 1).toString("base64url");
export const ROOT = Buffer.alloc(32, 2).toString("base64url");

function waitingEvent(opensAtMs: number, isVerifiedEarly: boolean): Event {
  const usual = makeEvent();
  const [first, ...later] = usual.sales;
  if (first === undefined) throw new Error("an event has a sale");
  const lobby = { fromMs: OPENING_MS - HOUR_MS };
  const verifyFromMs = isVerifiedEarly ? first.verifyFromMs : opensAtMs;
  return { ...usual, sales: [{ ...first, opensAtMs, verifyFromMs, lobby }, ...later] };
}

/** A proof-of-work that is solved at once. */
export function easyProof(): FakeAnswer {
  const purpose = { phone: alice, eventId: 1, hashCount: 500 };
  return { status: 200, body: { challenge: makeDesk().issue(purpose, NOW_MS), waitS: 60 } };
}

/** As if the page were looked at again: it asks for the tick at once. */
export async function lookAgain(page: Page): Promise<void> {
  const answered = page.waitForResponse(/\/tick$/);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await (await answered).finished();
}

export async function joinByProof(page: Page, service: FakeService): Promise<void> {
  service.script("proofs", easyProof());
  await page.fill("#phone", "01712 345678");
  await page.click("button[type=submit]");
}

/** How a page comes to show each thing that can be seen of a line. */
export const waitingScenes: Readonly<Record<string, WaitingScene>> = {
  scheduled: {
    shows: ".figure",
    options: { nowMs: OPENING_MS - 2 * HOUR_MS },
    act: async () => {},
  },
  "the lobby's door": { shows: "#phone", act: async () => {} },
  "the lobby's door with a code": {
    shows: "#phone",
    options: { isVerifiedEarly: true },
    act: async () => {},
  },
  "in the draw": { shows: ".figure + p", act: joinByProof },
  "in the draw with a proved phone": {
    shows: "#email",
    options: { isVerifiedEarly: true },
    act: async (page) => {
      await page.fill("#phone", "01712 345678");
      await page.click("button[type=submit]");
      await page.fill("#code", RIGHT_CODE);
    },
  },
  "the line's door": {
    shows: "#phone",
    act: async (page, service) => {
      drawLobby(service);
      await lookAgain(page);
    },
  },
  "in the line": { shows: ".figure-value:not([aria-hidden])", act: toLine },
  "in the line without much hope": {
    shows: ".figure-value:not([aria-hidden])",
    act: async (page, service) => {
      await toLine(page, service);
      service.line = lineAt({ phase: "drawn", held: 70_000, rate: 90 });
      await lookAgain(page);
    },
  },
  "in the line without a network": {
    shows: ".notice",
    act: async (page, service) => {
      await toLine(page, service);
      await page.context().setOffline(true);
    },
  },
  "one's turn": { shows: "[role=timer]", act: toTurn },
  "a turn gone by": {
    shows: "h2 + p + .primary",
    act: async (page, service) => {
      await toTurn(page, service);
      service.script("codes", problem(403, "not_your_turn", { lapsed: true }));
      await page.click("button[type=submit]");
    },
  },
};

interface WaitingScene {
  readonly options?: WaitingOptions;
  readonly act: (page: Page, service: FakeService) => Promise<void>;
  /** There once it has come to it. */
  readonly shows: string;
}

async function toLine(page: Page, service: FakeService): Promise<void> {
  await joinByProof(page, service);
  await page.waitForSelector(".figure + p");
  drawLobby(service);
  await lookAgain(page);
  await page.waitForSelector(".figure-value:not([aria-hidden])");
}

async function toTurn(page: Page, service: FakeService): Promise<void> {
  await toLine(page, service);
  service.line = lineAt({ phase: "drawn", to: TAIL });
  await lookAgain(page);
  await page.waitForSelector("[role=timer]");
}
