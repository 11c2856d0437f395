import { expect, test } from "bun:test";
import type { SaleState } from "../../src/sale/sale.ts";
import { saleNow } from "../../src/web/attend/sale-now.ts";
import type { Tick } from "../../src/web/parts/api.ts";
import { ServerClock } from "../../src/web/parts/server-clock.ts";
import { DAY_MS, HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";

const { sales } = makeEvent();

test("the form opens on the instant, without another question to the server", () => {
  const told = tick("verifying", 60_000);
  expect(saleNow(sales, told, OPENING_MS - 1)?.state).toBe("verifying");
  expect(saleNow(sales, told, OPENING_MS)?.state).toBe("open");
});

test("full is what the server tells, whatever the clock says", () => {
  expect(saleNow(sales, tick("full", 0), OPENING_MS + HOUR_MS)?.state).toBe("full");
});

test("a pause covers the opening until the server ends it", () => {
  expect(saleNow(sales, tick("paused", 500), OPENING_MS + 1)?.state).toBe("paused");
});

test("after the closing the next sale is shown, and after the last one none", () => {
  const afterFirst = OPENING_MS + 12 * HOUR_MS;
  const next = saleNow(sales, tick("open", 12), afterFirst);
  expect(next?.sale.number).toBe(2);
  expect(next?.state).toBe("scheduled");
  expect(saleNow(sales, tick("open", 12), OPENING_MS + 3 * DAY_MS)).toBeNull();
});

test("an opening moved after the page was loaded is the one that counts", () => {
  const moved = OPENING_MS + HOUR_MS;
  const told: Tick = tick("verifying", 60_000, moved);
  expect(saleNow(sales, told, OPENING_MS + 1)?.state).toBe("verifying");
  expect(saleNow(sales, told, moved)?.state).toBe("open");
});

test("the clock is never ahead of the server, however late its answers come", () => {
  let elapsedMs = 0;
  const clock = new ServerClock(() => elapsedMs);
  const serverNowMs = () => 5_000_000 + elapsedMs;
  for (const latenessMs of [900, 2_500, 40, 300, 1_800]) {
    elapsedMs += 10_000;
    clock.learn(serverNowMs() - latenessMs);
    expect(clock.nowMs()).toBeLessThanOrEqual(serverNowMs());
  }
  expect(serverNowMs() - clock.nowMs()).toBe(40);
});

function tick(state: SaleState, remaining: number, opensAtMs = OPENING_MS): Tick {
  const closesAtMs = OPENING_MS + 12 * HOUR_MS;
  return { nowMs: 0, sale: { number: 1, state, opensAtMs, closesAtMs }, remaining, line: null };
}
