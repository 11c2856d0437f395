import { expect, test } from "bun:test";
import { openingLines, tellDistance } from "../../src/organiser/opening-lines.ts";
import type { Lobby } from "../../src/sale/event.ts";
import type { EventSnapshot } from "../../src/sale/ports.ts";

const HOUR_MS = 3_600_000;
const opensAtMs = Date.UTC(2027, 2, 28, 4);

function snapshot(timeZone: string, isPaused: boolean): EventSnapshot {
  const sale = {
    verifyFromMs: opensAtMs,
    opensAtMs,
    closesAtMs: opensAtMs + HOUR_MS,
    quota: 60_000,
  };
  return {
    event: {
      id: 1,
      slug: "river-songs",
      revision: 1,
      details: {
        name: "River Songs",
        venue: "The Old Harbour",
        description: "",
        timeZone,
        days: [{ day: 1, date: "2027-05-01", doorsAt: "10:00" }],
      },
      host: "localhost",
      keyId: 1,
      isPaused,
      proof: "off",
      sales: [{ ...sale, id: 9, number: 1 }],
    },
    soldBySale: new Map([[9, 1_234]]),
  };
}

test("an opening is told in UTC, by the event's clocks and as a distance", () => {
  const nowMs = opensAtMs - 5 * HOUR_MS - 12 * 60_000 + 0.25;
  expect(openingLines([snapshot("Asia/Dhaka", false)], nowMs)).toEqual([
    "river-songs: River Songs, 2027-05-01 (Asia/Dhaka)",
    "  sale 1  scheduled opens Sun 2027-03-28 04:00:00 UTC = Sun 2027-03-28 10:00:00 +06:00 Asia/Dhaka = in 5 h 11 min; 1,234 of 60,000 seats given out",
  ]);
});

test("the event's clocks are those of the day of the opening, daylight saving time included", () => {
  const [, line] = openingLines([snapshot("Europe/Berlin", false)], 0);
  expect(line).toContain("= Sun 2027-03-28 06:00:00 +02:00 Europe/Berlin =");
});

test("a lobby is told with how long it is until it begins, and what its draw waits for", () => {
  const { event, soldBySale } = snapshot("Asia/Dhaka", false);
  const told = (lobby: Lobby, nowMs: number) => {
    const sales = event.sales.map((sale) => ({ ...sale, lobby }));
    return openingLines([{ event: { ...event, sales }, soldBySale }], nowMs)[1];
  };
  const fromMs = opensAtMs - HOUR_MS / 4;
  const before = told({ fromMs }, opensAtMs - HOUR_MS);
  expect(before).toStartWith("  sale 1  scheduled opens Sun 2027-03-28 04:00:00 UTC = ");
  expect(before).toEndWith("= in 1 h; lobby in 45 min; 1,234 of 60,000 seats given out");
  const during = told({ fromMs, beacon: "drand round 5512345" }, fromMs + 60_000);
  expect(during).toStartWith("  sale 1  lobby     opens ");
  expect(during).toContain("= in 14 min; lobby 1 min ago, drawn with drand round 5512345; 1,234");
});

test("a pause shows beside the event and in the sale it holds up", () => {
  const [heading, line] = openingLines([snapshot("UTC", true)], opensAtMs);
  expect(heading).toEndWith("(UTC), PAUSED");
  expect(line).toContain("sale 1  paused ");
  expect(line).toContain("= now;");
});

test("without events the first step is told", () => {
  expect(openingLines([], 0)).toEqual(["no events yet; make one with: bun run event apply FILE"]);
});

test("a distance is told in its two largest units", () => {
  const table: readonly [distanceMs: number, told: string][] = [
    [0, "now"],
    [999, "now"],
    [-1_000, "1 s ago"],
    [59_999, "in 59 s"],
    [60_000, "in 1 min"],
    [5 * HOUR_MS + 12 * 60_000, "in 5 h 12 min"],
    [-(76 * HOUR_MS), "3 d 4 h ago"],
    [-(72 * HOUR_MS + 60_000), "3 d ago"],
    [400 * 24 * HOUR_MS, "in 400 d"],
  ];
  for (const [distanceMs, told] of table) expect(tellDistance(distanceMs)).toBe(told);
});
