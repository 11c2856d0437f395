import { describe, expect, test } from "bun:test";
import type { Sale } from "../../src/sale/event.ts";
import type { SaleState } from "../../src/sale/sale.ts";
import { givesCodes, isVerifiedEarly, nextInstantMs, saleState } from "../../src/sale/sale.ts";

const MINUTE_MS = 60_000;
const OPENS_AT_MS = Date.UTC(2027, 0, 10, 4);
/** Told in minutes before the opening. */
const before = (minutes: number) => OPENS_AT_MS - minutes * MINUTE_MS;

const plain = sale(before(0));
const verified = sale(before(60));
const lobbied: Sale = { ...plain, lobby: { fromMs: before(15) } };
const verifiedLobbied: Sale = { ...verified, lobby: { fromMs: before(15) } };
/** The lobby opens with the verification, or only with the sale itself. */
const together: Sale = { ...verified, lobby: { fromMs: before(60) } };
const shut: Sale = { ...plain, lobby: { fromMs: before(0) } };

function sale(verifyFromMs: number): Sale {
  const closesAtMs = OPENS_AT_MS + 60 * MINUTE_MS;
  return { id: 7, number: 1, verifyFromMs, opensAtMs: OPENS_AT_MS, closesAtMs, quota: 10 };
}

/** From each instant on the state holds; before the first it is scheduled. */
type Course = readonly (readonly [fromMs: number, state: SaleState, givesCodes: boolean])[];

const open: Course[number] = [before(0), "open", true];
const closed: Course[number] = [plain.closesAtMs, "closed", false];
const courses: readonly [what: string, sale: Sale, course: Course][] = [
  ["without verify-early and lobby", plain, [open, closed]],
  ["with verify-early alone", verified, [[before(60), "verifying", true], open, closed]],
  ["with a lobby alone", lobbied, [[before(15), "lobby", false], open, closed]],
  [
    "with both",
    verifiedLobbied,
    [[before(60), "verifying", true], [before(15), "lobby", true], open, closed],
  ],
  ["with both from one instant on", together, [[before(60), "lobby", true], open, closed]],
  ["with a lobby that lasts no time", shut, [open, closed]],
];

describe("a sale", () => {
  for (const [what, one, course] of courses) {
    test(`${what} goes its course, each state from its very instant on`, () => {
      let previous: SaleState = "scheduled";
      for (const [fromMs, state, hasCodes] of course) {
        expect(stateAt(one, fromMs - 0.001)).toBe(previous);
        expect(stateAt(one, fromMs)).toBe(state);
        expect(givesCodes(one, state, fromMs)).toBe(hasCodes);
        previous = state;
      }
    });

    test(`${what} tells each next instant, and none after the last`, () => {
      let atMs = before(1_000);
      for (const [fromMs] of course) {
        expect(nextInstantMs(one, atMs)).toBe(fromMs);
        atMs = fromMs;
      }
      expect(nextInstantMs(one, atMs)).toBeNull();
    });
  }

  test("is paused in every state in which something is given out, and in no other", () => {
    for (const [, one, course] of courses) {
      expect(saleState(one, { nowMs: before(1_000), sold: 0, isPaused: true })).toBe("scheduled");
      for (const [fromMs, state] of course) {
        const paused = saleState(one, { nowMs: fromMs, sold: 0, isPaused: true });
        expect(paused).toBe(state === "closed" ? "closed" : "paused");
      }
    }
  });

  test("is full from its last seat on, in the lobby too, until it closes or gets more seats", () => {
    for (const nowMs of [before(60), before(15), before(0)]) {
      expect(saleState(verifiedLobbied, { nowMs, sold: 10, isPaused: true })).toBe("full");
      expect(
        saleState({ ...verifiedLobbied, quota: 11 }, { nowMs, sold: 10, isPaused: false }),
      ).not.toBe("full");
    }
    const nowMs = plain.closesAtMs;
    expect(saleState(verifiedLobbied, { nowMs, sold: 10, isPaused: false })).toBe("closed");
  });

  test("takes a verification for a place in its lobby where phones are verified before the opening", () => {
    expect([plain, lobbied, shut].map(isVerifiedEarly)).toEqual([false, false, false]);
    expect([verified, verifiedLobbied, together].map(isVerifiedEarly)).toEqual([true, true, true]);
  });
});

function stateAt(one: Sale, nowMs: number): SaleState {
  return saleState(one, { nowMs, sold: 0, isPaused: false });
}
