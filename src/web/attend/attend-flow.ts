import type { RegisterBody, RequestCodeBody } from "../../http/wire.ts";
import type { EventApi, Problem } from "../parts/api.ts";
import type { ServerClock } from "../parts/server-clock.ts";
import type { Proven, ProvenCall } from "../proof/ask-proven.ts";
import { askProven } from "../proof/ask-proven.ts";
import { ProofSeeker } from "../proof/proof-seeker.ts";
import type { AttendAction, AttendState } from "./attend-state.ts";
import type { CallingCode } from "./dialled-number.ts";
import { dialledNumber } from "./dialled-number.ts";
import { plainDigits } from "./digits.ts";
import type { HeldPass } from "./line/held-pass.ts";
import { turnTold } from "./line/held-pass.ts";
import { retryAfter } from "./retry.ts";

export const CODE_LENGTH = 6;

export interface FlowParts {
  readonly api: EventApi;
  readonly clock: ServerClock;
  readonly state: () => AttendState;
  readonly dispatch: (action: AttendAction) => void;
  /** From 0 to 1. */
  readonly random: () => number;
  /** BCP 47; the language of SMS and mail. */
  readonly locale: string;
  readonly callingCodes: readonly CallingCode[];
  /** Solves proofs-of-work. */
  readonly proofWorkerPath: string;
  /** Our address of that page, in the language of this one. */
  readonly inSameLanguage: (address: string) => string;
  /** A refusal may be the first to tell that the sale has moved on. */
  readonly saleMayHaveChanged: () => void;
}

/** What the form's buttons do: one call each, asked again by itself where that is safe. */
export class AttendFlow {
  /** What is done while a proof is sought. */
  readonly seeker: ProofSeeker;
  readonly #parts: FlowParts;
  /** Ends the wait before the next try; true means give up. */
  #endWait: ((isStopped: boolean) => void) | null = null;

  constructor(parts: FlowParts) {
    this.#parts = parts;
    this.seeker = new ProofSeeker({
      requestProof: (body) => parts.api.requestProof(body),
      workerPath: parts.proofWorkerPath,
      clock: parts.clock,
      show: (activity) => parts.dispatch(activity),
    });
  }

  async sendPhone(): Promise<void> {
    const { fields, purpose } = this.#parts.state();
    if (fields.phone.trim() === "") return this.#complain("invalid_phone");
    await this.#askForCode({ phone: this.#phone(), purpose });
  }

  /** Takes a place in the line of the current sale: by the proved phone or else by a proof for the typed one. */
  async join(saleNumber: number): Promise<void> {
    const { fields, verification } = this.#parts.state();
    const { api, clock, dispatch } = this.#parts;
    if (verification === null && fields.phone.trim() === "") return this.#complain("invalid_phone");
    const { phone, country } = fields;
    const body = verification === null ? { phone: this.#phone() } : { verification };
    await this.#attempt((proven) => api.join({ ...body, ...proven }), {
      isHarmless: true,
      isProofAsked: verification === null,
      whenDone: ({ keptForS, ...joined }) => {
        const turn = turnTold(keptForS, clock.nowMs());
        dispatch({ kind: "joined", pass: { ...joined, saleNumber, phone, country, turn } });
      },
    });
  }

  /** Whoever comes back after the turn began cannot know since when: the service says how much of it is left. */
  async askHowLongKept(held: HeldPass): Promise<void> {
    const { api, clock, dispatch, state, callingCodes } = this.#parts;
    const phone = dialledNumber(held, callingCodes);
    const answer = await api.join({ phone, pass: held.pass });
    if (state().pass?.pass !== held.pass || state().pass?.turn.kind !== "ahead") return;
    if (answer.kind === "ok") {
      const turn = turnTold(answer.body.keptForS, clock.nowMs());
      if (turn.kind === "come") dispatch({ kind: "turn-came", untilMs: turn.untilMs });
      return;
    }
    // With the next tick it is asked again, unless the place is good for nothing any more.
    if (answer.kind === "unreachable") return;
    const { problem } = answer;
    const isGone = problem.hasLapsed || problem.code === "pass_invalid";
    if (isGone) dispatch({ kind: "refused", problem, nowMs: clock.nowMs() });
  }

  async resendCode(): Promise<void> {
    const { step, purpose } = this.#parts.state();
    if (step.kind === "code") {
      await this.#askForCode({ phone: this.#phone(), challenge: step.challenge, purpose });
      await this.#sendTypedMeanwhile();
    }
  }

  async sendCode(): Promise<void> {
    const { step, fields, purpose } = this.#parts.state();
    if (step.kind !== "code") return;
    const code = plainDigits(fields.code);
    if (code.length !== CODE_LENGTH) return this.#complain("code_incomplete");
    const { api, dispatch } = this.#parts;
    const body = { phone: this.#phone(), challenge: step.challenge, code };
    if (purpose === "recover") return this.#register(body);
    const call = (proven: Proven) => api.verify({ ...body, ...proven, ...this.#passed() });
    await this.#attempt(call, {
      isHarmless: true,
      whenDone: ({ verification }) => dispatch({ kind: "verified", verification }),
    });
  }

  /** The earlier SMS came after all, while another one was asked for. */
  async #sendTypedMeanwhile(): Promise<void> {
    const { code } = this.#parts.state().fields;
    if (plainDigits(code).length === CODE_LENGTH) await this.sendCode();
  }

  async sendDetails(): Promise<void> {
    const { fields, verification } = this.#parts.state();
    if (verification === null) return;
    if (fields.name.trim() === "") return this.#complain("invalid_name");
    if (fields.email.trim() === "") return this.#complain("invalid_email");
    await this.#register({ name: fields.name, email: fields.email, verification });
  }

  /** The network is back, or the person is impatient: try now. */
  retryNow(): void {
    this.#endWait?.(false);
  }

  stop(): void {
    this.#endWait?.(true);
  }

  #phone(): string {
    const { state, callingCodes } = this.#parts;
    return dialledNumber(state().fields, callingCodes);
  }

  /** What shows that it is one's turn; a ticket is asked back out of turn. */
  #passed(): { readonly pass?: string } {
    const { pass, purpose } = this.#parts.state();
    return pass === null || purpose === "recover" ? {} : { pass: pass.pass };
  }

  #complain(code: Extract<AttendAction, { kind: "complained" }>["code"]): void {
    this.#parts.dispatch({ kind: "complained", code });
  }

  async #askForCode(body: RequestCodeBody): Promise<void> {
    const { api, clock, dispatch, locale } = this.#parts;
    await this.#attempt(
      (proven) => api.requestCode({ ...body, locale, ...proven, ...this.#passed() }),
      {
        isHarmless: false,
        whenDone: ({ challenge, expiresInS, resendInS, leavesInS }) => {
          const leavesAtMs = clock.nowMs() + leavesInS * 1000;
          const expiresAtMs = leavesAtMs + expiresInS * 1000;
          const resendAtMs = leavesAtMs + resendInS * 1000;
          dispatch({ kind: "code-sent", challenge, leavesAtMs, expiresAtMs, resendAtMs });
        },
      },
    );
  }

  /** The same registration again gives the same ticket (invariant 7), so a lost answer is asked for again. */
  async #register(firstBody: RegisterBody): Promise<void> {
    const { api, dispatch, locale, inSameLanguage } = this.#parts;
    let body = firstBody;
    const call = async (proven: Proven) => {
      const result = await api.register({ ...body, locale, ...proven, ...this.#passed() });
      // The code was right; what it proved outlives it.
      if (result.kind === "problem") body = withProof(body, result.problem.verification);
      return result;
    };
    await this.#attempt(call, {
      isHarmless: true,
      whenDone: (registered, status) => {
        const ticket = { ...registered, ticketUrl: inSameLanguage(registered.ticketUrl) };
        dispatch({ kind: "registered", ticket, isNew: status === 201 });
      },
    });
  }

  async #attempt<Body>(
    call: ProvenCall<Body>,
    how: {
      readonly isHarmless: boolean;
      /** Where it is no use to ask without one. */
      readonly isProofAsked?: boolean;
      readonly whenDone: (body: Body, status: number) => void;
    },
  ): Promise<void> {
    const { clock, dispatch, random, state } = this.#parts;
    if (state().activity.kind !== "idle") return;
    for (let tries = 1; ; tries += 1) {
      dispatch({ kind: "sending" });
      const result = await askProven(call, () => this.seeker.seek(this.#phone()), how.isProofAsked);
      if (result.kind === "stopped") return dispatch(result);
      if (result.kind === "ok") return how.whenDone(result.body, result.status);
      const retry = retryAfter(result, { tries, isHarmless: how.isHarmless, random: random() });
      if (retry === null) return this.#refuse(result);
      const untilMs = clock.nowMs() + retry.delayMs;
      dispatch({ kind: "waiting", untilMs, because: retry.because });
      const isStopped = await this.#wait(retry.delayMs);
      if (isStopped) return dispatch({ kind: "stopped" });
    }
  }

  #refuse(result: { readonly kind: "unreachable" } | { kind: "problem"; problem: Problem }): void {
    const { clock, dispatch, saleMayHaveChanged } = this.#parts;
    if (result.kind === "unreachable") return this.#complain("unreachable");
    dispatch({ kind: "refused", problem: result.problem, nowMs: clock.nowMs() });
    saleMayHaveChanged();
  }

  #wait(delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#endWait?.(false), delayMs);
      this.#endWait = (isStopped) => {
        clearTimeout(timer);
        this.#endWait = null;
        resolve(isStopped);
      };
    });
  }
}

/** Only a ticket asked back goes by its code, and that one needs no name. */
function withProof(body: RegisterBody, verification: string | null): RegisterBody {
  return "code" in body && verification !== null ? { verification } : body;
}
