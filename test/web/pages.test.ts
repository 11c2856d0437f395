import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { callingCodes } from "../../src/attendee/calling-codes.ts";
import { LANGUAGES } from "../../src/language/language.ts";
import { eventView } from "../../src/registration/event-view.ts";
import { buildAssets } from "../../src/web/assets.ts";
import { createPages } from "../../src/web/pages.ts";
import { makeEvent, makeTicketPage, OPENING_MS } from "./make.ts";

const FIRST_LOAD_BYTES_MAX = 40_000;
const HOSTILE = `<img src=x onerror=alert(1)>"'&</script><script>alert(2)</script>`;

const codes = callingCodes({ defaultCountry: "BD", countries: null });
const pages = createPages(await buildAssets(), codes);
const usual = makeEvent();
const hostileEvent = makeEvent({
  details: { ...usual.details, name: HOSTILE, venue: HOSTILE, description: HOSTILE },
});
const view = eventView(usual, { nowMs: OPENING_MS, soldOf: () => 17 });
const hostileView = eventView(hostileEvent, { nowMs: OPENING_MS, soldOf: () => 17 });
const ticket = makeTicketPage("/t/AAAAAAAAAAAAAAAAAAAAAA", HOSTILE);
const message = { id: "1", kind: "mail", to: HOSTILE, text: HOSTILE, subject: HOSTILE } as const;
const attachment = { filename: HOSTILE, contentType: "application/pdf", bytes: 1 };

const documents: Readonly<Record<string, string>> = {
  index: pages.index([hostileView], "en"),
  attendee: pages.attendee(hostileView, "en"),
  ticket: pages.ticket(ticket, "en"),
  inbox: pages.inbox([{ ...message, attachments: [attachment], at: OPENING_MS }]),
  problem: pages.problem({ status: 404, code: "x", title: HOSTILE, detail: HOSTILE }, "en"),
};

describe.each(Object.entries(documents))("the %s page", (_name, document) => {
  test("shows hostile text as text", () => {
    expect(document).not.toContain("<img");
    expect(document).not.toContain("alert(2)</script>");
    expect(document).toContain("&#60;img src=x");
  });

  test("has nothing inline and nothing from elsewhere", () => {
    expect(document).not.toMatch(/<style|<[a-z][^>]*\s(?:style|on[a-z]+)=/i);
    expect(document).not.toMatch(/<script(?![^>]*\ssrc="\/assets\/)/);
    expect(document).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  test("names only files that there are", () => {
    const named = [...document.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
      ([, path]) => path,
    );
    expect(named.length).toBeGreaterThan(1);
    for (const path of named) expect(pages.assets.has(path ?? "")).toBe(true);
  });
});

test.each(LANGUAGES)("the first load of the form in %s stays under its budget", (language) => {
  const form = pages.attendee(view, language);
  const files = [...pages.assets].filter(([path]) => form.includes(`"${path}"`));
  expect(files.length).toBe(3);
  const bytes = [form, ...files.map(([, { content }]) => content)].map(
    (content) => gzipSync(content).byteLength,
  );
  expect(bytes.reduce((sum, count) => sum + count, 0)).toBeLessThan(FIRST_LOAD_BYTES_MAX);
});

test("the same sources get the same names, and every name a hash", async () => {
  const again = await buildAssets();
  expect([...again.files.keys()]).toEqual([...pages.assets.keys()]);
  for (const path of again.files.keys()) {
    expect(path).toMatch(/^\/assets\/[a-z]+(?:-[a-z]{2})?-[0-9a-z]{8,13}\.[a-z]+$/);
  }
});

test("the ticket page is whole without a script: each day's codes, the holder, the way to the PDF", () => {
  const page = makeTicketPage("/t/AAAAAAAAAAAAAAAAAAAAAA", "রহিমা খাতুন");
  const document = pages.ticket(page, "en");
  expect(document.match(/<svg/g)).toHaveLength(2 * page.codes.length);
  expect(document).toContain("রহিমা খাতুন");
  expect(document).toContain("Sunday, 21 February 2027");
  expect(document).toContain("0134-ABCD-56XY");
  expect(document).toContain(`href="${page.pdfPath}"`);
  expect(document).toContain("on its way, 12,430 before yours");
});

test("the ticket page stands while the state of the messages is unknown", () => {
  const page = { ...makeTicketPage("/t/AAAAAAAAAAAAAAAAAAAAAA"), delivery: null };
  expect(pages.ticket(page, "en")).toContain(`data-status="${page.statusPath}"`);
});

test("the list tells of each event how its registration stands", () => {
  const before = eventView(usual, { nowMs: OPENING_MS - 1, soldOf: () => 0 });
  const full = eventView(usual, { nowMs: OPENING_MS, soldOf: () => 60_000 });
  const after = eventView(usual, { nowMs: OPENING_MS * 2, soldOf: () => 0 });
  expect(pages.index([before], "en")).toContain(
    "Opens Sun 10 Jan, 10:00 (Bangladesh Standard Time)",
  );
  expect(pages.index([view], "en")).toContain("Open now: 59,983 seats left");
  expect(pages.index([full], "en")).toContain("All seats taken");
  expect(pages.index([after], "en")).toContain("Registration has ended");
  expect(pages.index([], "en")).toContain("There is no event yet");
});
