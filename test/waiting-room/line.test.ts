import { describe, expect, test } from "bun:test";
import type { AdmissionBounds, LineOptions } from "../../src/waiting-room/line.ts";
import { Line } from "../../src/waiting-room/line.ts";

const TAIL = 2 ** 48;
const OPTIONS: LineOptions = {
  holdMs: 60_000,
  verifiedHoldMs: 120_000,
  tailCountMax: 1_000,
  stepCountMax: 500,
};

/** Places 10, 20, 30, … of the lobby, one for each letter: `v` verified, `n` not. */
function makeLine(letters: string, options: Partial<LineOptions> = {}): Line {
  const lobby = Array.from(letters, (letter, index) => ({
    place: 10 * (index + 1),
    isVerified: letter === "v",
  }));
  return new Line(lobby, { ...OPTIONS, ...options });
}

function bounds(changes: Partial<AdmissionBounds> = {}): AdmissionBounds {
  return { seatsLeft: 1_000, unverifiedCountMax: 1_000, countMax: 1_000, ...changes };
}

function kindsOf(line: Line, places: readonly number[], nowMs: number): string[] {
  return places.map((place) => line.standing(place, nowMs).kind);
}

describe("letting in", () => {
  test("goes in order of place, the lobby first, and one number says who is in", () => {
    const line = makeLine("nv");
    expect(line.append(true)).toBe(TAIL);
    expect(line.append(false)).toBe(TAIL + 1);
    expect([line.lobbyCount, line.tailCount, line.threshold]).toEqual([2, 2, 0]);
    const thresholds = [1, 2, 3, 4].map((count) => {
      expect(line.admit(0, bounds({ countMax: 1 }))).toBe(1);
      expect(kindsOf(line, [10, 20, TAIL, TAIL + 1], 0)).toEqual(
        ["held", "held", "held", "held"].fill("waiting", count),
      );
      return line.threshold;
    });
    expect(thresholds).toEqual([11, 21, TAIL + 1, TAIL + 2]);
    expect(line.admit(0, bounds())).toBe(0);
  });

  test("keeps a seat for everyone let in: never more live holds than seats left", () => {
    const line = makeLine("v".repeat(10));
    expect(line.admit(0, bounds({ seatsLeft: 3 }))).toBe(3);
    expect(line.admit(0, bounds({ seatsLeft: 3 }))).toBe(0);
    expect(line.admit(0, bounds({ seatsLeft: 4 }))).toBe(1);
    expect(line.admit(0, bounds({ seatsLeft: -1 }))).toBe(0);
    expect([line.heldCount, line.admittedCount, line.threshold]).toEqual([4, 4, 41]);
  });

  test("stops at the first who would need a code too many, and jumps over nobody", () => {
    const line = makeLine("vnvnvv");
    expect(line.admit(0, bounds({ unverifiedCountMax: 1 }))).toBe(3);
    expect(line.unaskedCount).toBe(1);
    expect(line.admit(0, bounds({ unverifiedCountMax: 0 }))).toBe(0);
    expect(line.admit(0, bounds({ unverifiedCountMax: 1 }))).toBe(3);
    expect(line.unaskedCount).toBe(2);
  });

  test("a place that was never given out is unknown, whatever the number", () => {
    const line = makeLine("vv");
    line.append(true);
    line.admit(0, bounds({ countMax: 1 }));
    const numbers = [-1, 0, 9, 10.5, 11, 25, TAIL - 1, TAIL + 1, 2 ** 53, Infinity, NaN];
    for (const place of numbers) expect(line.standing(place, 0)).toEqual({ kind: "unknown" });
    expect(line.askCode(11, { key: 1, untilMs: 600_000 }, 0)).toEqual({ kind: "unknown" });
    expect(line.beginClaim(TAIL + 1, 0)).toEqual({ kind: "unknown" });
  });

  test("a full line takes nobody more (invariant 8)", () => {
    const line = makeLine("", { tailCountMax: 3 });
    expect([1, 2, 3, 4].map(() => line.append(false))).toEqual([TAIL, TAIL + 1, TAIL + 2, null]);
    expect(line.tailCount).toBe(3);
  });
});

describe("a hold", () => {
  test("lasts 60 s, and 120 s for the verified; then the seat is the next one's at once", () => {
    const line = makeLine("nvnn");
    expect(line.admit(1_000, bounds({ seatsLeft: 2 }))).toBe(2);
    expect(line.standing(10, 60_999)).toEqual({ kind: "held", untilMs: 61_000 });
    expect(line.standing(20, 60_999)).toEqual({ kind: "held", untilMs: 121_000 });
    expect(line.admit(60_999, bounds({ seatsLeft: 2 }))).toBe(0);
    expect(line.admit(61_000, bounds({ seatsLeft: 2 }))).toBe(1);
    expect(kindsOf(line, [10, 20, 30, 40], 61_000)).toEqual(["lapsed", "held", "held", "waiting"]);
    expect(line.admit(121_000, bounds({ seatsLeft: 2 }))).toBe(1);
    expect(kindsOf(line, [10, 20, 30, 40], 121_000)).toEqual([
      "lapsed",
      "lapsed",
      "lapsed",
      "held",
    ]);
    expect([line.heldCount, line.lapsedCount]).toEqual([1, 3]);
  });

  test("lasts as long as the code that was asked for within it, and is not brought back after it", () => {
    const line = makeLine("nn");
    line.admit(0, bounds());
    expect(line.hasAsked(15)).toBe(false);
    expect(line.askCode(10, { key: 1, untilMs: 659_500 }, 59_999)).toEqual({
      kind: "held",
      untilMs: 660_000,
    });
    expect(line.unaskedCount).toBe(1);
    expect(line.askCode(20, { key: 1, untilMs: 660_000 }, 60_000)).toEqual({ kind: "lapsed" });
    expect(line.standing(10, 659_999).kind).toBe("held");
    expect(line.standing(10, 660_000).kind).toBe("lapsed");
    expect(line.askCode(10, { key: 1, untilMs: 1_260_000 }, 660_000).kind).toBe("lapsed");
    expect([line.heldCount, line.lapsedCount]).toEqual([0, 2]);
  });

  test("is never made shorter by a code", () => {
    const line = makeLine("v");
    line.admit(0, bounds());
    expect(line.askCode(10, { key: 1, untilMs: 90_000 }, 0)).toEqual({
      kind: "held",
      untilMs: 120_000,
    });
  });

  test("ends as before when the code was not sent, at once where that is over", () => {
    const line = makeLine("nn");
    line.admit(0, bounds());
    expect(line.hasAsked(10)).toBe(false);
    line.askCode(10, { key: 1, untilMs: 600_000 }, 0);
    expect(line.hasAsked(10)).toBe(true);
    line.codeNotSent(10, 1, 5_000);
    expect(line.hasAsked(10)).toBe(false);
    expect(line.standing(10, 5_000)).toEqual({ kind: "held", untilMs: 60_000 });
    line.askCode(20, { key: 1, untilMs: 600_000 }, 0);
    line.askCode(20, { key: 2, untilMs: 700_000 }, 50_000);
    line.codeNotSent(20, 2, 70_000);
    expect(line.standing(20, 70_000)).toEqual({ kind: "held", untilMs: 600_000 });
    line.askCode(10, { key: 1, untilMs: 800_000 }, 70_000);
    expect([line.heldCount, line.lapsedCount]).toEqual([1, 1]);
    const other = makeLine("n");
    other.admit(0, bounds());
    other.askCode(10, { key: 1, untilMs: 600_000 }, 0);
    other.codeNotSent(10, 1, 60_000);
    expect([other.heldCount, other.lapsedCount]).toEqual([0, 1]);
    other.codeNotSent(10, 1, 60_000);
    other.codeNotSent(11, 1, 60_000);
  });

  test("keeps the time of one code when another was not sent, in whichever order they end", () => {
    const line = makeLine("n");
    line.admit(0, bounds());
    line.askCode(10, { key: 1, untilMs: 600_000 }, 0);
    line.askCode(10, { key: 2, untilMs: 600_000 }, 1_000);
    line.codeNotSent(10, 1, 2_000);
    expect(line.standing(10, 2_000)).toEqual({ kind: "held", untilMs: 600_000 });
    expect(line.hasAsked(10)).toBe(true);
    line.codeNotSent(10, 2, 3_000);
    expect(line.standing(10, 3_000)).toEqual({ kind: "held", untilMs: 60_000 });
  });

  test("instants that go back bring nothing back", () => {
    const line = makeLine("n");
    line.admit(0, bounds());
    expect(line.standing(10, 60_000).kind).toBe("lapsed");
    expect(line.standing(10, 1_000).kind).toBe("lapsed");
  });

  test("with all steps in use lasts a little longer, never shorter (invariant 8)", () => {
    const line = makeLine("nnnn", { stepCountMax: 2 });
    for (const nowMs of [0, 10_000, 20_000]) line.admit(nowMs, bounds({ countMax: 1 }));
    expect(line.standing(10, 20_000)).toEqual({ kind: "held", untilMs: 60_000 });
    expect(line.standing(20, 20_000)).toEqual({ kind: "held", untilMs: 80_000 });
    expect(line.standing(30, 20_000)).toEqual({ kind: "held", untilMs: 80_000 });
    expect(line.admit(60_000, bounds())).toBe(1);
    expect(kindsOf(line, [10, 20, 30, 40], 80_000)).toEqual(["lapsed", "lapsed", "lapsed", "held"]);
    expect([line.heldCount, line.lapsedCount]).toEqual([1, 3]);
  });

  test("of one who acted is not longer because others are let in with all steps in use", () => {
    const line = makeLine("nn", { stepCountMax: 1 });
    line.admit(0, bounds({ countMax: 1 }));
    line.beginClaim(10, 0);
    line.endClaim(10, { isSeated: false }, 0);
    line.admit(30_000, bounds({ countMax: 1 }));
    expect(kindsOf(line, [10, 20], 60_000)).toEqual(["lapsed", "held"]);
    expect(line.heldCount).toBe(1);
  });
});

describe("a claim", () => {
  test("holds its seat until it ends, however long that takes", () => {
    const line = makeLine("nn");
    line.admit(0, bounds({ seatsLeft: 1 }));
    expect(line.beginClaim(10, 59_999)).toEqual({ kind: "held", untilMs: 60_000 });
    expect(line.admit(90_000, bounds({ seatsLeft: 1 }))).toBe(0);
    expect(line.standing(10, 90_000).kind).toBe("held");
    line.endClaim(10, { isSeated: false }, 90_000);
    expect([line.heldCount, line.lapsedCount]).toEqual([0, 1]);
    expect(line.standing(10, 90_000).kind).toBe("lapsed");
    expect(line.beginClaim(10, 90_000).kind).toBe("lapsed");
    expect(line.admit(90_000, bounds({ seatsLeft: 1 }))).toBe(1);
  });

  test("that got the seat gives up the hold for good: the seat is counted as committed", () => {
    const line = makeLine("nn");
    line.admit(0, bounds({ seatsLeft: 1 }));
    line.beginClaim(10, 1_000);
    line.endClaim(10, { isSeated: true }, 2_000);
    expect([line.heldCount, line.seatedCount, line.lapsedCount]).toEqual([0, 1, 0]);
    for (const nowMs of [2_000, 700_000]) {
      expect(line.standing(10, nowMs)).toEqual({ kind: "seated" });
      expect(line.beginClaim(10, nowMs)).toEqual({ kind: "seated" });
    }
    expect(line.admit(700_000, bounds({ seatsLeft: 0 }))).toBe(0);
  });

  test("that failed leaves the hold as it was", () => {
    const line = makeLine("n");
    line.admit(0, bounds());
    line.askCode(10, { key: 1, untilMs: 600_000 }, 0);
    line.beginClaim(10, 1_000);
    line.endClaim(10, { isSeated: false }, 2_000);
    expect(line.standing(10, 599_999)).toEqual({ kind: "held", untilMs: 600_000 });
    expect(line.standing(10, 600_000).kind).toBe("lapsed");
  });

  test("one place with several claims has one hold and takes one seat", () => {
    const line = makeLine("n");
    line.admit(0, bounds());
    for (const nowMs of [0, 1_000, 70_000]) {
      expect(line.beginClaim(10, nowMs).kind).toBe("held");
      expect(line.heldCount).toBe(1);
    }
    line.endClaim(10, { isSeated: false }, 80_000);
    expect([line.heldCount, line.lapsedCount]).toEqual([1, 0]);
    line.endClaim(10, { isSeated: true }, 80_000);
    line.endClaim(10, { isSeated: true }, 80_000);
    expect([line.heldCount, line.seatedCount, line.lapsedCount]).toEqual([0, 1, 0]);
  });

  test("ending one that never began is a fault of the program", () => {
    const line = makeLine("nn");
    line.admit(0, bounds({ countMax: 1 }));
    expect(() => line.endClaim(15, { isSeated: false }, 0)).toThrow();
    expect(() => line.endClaim(20, { isSeated: true }, 0)).toThrow();
  });
});

describe("after a restart", () => {
  const records = [
    { atMs: 100_000, upTo: 1 },
    { atMs: 230_000, upTo: 3 },
    { atMs: 290_000, upTo: 5 },
  ];

  test("who was let in lately has a seat kept again, and who was before is over", () => {
    const line = makeLine("vnvnv");
    line.append(false);
    line.restore(records, 300_000);
    const kinds = kindsOf(line, [10, 20, 30, 40, 50, TAIL], 300_000);
    expect(kinds).toEqual(["lapsed", "lapsed", "held", "held", "held", "waiting"]);
    expect(line.standing(30, 300_000)).toEqual({ kind: "held", untilMs: 350_000 });
    expect(line.standing(40, 300_000)).toEqual({ kind: "held", untilMs: 350_000 });
    expect([line.threshold, line.admittedCount, line.heldCount]).toEqual([51, 5, 3]);
    expect([line.lapsedCount, line.seatedCount]).toEqual([0, 0]);
  });

  test("a place behind the lobby of which nothing is known is held for 120 s, and may need a code", () => {
    const line = makeLine("");
    for (let serial = 0; serial < 4; serial += 1) line.append(null);
    line.restore([{ atMs: 0, upTo: 1 }], 100_000);
    expect(line.standing(TAIL, 100_000)).toEqual({ kind: "held", untilMs: 120_000 });
    expect(line.unaskedCount).toBe(1);
    expect(line.admit(100_000, bounds({ unverifiedCountMax: 2 }))).toBe(2);
    expect(line.standing(TAIL + 1, 100_000)).toEqual({ kind: "held", untilMs: 220_000 });
  });

  test("people whom another process let in meanwhile are in the line, though nobody has told of them", () => {
    const line = makeLine("vv");
    line.restore([{ atMs: 99_000, upTo: 4 }], 100_000);
    expect([line.tailCount, line.threshold]).toEqual([2, TAIL + 2]);
    expect(line.standing(TAIL + 1, 100_000)).toEqual({ kind: "held", untilMs: 219_000 });
    expect(line.append(true)).toBe(TAIL + 2);
  });

  test("a record from the future keeps no seat for longer than one from now", () => {
    const line = makeLine("n");
    line.restore([{ atMs: 900_000, upTo: 1 }], 100_000);
    expect(line.standing(10, 100_000)).toEqual({ kind: "held", untilMs: 160_000 });
  });

  test("only a new line is restored, and the threshold never falls", () => {
    const line = makeLine("nnn");
    line.admit(0, bounds({ countMax: 1 }));
    expect(() => line.restore([], 0)).toThrow();
    const falling = [records[1], records[0]].flatMap((record) => record ?? []);
    expect(() => makeLine("nnn").restore(falling, 300_000)).toThrow();
  });
});
