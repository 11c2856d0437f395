import { describe, expect, test } from "bun:test";
import type { AttendAction, AttendState } from "../../src/web/attend/attend-state.ts";
import { attend, emptyState } from "../../src/web/attend/attend-state.ts";
import type { Problem } from "../../src/web/parts/api.ts";

const NOW_MS = 1_000_000;

describe("the form", () => {
  test("leads from the phone over the code to the details", () => {
    const atCode = play(emptyState, typedPhone, { kind: "sending" }, codeSent);
    expect(atCode.step).toMatchObject({ kind: "code", challenge: "c1", attemptsLeft: null });
    expect(atCode.activity).toEqual({ kind: "idle" });
    const atDetails = attend(atCode, { kind: "verified", verification: "v1" });
    expect(atDetails.step.kind).toBe("details");
    expect(atDetails.fields.phone).toBe("01712345678");
  });

  test("empties the code and tells the tries left after a wrong one", () => {
    const typed: AttendAction = { kind: "typed", field: "code", text: "111111" };
    const state = play(emptyState, codeSent, typed, refusal("code_wrong", { attemptsLeft: 2 }));
    expect(state.fields.code).toBe("");
    expect(state.step).toMatchObject({ kind: "code", attemptsLeft: 2 });
    expect(state.complaint?.code).toBe("code_wrong");
  });

  test.each(["code_expired", "code_exhausted", "challenge_invalid"] as const)(
    "goes back to the phone, number kept, on %s",
    (code) => {
      const state = play(emptyState, typedPhone, codeSent, refusal(code));
      expect(state.step).toEqual({ kind: "phone" });
      expect(state.fields.phone).toBe("01712345678");
      expect(state.complaint?.code).toBe(code);
    },
  );

  test("asks for the phone again when its proof no longer counts", () => {
    const verified: AttendAction = { kind: "verified", verification: "v1" };
    const state = play(emptyState, codeSent, verified, refusal("verification_invalid"));
    expect(state.step).toEqual({ kind: "phone" });
    expect(state.verification).toBeNull();
  });

  test("moves only the countdown of the resend button when asked too soon", () => {
    const state = play(emptyState, codeSent, refusal("resend_too_soon", { retryAfterS: 12 }));
    expect(state.step).toMatchObject({ kind: "code", resendAtMs: NOW_MS + 12_000 });
    expect(state.complaint).toBeNull();
  });

  test("keeps the life and the tries of a code that is sent again", () => {
    const wrong = refusal("code_wrong", { attemptsLeft: 3 });
    const again: AttendAction = { ...codeSent, expiresAtMs: 9e9, resendAtMs: NOW_MS + 60_000 };
    const state = play(emptyState, codeSent, wrong, again);
    expect(state.step).toEqual({
      kind: "code",
      challenge: "c1",
      leavesAtMs: codeSent.leavesAtMs,
      expiresAtMs: codeSent.expiresAtMs,
      resendAtMs: NOW_MS + 60_000,
      attemptsLeft: 3,
    });
  });

  test("says when to try again where the server did", () => {
    const state = attend(emptyState, refusal("rate_limited", { retryAfterS: 40 }));
    expect(state.complaint).toEqual({ code: "rate_limited", untilMs: NOW_MS + 40_000 });
  });

  test("returns from recovery to the details of a phone proved before", () => {
    const state = play(
      emptyState,
      { kind: "verified", verification: "v1" },
      { kind: "purpose-chosen", purpose: "recover" },
    );
    expect(state.step).toEqual({ kind: "phone" });
    const back = attend(state, { kind: "purpose-chosen", purpose: "register" });
    expect(back.step).toEqual({ kind: "details" });
  });

  test("forgets the proof of a phone that is exchanged for another", () => {
    const state = play(
      emptyState,
      { kind: "verified", verification: "v1" },
      { kind: "phone-reopened" },
    );
    expect(state.verification).toBeNull();
    expect(state.step).toEqual({ kind: "phone" });
  });

  test("keeps what was typed through any refusal", () => {
    const verified: AttendAction = { kind: "verified", verification: "v1" };
    const name: AttendAction = { kind: "typed", field: "name", text: "রহিমা" };
    const state = play(emptyState, verified, name, refusal("internal"), refusal("sale_full"));
    expect(state.fields.name).toBe("রহিমা");
  });
});

const typedPhone: AttendAction = { kind: "typed", field: "phone", text: "01712345678" };

const codeSent = {
  kind: "code-sent",
  challenge: "c1",
  leavesAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 300_000,
  resendAtMs: NOW_MS + 30_000,
} as const satisfies AttendAction;

function refusal(code: Problem["code"], more: Partial<Problem> = {}): AttendAction {
  const unsaid = {
    retryAfterS: null,
    attemptsLeft: null,
    opensInS: null,
    verification: null,
    hasLapsed: false,
  };
  return { kind: "refused", problem: { status: 400, code, ...unsaid, ...more }, nowMs: NOW_MS };
}

function play(state: AttendState, ...actions: readonly AttendAction[]): AttendState {
  return actions.reduce(attend, state);
}
