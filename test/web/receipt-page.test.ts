import { describe, expect, test } from "bun:test";
import { LANGUAGES } from "../../src/language/language.ts";
import { seatsChart } from "../../src/web/receipt/seats-chart.ts";
import { receiptTexts } from "../../src/web/texts/receipt-texts.ts";
import { makeEvent } from "./make.ts";
import type { Ending } from "./receipt-world.ts";
import { endings, RECEIPT_JSON_PATH, RECEIPT_PATH, serveReceipt } from "./receipt-world.ts";

async function pageOf(ending: Ending, language: string): Promise<string> {
  await using served = await serveReceipt(ending);
  const response = await fetch(`${served.url}${RECEIPT_PATH}?sale=1&lang=${language}`);
  expect(response.status).toBe(200);
  return await response.text();
}

describe("the headline", () => {
  test.each([
    ["full", "en", "60,000 seats in 29 minutes"],
    ["full", "bn", "৬০,০০০টি আসন পূর্ণ হতে লেগেছে ২৯ মিনিট"],
    ["full", "he", "60,000 מקומות בתוך 29 דקות"],
    ["full", "ar", "٦٠٬٠٠٠ مقعد خلال ٢٩ دقيقة"],
    ["with seats left", "en", "41,250 of 60,000 seats"],
    ["with seats left", "bn", "৬০,০০০টি আসনের মধ্যে ৪১,২৫০টি"],
    ["empty", "en", "0 of 60,000 seats"],
    ["one seat", "en", "1 seat in 3 seconds"],
    ["in one minute", "en", "60,000 seats in 44 seconds"],
    ["over days", "en", "60,000 seats in 3 days"],
  ] as const)("of a sale that ended %s, in %s", async (ending, language, headline) => {
    expect(await pageOf(endings[ending], language)).toContain(`<h1>${headline}</h1>`);
  });
});

describe("the page", () => {
  test("tells the instants to the second in the event's zone, and leaves out what was not", async () => {
    const full = await pageOf(endings.full, "en");
    expect(full).toContain("<dt>First seat</dt><dd>Sun 10 Jan, 10:00:00</dd>");
    expect(full).toContain(
      "<dt>Last seat, and full from then on</dt><dd>Sun 10 Jan, 10:28:13</dd>",
    );
    expect(full).toContain("<dt>Places in the waiting line</dt><dd>143,207</dd>");
    expect(full).not.toContain("<dt>Closed</dt>");
    const left = await pageOf(endings["with seats left"], "en");
    expect(left).toContain("<dt>Last seat</dt><dd>Sun 10 Jan, 21:59:59</dd>");
    expect(left).toContain("<dt>Closed</dt><dd>Sun 10 Jan, 22:00:00</dd>");
    expect(left).not.toContain("waiting line");
    const empty = await pageOf(endings.empty, "en");
    expect(empty).not.toContain("First seat");
    expect(empty).not.toContain("<svg");
  });

  test.each(LANGUAGES)(
    "in %s needs no script, and its links to other languages keep the sale",
    async (language) => {
      const page = await pageOf(endings.full, language);
      expect(page).not.toMatch(/<script|<style|style=|onclick=/);
      expect(page.match(/href="\?[^"]*"/g)?.map(String)).toEqual(
        LANGUAGES.map((other) => `href="?sale=1&#38;lang=${other}"`),
      );
      expect(page).toContain(`href="${RECEIPT_JSON_PATH}?sale=1" download="receipt.json"`);
      expect(page).toContain("bun run verify-receipt receipt.json registrations.csv");
    },
  );

  test.each(LANGUAGES)("in %s says why there is no receipt yet", async (language) => {
    await using served = await serveReceipt({ totals: { seats: 59_999 } });
    const response = await fetch(`${served.url}${RECEIPT_PATH}?sale=1&lang=${language}`);
    expect(response.status).toBe(409);
    expect(response.headers.get("cache-control")).toContain("no-store");
    const { title, detail } = receiptTexts[language].ahead;
    const page = await response.text();
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(`<p>${detail}</p>`);
  });

  test("shows an event's name as text, whatever it is", async () => {
    const { details } = makeEvent();
    const event = { details: { ...details, name: "<script>alert(1)</script>" } };
    expect(await pageOf({ event }, "en")).not.toContain("<script");
  });
});

describe("the picture", () => {
  const heights = (counts: readonly number[]) => {
    const { picture } = seatsChart(counts);
    return [...picture.toString().matchAll(/M(\d+) 100v-([\d.]+)/g)].map(([, left, height]) => [
      Number(left),
      Number(height),
    ]);
  };

  test("has a bar for each minute with seats, the tallest as high as there is room", () => {
    expect(heights([50, 0, 100, 1, 0])).toEqual([
      [1, 50],
      [21, 100],
      [31, 1],
    ]);
  });

  test("shows a single seat beside a minute of thousands", () => {
    expect(heights([60_000, 1]).at(-1)).toEqual([11, 1]);
  });

  test("gathers the minutes of a long sale, at most 60 bars, and says how many", () => {
    for (const [minuteCount, barMinutes] of [
      [60, 1],
      [61, 2],
      [300, 5],
      [720, 15],
      [1_440, 30],
    ] as const) {
      const chart = seatsChart(Array.from({ length: minuteCount }, () => 3));
      expect(chart.barMinutes).toBe(barMinutes);
      expect(heights(Array.from({ length: minuteCount }, () => 3)).length).toBeLessThanOrEqual(60);
      expect(chart.minutes).toBeGreaterThanOrEqual(minuteCount);
    }
    expect(heights([1, 1, ...Array.from({ length: 59 }, () => 2)])[0]).toEqual([1, 50]);
  });

  test("of one minute is a bar beside the ones that were not needed", () => {
    expect(seatsChart([60_000]).minutes).toBe(10);
  });
});
