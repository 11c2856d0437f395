import { expect, test } from "bun:test";
import { Place } from "../../bench/load/place.ts";
import { tickIn } from "../../bench/load/tick-reader.ts";

const NOON_MS = Date.UTC(2027, 0, 10, 12);
const PASS = Buffer.alloc(48, 7).toString("base64url");

function tick(atMs: number, line: { readonly to: number; readonly phase?: string }) {
  const at = new Date(atMs).toISOString();
  return tickIn({
    now: at,
    sale: { number: 1, state: "open", opensAt: at, closesAt: at },
    remaining: 3,
    line: { phase: "drawn", size: 9, end: 0, held: 0, rate: 0, share: 0, every: 5, ...line },
  });
}

test("a place that was seen waiting promises a seat from just then, a second of grace apart", () => {
  const place = new Place({ pass: PASS, place: 40, cost: "proof" });
  place.see(tick(NOON_MS, { to: 40 }));
  expect(place.isTurn).toBe(false);
  expect(place.promiseAt(NOON_MS)).toBe("none");
  place.see(tick(NOON_MS + 5_000, { to: 41 }));
  expect(place.isTurn).toBe(true);
  expect(place.promiseAt(NOON_MS + 59_000)).toBe("kept");
  expect(place.promiseAt(NOON_MS + 59_001)).toBe("none");
  place.keepUntil(NOON_MS + 300_000);
  expect(place.promiseAt(NOON_MS + 299_000)).toBe("kept");
});

test("a proved phone is promised two minutes, and one of the lobby nothing before the draw", () => {
  const place = new Place({ pass: PASS, place: null, cost: "verification" });
  place.see(tick(NOON_MS, { to: 99 }));
  expect(place.isTurn).toBe(false);
  place.number = 40;
  place.see(tick(NOON_MS, { phase: "closed", to: 99 }));
  expect(place.isTurn).toBe(false);
  place.see(tick(NOON_MS, { to: 40 }));
  place.see(tick(NOON_MS + 5_000, { to: 99 }));
  expect(place.promiseAt(NOON_MS + 119_000)).toBe("kept");
});

test("of a turn that came while nobody looked, the page can but guess the end", () => {
  const place = new Place({ pass: PASS, place: 40, cost: "proof" });
  place.see(tick(NOON_MS, { to: 40 }));
  place.leave();
  place.see(tick(NOON_MS + 90_000, { to: 99 }));
  expect(place.promiseAt(Date.now())).toBe("guessed");
  place.keepUntil(Date.now() + 300_000);
  expect(place.promiseAt(Date.now())).toBe("kept");
});

test("a place is known to the draw by the middle of its pass", () => {
  const token = Buffer.concat([Buffer.alloc(16), Buffer.alloc(16, 3), Buffer.alloc(16)]);
  const place = new Place({ pass: token.toString("base64url"), place: null, cost: "proof" });
  expect(place.passId).toBe(Buffer.alloc(16, 3).toString("base64url"));
});
