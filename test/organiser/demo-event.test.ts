import { expect, test } from "bun:test";
import { demoEvent } from "../../src/organiser/demo-event.ts";
import { readEventFile } from "../../src/organiser/event-file.ts";

const HOUR_MS = 3_600_000;
const nowMs = Date.UTC(2026, 11, 24, 17, 59, 59, 999);

test("the demonstration's first sale is open since the last full hour", () => {
  const [first] = demoEvent(nowMs).sales;
  expect(first?.opensAtMs).toBe(Date.UTC(2026, 11, 24, 17));
  expect(first?.closesAtMs).toBe(Date.UTC(2026, 11, 25, 16));
});

test("the demonstration has five sales of 60,000 on five days in a row and three event days after them", () => {
  const { details, sales } = demoEvent(nowMs);
  expect(sales.map(({ quota }) => quota)).toEqual([60_000, 60_000, 60_000, 60_000, 60_000]);
  for (const [index, sale] of sales.entries()) {
    expect(sale.opensAtMs).toBe((sales[0]?.opensAtMs ?? 0) + index * 24 * HOUR_MS);
    expect(sale.verifyFromMs).toBe(sale.opensAtMs - HOUR_MS);
  }
  expect(details.days.map(({ date }) => date)).toEqual(["2027-02-23", "2027-02-24", "2027-02-25"]);
});

test("the demonstration would be accepted as a file", () => {
  const draft = demoEvent(nowMs);
  const { days, ...texts } = draft.details;
  const file = {
    slug: draft.slug,
    ...texts,
    days: days.map(({ date, doorsAt }) => ({ date, doorsAt })),
    sales: draft.sales.map(({ verifyFromMs, opensAtMs, closesAtMs, quota }) => ({
      verifyFrom: new Date(verifyFromMs).toISOString(),
      opensAt: new Date(opensAtMs).toISOString(),
      closesAt: new Date(closesAtMs).toISOString(),
      quota,
    })),
  };
  expect(readEventFile(file)).toEqual({ kind: "draft", draft });
});
