import { retryAfter } from "../../src/web/attend/retry.ts";
import type { ApiResult, Problem } from "../../src/web/parts/api.ts";
import type { ProblemCode } from "../../src/web/parts/problem-code.ts";
import { askProven, type ProvenCall } from "../../src/web/proof/ask-proven.ts";
import type { Sought } from "../../src/web/proof/proof-seeker.ts";
import type { Acknowledged } from "../../test/fault/ledger.ts";
import type { Json } from "./browser.ts";
import { HABITS, PAGE_RHYTHM } from "./habits.ts";
import type { Outing } from "./outing.ts";
import type { Tab } from "./tab.ts";
import { within } from "./timeline.ts";

/** How a person's day ends. */
export const ENDINGS = [
  "registered",
  "told that it is full",
  "only looked",
  "gave up",
  "asked for too many codes",
  "met an error",
] as const;

export type Ending = (typeof ENDINGS)[number];

export type Step<Value> =
  | { readonly kind: "on"; readonly value: Value }
  /** Back to asking for a code. */
  | { readonly kind: "anew" }
  | End;

export interface End {
  readonly kind: "end";
  readonly ending: Ending;
}

interface Asked {
  readonly challenge: string;
  readonly resendInMs: number;
}

type Attempt = ApiResult<Json> | { readonly kind: "gave-up" };

const GAVE_UP: End = { kind: "end", ending: "gave up" };

/** Where a refusal leads that a person may meet; any other is a fault. */
const STEPS: Readonly<Partial<Record<ProblemCode, Step<never>>>> = {
  code_expired: { kind: "anew" },
  code_exhausted: { kind: "anew" },
  rate_limited: { kind: "end", ending: "asked for too many codes" },
  sale_full: { kind: "end", ending: "told that it is full" },
  // The page has tried as often as it does by itself.
  overloaded: GAVE_UP,
  gateway_unavailable: GAVE_UP,
  proof_required: GAVE_UP,
};

/** The form of the attendee's page in a person's hands. */
export class Form {
  readonly #outing: Outing;
  readonly #tab: Tab;

  constructor(outing: Outing, tab: Tab) {
    this.#outing = outing;
    this.#tab = tab;
  }

  /** Asks for a code, reads it and types it; the value is a verification. */
  async provePhone(): Promise<Step<string>> {
    const { person, scene } = this.#outing;
    const { phone, random } = person;
    await this.#outing.takeTime(HABITS.typesPhoneMs);
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

  async register(verification: string): Promise<Step<Acknowledged>> {
    const { person, scene } = this.#outing;
    const { phone, details, random } = person;
    const body = { ...details, verification };
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
      const send: ProvenCall<Json> = (proven) => this.#tab.post("code", { ...body, ...proven });
      const result = await this.#attempt(send, { isHarmless: false });
      if (result.kind === "ok") return { kind: "on", value: askedIn(result.body) };
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
      const body = { phone, challenge, code: typed };
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

  #refused({ status, code }: Problem): Step<never> {
    const { person, scene } = this.#outing;
    if (code === "sale_full") scene.books.tellFull(person.phone);
    const step = STEPS[code];
    if (step !== undefined) return step;
    scene.faults.push(`${person.phone} was answered ${status} ${code}`);
    return { kind: "end", ending: "met an error" };
  }

  /** As the page does it: again by itself where that is safe, for as long as the person has patience. */
  async #attempt(
    call: ProvenCall<Json>,
    { isHarmless }: { readonly isHarmless: boolean },
  ): Promise<Attempt> {
    const { person, time } = this.#outing;
    for (let tries = 1; ; tries += 1) {
      const startMs = time.atMs;
      const result = await askProven(call, () => this.#waitForProof());
      if (result.kind === "stopped") return { kind: "gave-up" };
      this.#outing.spendPatience(time.atMs - startMs);
      const random = person.random.fraction();
      const retry = retryAfter(result, { tries, isHarmless, random });
      if (retry === null) return result;
      if (!(await this.#outing.waitOut(retry.delayMs))) return { kind: "gave-up" };
    }
  }

  /** As `src/web/proof/proof-seeker.ts` where no worker starts: the work is the phones', not this machine's. */
  async #waitForProof(): Promise<Sought> {
    const { person, time } = this.#outing;
    const issued = await this.#tab.post("proof", { phone: person.phone });
    if (issued.kind === "problem" && issued.problem.code === "not_found") {
      return { kind: "unasked" };
    }
    if (issued.kind !== "ok") return { kind: "refused", result: issued };
    const { challenge, waitS } = issued.body;
    const waitMs = Number(waitS) * 1_000;
    if (this.#outing.patienceMs <= waitMs) return { kind: "stopped" };
    await time.rest(waitMs);
    const { maxnumber: _, ...returned } = challenge as Json;
    return { kind: "found", proof: btoa(JSON.stringify(returned)) };
  }
}

function askedIn({ challenge, resendInS }: Json): Asked {
  return { challenge: String(challenge), resendInMs: Number(resendInS) * 1_000 };
}

/** One digit off. */
function mistyped(code: string): string {
  return `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
}
