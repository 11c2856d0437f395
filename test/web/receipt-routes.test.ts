import { describe, expect, test } from "bun:test";
import { checkReceipt } from "../../src/organiser/receipt-check.ts";
import { HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";
import {
  endings,
  fullTotals,
  RECEIPT_JSON_PATH,
  RECEIPT_PATH,
  serveReceipt,
} from "./receipt-world.ts";

const QUOTA = fullTotals.quota;

describe("the receipt's JSON", () => {
  test("is signed as it is sent, compressed or not, and the same every time", async () => {
    await using served = await serveReceipt();
    const texts: string[] = [];
    for (const encoding of ["identity", "gzip", "br"]) {
      const headers = { "accept-encoding": encoding };
      const response = await fetch(`${served.url}${RECEIPT_JSON_PATH}?sale=1`, { headers });
      expect(response.headers.get("content-type")).toBe("application/json");
      texts.push(await response.text());
    }
    expect(new Set(texts).size).toBe(1);
    const check = checkReceipt(texts[0] ?? "");
    expect(check).toMatchObject({
      kind: "true",
      statement: {
        event: "river-songs",
        host: "tickets.example.org",
        sale: 1,
        seats: QUOTA,
        line: { places: 143_207 },
      },
    });
    expect(served.askedCount()).toBe(1);
  });

  test.each(Object.entries(endings))(
    "agrees with itself where a sale ended %s",
    async (_name, ending) => {
      await using served = await serveReceipt(ending);
      const text = await (await fetch(`${served.url}${RECEIPT_JSON_PATH}?sale=1`)).text();
      expect(checkReceipt(text).kind).toBe("true");
    },
  );

  test("may be kept by caches, and names nobody", async () => {
    await using served = await serveReceipt();
    const response = await fetch(`${served.url}${RECEIPT_JSON_PATH}?sale=1`);
    expect(response.headers.get("cache-control")).toStartWith("public");
    const { statement } = (await response.json()) as { statement: string };
    expect(Object.keys(JSON.parse(statement) as object).toSorted()).toEqual([
      "closesAt",
      "event",
      "firstSeatAt",
      "format",
      "fullAt",
      "host",
      "lastSeatAt",
      "line",
      "listSha256",
      "opensAt",
      "quota",
      "sale",
      "seats",
      "seatsLater",
      "seatsPerMinute",
    ]);
  });

  test("is not there before the end, and says so in a sentence that no cache keeps", async () => {
    await using served = await serveReceipt({ totals: { seats: QUOTA - 1 } });
    const response = await fetch(`${served.url}${RECEIPT_JSON_PATH}?sale=1`);
    expect(response.status).toBe(409);
    expect(response.headers.get("cache-control")).toContain("no-store");
    expect(await response.json()).toEqual({
      type: "/docs#sale_not_ended",
      title: "Not ended yet",
      status: 409,
      detail:
        "This registration goes on, or has only just closed. Its receipt comes when it is full, or a minute after the closing.",
      code: "sale_not_ended",
    });
    expect(served.askedCount()).toBe(0);
  });

  test("of a database that is away is a wait, told without what it stumbled over", async () => {
    await using served = await serveReceipt({ isAway: true });
    const response = await fetch(`${served.url}${RECEIPT_JSON_PATH}`);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("2");
    expect(served.reported).toEqual(["a receipt was not made"]);
  });
});

describe("the sale", () => {
  test("is the last that has ended where none is named, and the first while none has", async () => {
    await using ended = await serveReceipt({ nowMs: OPENING_MS + 30 * HOUR_MS });
    expect((await fetch(`${ended.url}${RECEIPT_JSON_PATH}`)).status).toBe(200);
    await using ahead = await serveReceipt({ nowMs: OPENING_MS - HOUR_MS, totals: { seats: 0 } });
    expect((await fetch(`${ahead.url}${RECEIPT_JSON_PATH}`)).status).toBe(409);
  });

  test.each(["0", "3", "01", "1.0", "x", "", "-1", "1%00"])(
    "named %p is not found",
    async (name) => {
      await using served = await serveReceipt();
      expect((await fetch(`${served.url}${RECEIPT_JSON_PATH}?sale=${name}`)).status).toBe(404);
    },
  );

  test("of an unknown event, or of one without any, is not found", async () => {
    await using served = await serveReceipt();
    expect((await fetch(`${served.url}/api/v1/events/other/receipt`)).status).toBe(404);
    const headers = { accept: "text/html" };
    const page = await fetch(`${served.url}/e/other/receipt?lang=en`, { headers });
    expect(page.status).toBe(404);
    expect(await page.text()).toContain("<h1>Not found</h1>");
  });

  test("that has not ended has no receipt beside one that has", async () => {
    await using served = await serveReceipt();
    expect((await fetch(`${served.url}${RECEIPT_JSON_PATH}?sale=1`)).status).toBe(200);
    expect((await fetch(`${served.url}${RECEIPT_JSON_PATH}?sale=2`)).status).toBe(409);
  });
});

describe("the page", () => {
  test("is cacheable by its address, and by the reader's language where that has none", async () => {
    await using served = await serveReceipt();
    const named = await fetch(`${served.url}${RECEIPT_PATH}?sale=1&lang=bn`);
    expect(named.headers.get("cache-control")).toStartWith("public");
    expect(named.headers.get("vary")).toBe("accept-encoding");
    const wished = await fetch(`${served.url}${RECEIPT_PATH}?sale=1`, {
      headers: { "accept-language": "ar" },
    });
    expect(await wished.text()).toContain('<html lang="ar" dir="rtl">');
    expect(wished.headers.get("vary")).toContain("accept-language");
    expect(wished.headers.get("cloudflare-cdn-cache-control")).toBe("no-store");
    expect(wished.headers.get("content-security-policy")).toContain("script-src 'self'");
  });

  test("follows the event's name", async () => {
    const { details } = makeEvent();
    await using served = await serveReceipt({
      event: { details: { ...details, name: "Sea Songs" } },
    });
    expect(await (await fetch(`${served.url}${RECEIPT_PATH}`)).text()).toContain("Sea Songs");
  });
});
