import { describe, expect, test } from "bun:test";
import { eventView } from "../../src/registration/event-view.ts";
import { buildAssets } from "../../src/web/assets.ts";
import type { AttendAction, AttendState } from "../../src/web/attend/attend-state.ts";
import { attend, emptyState } from "../../src/web/attend/attend-state.ts";
import type { HeldPass } from "../../src/web/attend/line/held-pass.ts";
import { attendPage } from "../../src/web/attend/page.ts";
import { saleNow } from "../../src/web/attend/sale-now.ts";
import type { Shelf } from "../../src/web/attend/saved.ts";
import { savedForm } from "../../src/web/attend/saved.ts";
import type { Problem, Tick, TickLine } from "../../src/web/parts/api.ts";
import { pageTexts } from "../../src/web/texts/all.ts";
import { HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";

const pass: HeldPass = {
  saleNumber: 1,
  pass: "p",
  place: 7,
  cost: "proof",
  phone: "01712 345678",
  country: "BD",
  turn: { kind: "come", untilMs: 60_000 },
};
const inTurn = attend(emptyState, { kind: "joined", pass });

describe("a form with a place in the line", () => {
  test("is about the phone the place belongs to", () => {
    expect(inTurn.fields).toMatchObject({ phone: "01712 345678", country: "BD" });
  });

  test("keeps the seat for the life of the code that was asked for in time", () => {
    expect(attend(inTurn, codeSent).pass?.turn).toEqual({ kind: "come", untilMs: 300_000 });
    const ahead: AttendState = { ...inTurn, pass: { ...pass, turn: { kind: "ahead" } } };
    expect(attend(ahead, codeSent).pass?.turn).toEqual({ kind: "ahead" });
  });

  test.each(["pass_required", "pass_invalid"] as const)("drops a place on %s", (code) => {
    const state = attend(attend(inTurn, codeSent), refusal(code));
    expect(state).toMatchObject({ pass: null, step: { kind: "phone" }, complaint: { code } });
  });

  test("knows a turn that has lapsed from one that has not come", () => {
    expect(attend(inTurn, refusal("not_your_turn", true)).pass?.turn).toEqual({ kind: "lapsed" });
    const early = attend(inTurn, refusal("not_your_turn"));
    expect(early.pass).toEqual(pass);
    expect(early.complaint?.code).toBe("not_your_turn");
  });

  test("gives the place up with the phone, and once it has won", () => {
    expect(attend(inTurn, { kind: "phone-reopened" }).pass).toBeNull();
    const ticket = { registrationId: "r", ordinal: 1, ticketUrl: "/t/k", pdfUrl: "/t/k/p" };
    expect(attend(inTurn, { kind: "registered", ticket, isNew: true }).pass).toBeNull();
  });

  test("takes from another tab what that one has, and goes on with its own code", () => {
    const shared: AttendAction = { kind: "shared", verification: "v", pass };
    expect(attend(emptyState, shared)).toMatchObject({ pass, step: { kind: "details" } });
    expect(attend(attend(inTurn, codeSent), shared).step.kind).toBe("code");
  });
});

describe("what a browser keeps of a place", () => {
  test("outlives the tab, and no tab overwrites what another took", () => {
    const local = shelf();
    const first = savedForm({ session: shelf(), local }, "e");
    const second = savedForm({ session: shelf(), local }, "e");
    const idle = second.load(0);
    first.save(inTurn);
    second.save(attend(idle, { kind: "typed", field: "name", text: "R" }));
    expect(savedForm({ session: shelf(), local }, "e").load(0).pass).toEqual(pass);
    expect(second.shared()).toEqual({ verification: null, pass });
    second.save({ ...idle, pass: null });
    expect(first.shared().pass).toBeNull();
  });
});

describe("a sale with a waiting room", () => {
  const usual = makeEvent();
  const lobby = { fromMs: OPENING_MS - HOUR_MS };
  const sales = usual.sales.map((sale) => ({ ...sale, lobby }));
  const line: TickLine = {
    phase: "lobby",
    lobbyCount: 0,
    threshold: 0,
    heldCount: 0,
    perMinute: 0,
    registeredShare: 90,
    everyMs: 5_000,
  };
  const tick: Tick = {
    nowMs: OPENING_MS - 1,
    sale: { number: 1, state: "lobby", opensAtMs: OPENING_MS, closesAtMs: OPENING_MS + HOUR_MS },
    remaining: 60_000,
    line,
  };

  test("opens its lobby on the instant, and after it itself", () => {
    const state = (nowMs: number) => saleNow(sales, tick, nowMs)?.state;
    expect([lobby.fromMs - 1, lobby.fromMs, OPENING_MS].map(state)).toEqual([
      "verifying",
      "lobby",
      "open",
    ]);
  });

  test("is known by its tick alone, where the page was sent before it had one", () => {
    expect(saleNow(usual.sales, tick, OPENING_MS - 1)?.state).toBe("lobby");
    expect(saleNow(usual.sales, { ...tick, line: null }, OPENING_MS)?.sale.lobby).toBeUndefined();
  });

  test("says to those without scripts that there is a line as well", async () => {
    const { paths } = await buildAssets();
    const page = (event: typeof usual) =>
      attendPage(
        eventView(event, { nowMs: OPENING_MS, soldOf: () => 0 }),
        { paths, callingCodes: [["BD", "880"]] },
        "bn",
      );
    expect(page({ ...usual, sales })).toContain(pageTexts.bn.attend.scriptsOffLine);
    expect(page(usual)).not.toContain(pageTexts.bn.attend.scriptsOffLine);
  });
});

const codeSent = {
  kind: "code-sent",
  challenge: "c",
  leavesAtMs: 0,
  expiresAtMs: 300_000,
  resendAtMs: 30_000,
} as const satisfies AttendAction;

function refusal(code: Problem["code"], hasLapsed = false): AttendAction {
  const unsaid = { retryAfterS: null, attemptsLeft: null, opensInS: null, verification: null };
  return { kind: "refused", problem: { status: 403, code, ...unsaid, hasLapsed }, nowMs: 0 };
}

function shelf(): () => Shelf {
  const items = new Map<string, string>();
  const kept: Shelf = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => void items.set(key, text),
    removeItem: (key) => void items.delete(key),
  };
  return () => kept;
}
