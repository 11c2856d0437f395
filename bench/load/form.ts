import { retryAfter } from "../../src/web/attend/retry.ts";
import type { ApiResult, Problem } from "../../src/web/parts/api.ts";
import type { ProblemCode } from "../../src/web/parts/problem-code.ts";
import { askProven, type ProvenCall } from "../../src/web/proof/ask-proven.ts";
import type { Sought } from "../../src/web/proof/proof-seeker.ts";
import type { Acknowledged } from "../../test/fault/ledger.ts";
import type { Json } from "./browser.ts";
import { HABITS, PAGE_RHYTHM } from "./habits.ts";
import type { Outing } from "./outing.ts";
import { Place } from "./place.ts";
import { solvedProof } from "./solved-proof.ts";
import type { Tab } from "./tab.ts";
import { within } from "./timeline.ts";

/** How a person's day ends. */
export const ENDINGS = [
  "registered",
  "told that it is full",
  "only looked",
  "gave up",
  "left the line",
  "asked for too many codes",
  "met an error",
] as const;

export type Ending = (typeof ENDINGS)[number];

export type Step<Value> =
  | { readonly kind: "on"; readonly value: Value }
  /** Back to asking for a code, or to the end of the line. */
  | { readonly kind: "anew" }
  | End;

export interface End {
  readonly kind: "end";
  readonly ending: Ending;
}

interface Asked {
  readonly challenge: string;
  readonly resendInMs: number;
  /** From now. */
  readonly expiresInMs: number;
}

type Attempt = ApiResult<Json> | { readonly kind: "gave-up" };

const FULL: End = { kind: "end", ending: "told that it is full" };
const GAVE_UP: End = { kind: "end", ending: "gave up" };

/** Where a refusal leads that a person may meet; any other is a fault. */
const STEPS: Readonly<Partial<Record<ProblemCode, Step<never>>>> = {
  code_expired: { kind: "anew" },
  code_exhausted: { kind: "anew" },
  // Whoever proved the phone while the sale opened takes a place then.
  pass_required: { kind: "anew" },
  rate_limited: { kind: "end", ending: "asked for too many codes" },
  sale_full: FULL,
  // The page has tried as often as it does by itself.
  overloaded: GAVE_UP,
  gateway_unavailable: GAVE_UP,
  proof_required: GAVE_UP,
};

/** The form of the attendee's page in a person's hands. */
export class Form {
  readonly #outing: Outing;
  readonly #tab: Tab;
  /** When the person last did something, since the epoch; what the page does by itself after it counts as theirs. */
  #actedAtMs = 0;

  constructor(outing: Outing, tab: Tab) {
    this.#outing = outing;
    this.#tab = tab;
  }

  /** Asks for a code, reads it and types it; the value is a verification. */
  async provePhone(): Promise<Step<string>> {
    const { person, scene } = this.#outing;
    const { phone, random } = person;
    if (this.#outing.place === null) await this.#outing.takeTime(HABITS.typesPhoneMs);
    if (random.chance(HABITS.mistypesPhoneShare)) {
      await this.#tab.post("code", { phone: phone.slice(0, -3) });
      await this.#outing.takeTime(HABITS.correctsMs);
    }
    const coming = scene.phones.nextCode(phone);
    const asked = await this.#askCode({ phone });
    if (asked.kind !== "on") return asked;
    const read = await this.#readCode(asked.value, coming);
    return read.kind === "on" ? this.#typeCode(asked.value.challenge, read.value) : read;
  }

  /** Joins the line: by the proved phone, or else by a proof-of-work for this one. */
  async takePlace(): Promise<Step<Place>> {
    const { person, verification, scene } = this.#outing;
    if (verification === null) await this.#outing.takeTime(HABITS.typesPhoneMs);
    const body = verification === null ? { phone: person.phone } : { verification };
    const result = await this.#attempt((proven) => this.#tab.post("pass", { ...body, ...proven }), {
      isHarmless: true,
      isProofAsked: verification === null,
    });
    if (result.kind === "problem") return this.#refused(result.problem);
    if (result.kind !== "ok") return GAVE_UP;
    const place = new Place(result.body);
    if (this.#outing.place !== null && scene.waitingRoom !== undefined) {
      scene.waitingRoom.line.rejoinedCount += 1;
    }
    this.#outing.place = place;
    return { kind: "on", value: place };
  }

  /** Back after the turn began: how much of it is left, where an answer comes. */
  async showPlace(place: Place): Promise<Step<void>> {
    const { person, time } = this.#outing;
    time.catchUp();
    const result = await this.#tab.post("pass", { phone: person.phone, pass: place.pass });
    if (result.kind === "problem" && result.problem.hasLapsed) return this.#refused(result.problem);
    if (result.kind === "ok") place.learn(result.body);
    return { kind: "on", value: undefined };
  }

  /** The page says so instead of a form. */
  foundFull(): End {
    this.#judgePromise("found that it is full", Date.now());
    return FULL;
  }

  async register(verification: string): Promise<Step<Acknowledged>> {
    const { person, scene } = this.#outing;
    const { phone, details, random } = person;
    const body = { ...details, verification, ...this.#passed() };
    scene.books.sent(phone);
    let timeoutMs: number = random.chance(HABITS.cutShare)
      ? random.between(1, HABITS.cutWithinMs)
      : PAGE_RHYTHM.callTimeoutMs;
    const send: ProvenCall<Json> = (proven) => {
      const sent = this.#tab.post("registration", { ...body, ...proven }, timeoutMs);
      timeoutMs = PAGE_RHYTHM.callTimeoutMs;
      return sent;
    };
    const result = await this.#attempt(send, { isHarmless: true });
    if (result.kind === "problem") return this.#refused(result.problem);
    if (result.kind !== "ok") return GAVE_UP;
    const seat = this.#takeSeat(result.body);
    if (random.chance(HABITS.registersTwiceShare)) {
      const again = await send({});
      if (again.kind === "ok") this.#takeSeat(again.body);
    }
    return { kind: "on", value: seat };
  }

  async #askCode(body: Json): Promise<Step<Asked>> {
    for (;;) {
      const send: ProvenCall<Json> = (proven) =>
        this.#tab.post("code", { ...body, ...this.#passed(), ...proven });
      const result = await this.#attempt(send, { isHarmless: false });
      if (result.kind === "ok") {
        const asked = askedIn(result.body);
        // A resend lengthens nothing.
        if (body["challenge"] === undefined) {
          this.#outing.place?.keepUntil(Date.now() + asked.expiresInMs);
        }
        return { kind: "on", value: asked };
      }
      if (result.kind === "gave-up") return GAVE_UP;
      if (result.kind === "problem" && result.problem.code !== "resend_too_soon") {
        return this.#refused(result.problem);
      }
      if (!(await this.#outing.waitOut(this.#waitToAskAgainMs(result)))) return GAVE_UP;
    }
  }

  #waitToAskAgainMs(result: Exclude<ApiResult<Json>, { kind: "ok" }>): number {
    if (result.kind === "unreachable") return this.#outing.draw(HABITS.correctsMs);
    return (result.problem.retryAfterS ?? 1) * 1_000;
  }

  /** Waits for the SMS, and asks for it again when it does not come. */
  async #readCode(
    { challenge, resendInMs }: Asked,
    coming: Promise<string>,
  ): Promise<Step<string>> {
    const { person, time, patienceMs } = this.#outing;
    const waitMs = resendInMs + this.#outing.draw(HABITS.asksAgainAfterMs);
    const code = await within(coming, Math.min(waitMs, patienceMs));
    this.#outing.spendPatience(performance.now() - time.atMs);
    time.catchUp();
    if (code !== null) return { kind: "on", value: code };
    if (this.#outing.patienceMs <= 0) return GAVE_UP;
    const again = await this.#askCode({ phone: person.phone, challenge });
    return again.kind === "on" ? this.#readCode(again.value, coming) : again;
  }

  async #typeCode(challenge: string, code: string): Promise<Step<string>> {
    const { phone, random } = this.#outing.person;
    for (;;) {
      await this.#outing.takeTime(HABITS.readsCodeMs);
      const typed = random.chance(HABITS.mistypesCodeShare) ? mistyped(code) : code;
      const body = { phone, challenge, code: typed, ...this.#passed() };
      const send: ProvenCall<Json> = (proven) =>
        this.#tab.post("verification", { ...body, ...proven });
      const result = await this.#attempt(send, { isHarmless: true });
      if (result.kind === "ok") return { kind: "on", value: String(result.body["verification"]) };
      if (result.kind !== "problem") return GAVE_UP;
      if (result.problem.code !== "code_wrong") return this.#refused(result.problem);
    }
  }

  #takeSeat({ registrationId, ordinal, ticketUrl }: Json): Acknowledged {
    const { person, scene } = this.#outing;
    const [, origin = "", ticketKey = ""] = /^(.+)\/t\/([\w-]{22})$/.exec(String(ticketUrl)) ?? [];
    const seat = {
      phone: person.phone,
      registrationId: String(registrationId),
      ordinal: Number(ordinal),
      origin,
      ticketKey,
    };
    scene.books.acknowledge(seat);
    return seat;
  }

  /** What shows that it is one's turn. */
  #passed(): { readonly pass?: string } {
    const { place } = this.#outing;
    return place === null ? {} : { pass: place.pass };
  }

  #refused({ status, code, hasLapsed }: Problem): Step<never> {
    const { person, scene, place } = this.#outing;
    if (code === "sale_full") scene.books.tellFull(person.phone);
    if (code === "sale_full" || hasLapsed) {
      this.#judgePromise(`was answered ${status} ${code}`, this.#actedAtMs);
    }
    if (hasLapsed) {
      place?.lapse();
      return { kind: "anew" };
    }
    const step = STEPS[code];
    if (step !== undefined && (code !== "pass_required" || place === null)) return step;
    scene.faults.push(`${person.phone} was answered ${status} ${code}`);
    return { kind: "end", ending: "met an error" };
  }

  /** Nobody whose page showed a kept seat when they acted may be refused it. */
  #judgePromise(what: string, atMs: number): void {
    const { person, place, scene } = this.#outing;
    const hasPromised = place?.hasPromisedFor(atMs) ?? false;
    const line = scene.waitingRoom?.line;
    if (!hasPromised || line === undefined) return;
    line.inVainCount += 1;
    scene.faults.push(`${person.phone} was let in, acted in time and ${what}`);
  }

  /** As the page does it: again by itself where that is safe, for as long as the person has patience. */
  async #attempt(
    call: ProvenCall<Json>,
    {
      isHarmless,
      isProofAsked = false,
    }: { readonly isHarmless: boolean; readonly isProofAsked?: boolean },
  ): Promise<Attempt> {
    const { person, time } = this.#outing;
    this.#actedAtMs = Date.now();
    for (let tries = 1; ; tries += 1) {
      const startMs = time.atMs;
      const result = await askProven(call, () => this.#seekProof(), isProofAsked);
      if (result.kind === "stopped") return { kind: "gave-up" };
      this.#outing.spendPatience(time.atMs - startMs);
      const random = person.random.fraction();
      const retry = retryAfter(result, { tries, isHarmless, random });
      if (retry === null) return result;
      if (!(await this.#outing.waitOut(retry.delayMs))) return { kind: "gave-up" };
    }
  }

  /** As `src/web/proof/proof-seeker.ts`. */
  async #seekProof(): Promise<Sought> {
    const { person } = this.#outing;
    const issued = await this.#tab.post("proof", { phone: person.phone });
    if (issued.kind === "problem" && issued.problem.code === "not_found") {
      return { kind: "unasked" };
    }
    if (issued.kind !== "ok") return { kind: "refused", result: issued };
    await this.#outing.takeTime(HABITS.solvesProofMs);
    return { kind: "found", proof: solvedProof(issued.body["challenge"] as Json) };
  }
}

function askedIn({ challenge, resendInS, expiresInS, leavesInS }: Json): Asked {
  return {
    challenge: String(challenge),
    resendInMs: Number(resendInS) * 1_000,
    expiresInMs: (Number(leavesInS ?? 0) + Number(expiresInS)) * 1_000,
  };
}

/** One digit off. */
function mistyped(code: string): string {
  return `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
}
