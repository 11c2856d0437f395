import { describe, expect, test } from "bun:test";
import { createHmac, hkdfSync } from "node:crypto";
import { PASS_ID_AT as SEALED_PASS_ID_AT } from "../../src/waiting-room/pass.ts";
import { peopleAhead, roundedPeople, TAIL_FROM } from "../../src/web/attend/line/ahead.ts";
import { chanceOf } from "../../src/web/attend/line/chance.ts";
import type { HeldPass } from "../../src/web/attend/line/held-pass.ts";
import { heldAnew } from "../../src/web/attend/line/held-pass.ts";
import { drawnPlace, PASS_ID_AT } from "../../src/web/attend/line/place.ts";
import { standingOf } from "../../src/web/attend/line/standing.ts";
import type { WaitEstimate } from "../../src/web/attend/line/wait-estimate.ts";
import {
  nextEstimate,
  SHOWN_MINUTES,
  shownMinutes,
} from "../../src/web/attend/line/wait-estimate.ts";
import { tickDelayMs } from "../../src/web/attend/tick-watch.ts";
import type { Tick, TickLine } from "../../src/web/parts/api.ts";
import { OPENING_MS } from "./make.ts";

const line: TickLine = {
  phase: "drawn",
  lobbyCount: 100_000,
  threshold: 0,
  heldCount: 0,
  perMinute: 1_200,
  registeredShare: 90,
  everyMs: 5_000,
};

describe("one's own place", () => {
  const bytes = (name: string) => Buffer.from(hkdfSync("sha256", name, "", "", 32));
  const pass = Buffer.alloc(48, 7);
  bytes("pass").copy(pass, SEALED_PASS_ID_AT, 0, 16);
  const passId = pass.subarray(SEALED_PASS_ID_AT, SEALED_PASS_ID_AT + 16);
  const drawn = {
    seed: bytes("seed").toString("base64url"),
    root: bytes("root").toString("base64url"),
  };

  test.each([null, "drand round 5512345: ৭f3a"])(
    "follows from the draw with the beacon %j",
    async (value) => {
      const key = Buffer.concat([bytes("seed"), bytes("root"), Buffer.from(value ?? "")]);
      const expected = createHmac("sha256", key).update(passId).digest().readUIntBE(0, 6);
      const beaconValue = value;
      expect(await drawnPlace(pass.toString("base64url"), { ...drawn, beaconValue })).toBe(
        expected,
      );
    },
  );

  test("is worked out of that part of a pass where the service puts its id", () => {
    expect(PASS_ID_AT).toBe(SEALED_PASS_ID_AT);
  });
});

describe("people ahead", () => {
  test.each([
    ["in the middle of the lobby, nobody let in", TAIL_FROM / 2, 0, 50_000],
    ["in the lobby, a quarter let in", TAIL_FROM / 2, TAIL_FROM / 4, 25_000],
    ["first behind the lobby", TAIL_FROM, TAIL_FROM / 2, 50_000],
    ["behind the lobby, which is through", TAIL_FROM + 70, TAIL_FROM + 20, 50],
    ["let in long ago", TAIL_FROM / 8, TAIL_FROM / 2, 0],
  ])("%s", (_where, place, threshold, people) => {
    expect(peopleAhead(place, { ...line, threshold })).toBe(people);
  });

  test.each([
    [12_431, 12_400],
    [57_777, 58_000],
    [777, 800],
    [104, 100],
    [12, 10],
  ])("%d are told as about %d, no more exactly than a draw can tell", (count, told) => {
    expect(roundedPeople(count)).toBe(told);
    expect(Math.abs(count - told)).toBeLessThanOrEqual(Math.sqrt(count) + 5);
  });
});

describe("the chance of a seat", () => {
  const chance = (remaining: number, ahead: number, heldCount = 0, registeredShare = 90) =>
    chanceOf(ahead, { remaining, line: { ...line, heldCount, registeredShare } });

  test.each([
    ["nobody ahead and seats left", 60_000, 0, "likely"],
    ["fewer ahead than seats", 60_000, 50_000, "likely"],
    ["about as many ahead as will get the seats", 60_000, 66_000, "if-others-give-up"],
    ["a few more than that", 60_000, 80_000, "if-others-give-up"],
    ["far too many", 60_000, 90_000, "unlikely"],
    ["the last seat and nobody before one", 1, 0, "likely"],
    ["no seat left but those that are held", 0, 1_000, "unlikely"],
  ] as const)("%s", (_how, remaining, ahead, expected) => {
    expect(chance(remaining, ahead)).toBe(expected);
  });

  test("counts the seats that are held now", () => {
    expect(chance(1_000, 500, 0)).toBe("likely");
    expect(chance(1_000, 500, 700)).toBe("if-others-give-up");
    expect(chance(1_000, 500, 2_000)).toBe("unlikely");
  });

  test("is better where fewer of those let in register", () => {
    expect(chance(10_000, 15_000, 0, 90)).toBe("unlikely");
    expect(chance(10_000, 15_000, 0, 50)).toBe("likely");
  });
});

describe("the estimate of the wait", () => {
  test("starts at what is measured, said as people say it and never as less", () => {
    const minutes = (ahead: number) =>
      shownMinutes(nextEstimate(null, { ahead, perMinute: 100, nowMs: 0 }) as WaitEstimate);
    expect(minutes(800)).toBe(8);
    expect(minutes(820)).toBe(10);
    expect(minutes(20)).toBe(0.5);
    expect(minutes(30_000)).toBeNull();
  });

  test("is unknown before anybody was let in, and stays while the line stands still", () => {
    expect(nextEstimate(null, { ahead: 100, perMinute: 0, nowMs: 0 })).toBeNull();
    const before = nextEstimate(null, { ahead: 800, perMinute: 100, nowMs: 0 });
    expect(nextEstimate(before, { ahead: 800, perMinute: 0, nowMs: 5_000 })).toBe(before);
  });

  test("moves by one rung at most, however wildly the pace is measured", () => {
    const shown = estimates(
      Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? 50 : 1_000)),
    );
    const rungs = shown.map(({ rung }) => rung);
    for (const [index, rung] of rungs.slice(1).entries()) {
      expect(Math.abs(rung - (rungs[index] ?? 0))).toBeLessThanOrEqual(1);
    }
  });

  test("does not flutter while the pace swings by a fifth about its mean", () => {
    const swinging = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 80 : 120));
    const shown = estimates(swinging).map(({ rung }) => rung);
    // Three minutes go by: it comes down, and never goes up again.
    expect(shown).toEqual(shown.toSorted((one, other) => other - one));
    expect(new Set(shown).size).toBeGreaterThan(1);
  });

  test("is right in the end where the pace is steady", () => {
    let estimate: WaitEstimate | null = null;
    for (let nowMs = 0; nowMs <= 10 * 60_000; nowMs += 5_000) {
      const ahead = 2_000 - nowMs / 600;
      estimate = nextEstimate(estimate, { ahead, perMinute: 100, nowMs });
      const minutes = shownMinutes(estimate as WaitEstimate) ?? Infinity;
      expect(minutes).toBeGreaterThanOrEqual(ahead / 100 - 0.2);
      expect(minutes).toBeLessThanOrEqual((ahead / 100) * 1.4);
    }
  });

  test("is said in steps that grow with the wait", () => {
    const steps: number[] = SHOWN_MINUTES.slice(1).map(
      (minutes, rung) => minutes - (SHOWN_MINUTES[rung] ?? 0),
    );
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
  });

  function estimates(paces: readonly number[]): WaitEstimate[] {
    const all: WaitEstimate[] = [];
    for (const [index, perMinute] of paces.entries()) {
      const nowMs = index * 5_000;
      const ahead = 1_000 - index * 8;
      const next = nextEstimate(all.at(-1) ?? null, { ahead, perMinute, nowMs });
      if (next !== null) all.push(next);
    }
    return all;
  }
});

describe("where one stands", () => {
  const pass: HeldPass = {
    saleNumber: 1,
    pass: "p",
    place: null,
    cost: "proof",
    phone: "01712345678",
    country: "",
    turn: { kind: "ahead" },
  };

  test("is the draw until it is drawn, then the place", () => {
    expect(standingOf(null, line).kind).toBe("outside");
    expect(standingOf(pass, { ...line, phase: "lobby" }).kind).toBe("in-draw");
    expect(standingOf(pass, { ...line, phase: "closed" }).kind).toBe("in-draw");
    expect(standingOf(pass, line).kind).toBe("placing");
    const placed = { ...pass, place: TAIL_FROM / 2 };
    expect(standingOf(placed, line)).toEqual({ kind: "ahead-of-me", ahead: 50_000 });
    expect(standingOf(placed, null).kind).toBe("placing");
  });

  test("keeps the turn that has come when the same place is told again, and no other", () => {
    const come: HeldPass = { ...pass, place: 5, turn: { kind: "come", untilMs: 9 } };
    expect(heldAnew(come, { ...pass, pass: "q", place: 5 }).turn).toEqual(come.turn);
    expect(heldAnew(come, { ...pass, pass: "q", place: 6 }).turn).toEqual({ kind: "ahead" });
    expect(heldAnew({ ...come, turn: { kind: "lapsed" } }, { ...pass, place: 5 }).turn).toEqual({
      kind: "ahead",
    });
  });
});

describe("the next question", () => {
  const sale = {
    number: 1,
    state: "open",
    opensAtMs: OPENING_MS,
    closesAtMs: OPENING_MS * 2,
  } as const;
  const tick: Tick = { nowMs: OPENING_MS + 1, sale, remaining: 9, line };
  const delayMs = (last: Tick | null, random = 0.5, hiddenMs: number | null = null) =>
    tickDelayMs(last, { random, hiddenMs });

  test("comes when the server would like it, a fifth sooner or later", () => {
    const slow: Tick = { ...tick, line: { ...line, everyMs: 15_000 } };
    expect(delayMs(slow, 0)).toBe(12_000);
    expect(delayMs(slow, 1)).toBe(18_000);
  });

  test("is never asked for more often than every 5 s, nor without a line than every 20 s", () => {
    expect(delayMs({ ...tick, line: { ...line, everyMs: 1_000 } })).toBe(5_000);
    expect(delayMs({ ...tick, line: null })).toBe(20_000);
    expect(delayMs(null)).toBe(20_000);
  });

  test("comes soon after the opening, not all at once", () => {
    const early: Tick = { ...tick, nowMs: OPENING_MS - 2_000, line: { ...line, everyMs: 20_000 } };
    expect(delayMs(early, 0)).toBe(3_000);
    expect(delayMs(early, 1)).toBe(6_000);
  });

  test("is rarer in a tab nobody looks at, and left off after half an hour, or without a line", () => {
    expect(delayMs(tick, 0.5, 1_000)).toBe(30_000);
    expect(delayMs(tick, 0.5, 31 * 60_000)).toBeNull();
    expect(delayMs({ ...tick, line: null }, 0.5, 0)).toBeNull();
  });
});
