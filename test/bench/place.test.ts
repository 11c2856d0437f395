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
  expect(place.hasPromisedFor(NOON_MS)).toBe(false);
  place.see(tick(NOON_MS + 5_000, { to: 41 }));
  expect(place.isTurn).toBe(true);
  expect(place.hasPromisedFor(NOON_MS + 59_000)).toBe(true);
  expect(place.hasPromisedFor(NOON_MS + 59_001)).toBe(false);
  place.keepUntil(NOON_MS + 300_000);
  expect(place.hasPromisedFor(NOON_MS + 299_000)).toBe(true);
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
  expect(place.hasPromisedFor(NOON_MS + 119_000)).toBe(true);
});

test("of a turn that came while nobody looked, the page asks how much is left, and promises no more", () => {
  const place = new Place({ pass: PASS, place: 40, cost: "proof" });
  place.see(tick(NOON_MS, { to: 40 }));
  place.leave();
  place.see(tick(NOON_MS + 5_000, { to: 99 }));
  expect([place.isTurn, place.isTurnUnclear]).toEqual([false, true]);
  place.learn({ keptForS: null });
  expect([place.isTurn, place.isTurnUnclear]).toEqual([false, true]);
  place.learn({ keptForS: 30 });
  expect([place.isTurn, place.isTurnUnclear]).toEqual([true, false]);
  expect(place.hasPromisedFor(Date.now() + 28_000)).toBe(true);
  expect(place.hasPromisedFor(Date.now() + 30_000)).toBe(false);
});

test("a page that slept for longer than a seat is kept asks as well", () => {
  const place = new Place({ pass: PASS, place: 40, cost: "proof" });
  place.see(tick(Date.now() - 61_000, { to: 40 }));
  place.see(tick(Date.now(), { to: 99 }));
  expect(place.isTurnUnclear).toBe(true);
});

test("a place is known to the draw by the middle of its pass", () => {
  const token = Buffer.concat([Buffer.alloc(16), Buffer.alloc(16, 3), Buffer.alloc(16)]);
  const place = new Place({ pass: token.toString("base64url"), place: null, cost: "proof" });
  expect(place.passId).toBe(Buffer.alloc(16, 3).toString("base64url"));
});
