import type { Registered } from "../../http/wire.ts";
import type { Problem } from "../parts/api.ts";
import type { ProblemCode } from "../parts/problem-code.ts";
import type { ProofActivity } from "../proof/proof-seeker.ts";
import type { HeldPass } from "./line/held-pass.ts";
import { heldAnew } from "./line/held-pass.ts";

/** To win a seat, or to get the ticket of a seat already won. */
export type Purpose = "register" | "recover";

export type Step =
  | { readonly kind: "phone" }
  | {
      readonly kind: "code";
      readonly challenge: string;
      /** Instants by the server's clock, so that a reload keeps them. */
      readonly expiresAtMs: number;
      readonly resendAtMs: number;
      /** When the SMS has had its turn, as far as the service could tell. */
      readonly leavesAtMs: number;
      /** Known only after a wrong code. */
      readonly attemptsLeft: number | null;
    }
  | { readonly kind: "details" }
  | { readonly kind: "done"; readonly ticket: Registered; readonly isNew: boolean };

/** What the page is busy with. While `waiting` it will ask again by itself. */
export type Activity =
  | { readonly kind: "idle" }
  | { readonly kind: "sending" }
  | { readonly kind: "waiting"; readonly untilMs: number; readonly because: ComplaintCode }
  | ProofActivity;

/** The server's codes, and the two things only the page can know. */
export type ComplaintCode = ProblemCode | "unreachable" | "code_incomplete";

export interface Complaint {
  readonly code: ComplaintCode;
  /** When the person can try again, where the server said so. */
  readonly untilMs: number | null;
}

export type TypedField = "phone" | "code" | "name" | "email";

/** The country is chosen; empty stands for the service's own. */
export type FieldName = TypedField | "country";

export interface AttendState {
  readonly purpose: Purpose;
  readonly step: Step;
  readonly fields: Readonly<Record<FieldName, string>>;
  /** Proof that the phone is this person's; good until the event's last sale ends. */
  readonly verification: string | null;
  /** A place in the line, where the sale has one. */
  readonly pass: HeldPass | null;
  readonly complaint: Complaint | null;
  readonly activity: Activity;
}

export type AttendAction =
  | { readonly kind: "typed"; readonly field: FieldName; readonly text: string }
  | { readonly kind: "purpose-chosen"; readonly purpose: Purpose }
  | { readonly kind: "phone-reopened" }
  | { readonly kind: "started-over" }
  | { readonly kind: "sending" }
  | { readonly kind: "waiting"; readonly untilMs: number; readonly because: ComplaintCode }
  | ProofActivity
  | { readonly kind: "stopped" }
  | { readonly kind: "complained"; readonly code: ComplaintCode }
  | { readonly kind: "refused"; readonly problem: Problem; readonly nowMs: number }
  | {
      readonly kind: "code-sent";
      readonly challenge: string;
      readonly leavesAtMs: number;
      readonly expiresAtMs: number;
      readonly resendAtMs: number;
    }
  | { readonly kind: "verified"; readonly verification: string }
  | { readonly kind: "joined"; readonly pass: HeldPass }
  | { readonly kind: "placed"; readonly place: number }
  | { readonly kind: "turn-came"; readonly untilMs: number }
  | { readonly kind: "pass-dropped" }
  /** Another tab has proved the phone, taken a place in the line, or needs neither any more. */
  | ({ readonly kind: "shared" } & Pick<AttendState, "verification" | "pass">)
  | { readonly kind: "registered"; readonly ticket: Registered; readonly isNew: boolean };

export const emptyState: AttendState = {
  purpose: "register",
  step: { kind: "phone" },
  fields: { country: "", phone: "", code: "", name: "", email: "" },
  verification: null,
  pass: null,
  complaint: null,
  activity: { kind: "idle" },
};

/** Every way the form can move, in one pure function. */
export function attend(state: AttendState, action: AttendAction): AttendState {
  const settled: AttendState = { ...state, complaint: null, activity: { kind: "idle" } };
  switch (action.kind) {
    case "typed":
      return {
        ...state,
        complaint: null,
        fields: { ...state.fields, [action.field]: action.text },
      };
    case "purpose-chosen":
      return atStart({ ...settled, purpose: action.purpose });
    case "phone-reopened":
      return atStart({ ...settled, verification: null, pass: null });
    case "started-over":
      return emptyState;
    case "sending":
      return { ...settled, activity: { kind: "sending" } };
    case "waiting":
    case "proving":
    case "waiting-instead":
      return { ...settled, activity: action };
    case "stopped":
      return settled;
    case "complained":
      return { ...settled, complaint: { code: action.code, untilMs: null } };
    case "refused":
      return refused(settled, action.problem, action.nowMs);
    case "code-sent":
      return codeSent(settled, action);
    case "verified":
      return { ...settled, verification: action.verification, step: { kind: "details" } };
    case "joined":
      return atStart(inLine(settled, heldAnew(state.pass, action.pass)));
    case "placed":
      return withPass(state, { place: action.place });
    case "turn-came":
      return withPass(state, { turn: { kind: "come", untilMs: action.untilMs } });
    case "pass-dropped":
      return { ...state, pass: null };
    case "shared":
      return shared(state, action);
    case "registered": {
      const { ticket, isNew } = action;
      return { ...settled, verification: null, pass: null, step: { kind: "done", ticket, isNew } };
    }
  }
}

/** Where a purpose begins: a phone that was proved before is not asked for again. */
function atStart(state: AttendState): AttendState {
  const isProved = state.purpose === "register" && state.verification !== null;
  const fields = { ...state.fields, code: "" };
  return { ...state, fields, step: { kind: isProved ? "details" : "phone" } };
}

/** A place belongs to one phone, and that one is shown in every tab. */
function inLine(state: AttendState, pass: HeldPass): AttendState {
  const { phone, country } = pass;
  return { ...state, pass, fields: { ...state.fields, phone, country } };
}

function withPass(state: AttendState, change: Partial<HeldPass>): AttendState {
  return state.pass === null ? state : { ...state, pass: { ...state.pass, ...change } };
}

/** What is typed or under way here goes on, unless it was about the phone that is gone. */
function shared(
  state: AttendState,
  { verification, pass }: Extract<AttendAction, { kind: "shared" }>,
): AttendState {
  const placed = pass === null ? { ...state, pass } : inLine(state, pass);
  const next: AttendState = { ...placed, verification };
  const isAtCode = state.step.kind === "code" || state.step.kind === "done";
  return isAtCode || verification === state.verification ? next : atStart(next);
}

function codeSent(
  state: AttendState,
  sent: Extract<AttendAction, { kind: "code-sent" }>,
): AttendState {
  const { challenge, leavesAtMs, expiresAtMs, resendAtMs } = sent;
  if (state.step.kind === "code" && state.step.challenge === challenge) {
    // A resend carries the same code and extends nothing.
    return { ...state, step: { ...state.step, leavesAtMs, resendAtMs } };
  }
  const instants = { leavesAtMs, expiresAtMs, resendAtMs };
  const step: Step = { kind: "code", challenge, ...instants, attemptsLeft: null };
  return { ...keptAsLongAs(expiresAtMs, state), step, fields: { ...state.fields, code: "" } };
}

/** A code asked for while a seat is kept keeps it for the life of the code. */
function keptAsLongAs(untilMs: number, state: AttendState): AttendState {
  if (state.purpose !== "register" || state.pass?.turn.kind !== "come") return state;
  return withPass(state, { turn: { kind: "come", untilMs } });
}

function refused(state: AttendState, problem: Problem, nowMs: number): AttendState {
  const { code, retryAfterS, attemptsLeft } = problem;
  const untilMs = retryAfterS === null ? null : nowMs + retryAfterS * 1000;
  const complaint: Complaint = { code, untilMs };
  const { step } = state;
  if (code === "code_expired" || code === "code_exhausted" || code === "challenge_invalid") {
    return { ...atStart(state), complaint };
  }
  if (code === "verification_invalid") {
    return { ...atStart({ ...state, verification: null }), complaint };
  }
  if (code === "pass_required" || code === "pass_invalid") {
    return { ...atStart({ ...state, pass: null }), complaint };
  }
  if (code === "not_your_turn" && problem.hasLapsed) {
    return atStart(withPass(state, { turn: { kind: "lapsed" } }));
  }
  if (step.kind !== "code") return { ...state, complaint };
  if (code === "code_wrong") {
    const fields = { ...state.fields, code: "" };
    return { ...state, fields, step: { ...step, attemptsLeft }, complaint };
  }
  if (code === "resend_too_soon" && untilMs !== null) {
    return { ...state, step: { ...step, resendAtMs: untilMs } };
  }
  return { ...state, complaint };
}
