import type { ProofIssued } from "../../src/http/wire.ts";
import { until } from "../fault/service-under-fault.ts";
import { solved, unsolved } from "../proof/make.ts";
import { phoneNumber, saleDraft, storeEvent } from "../support/harness.ts";
import type { Body, Call } from "./code-desk.ts";
import { CodeDesk, PERSON } from "./code-desk.ts";

const MINUTE_MS = 60_000;
/** Less than a code lives. */
const LOBBY_MS = 2 * MINUTE_MS;
const SALE_MS = 5 * MINUTE_MS;

/** One whose phone was proved before the opening, so that nothing but the pass stands before a seat. */
export interface Proved {
  readonly phone: string;
  readonly challenge: string;
  readonly code: string;
  readonly verification: string;
}

export type Write = readonly [call: "codes" | "verifications" | "registrations", body: Body];

/** The whole service with the lobbies of `mela` and `utsab` open, and time in the test's hands. */
export class PassDesk implements AsyncDisposable {
  readonly desk: CodeDesk;
  readonly #closesAtMs: number;
  #phoneCount = 0;

  private constructor(desk: CodeDesk, closesAtMs: number) {
    this.desk = desk;
    this.#closesAtMs = closesAtMs;
  }

  /** `mela` verifies phones early and has a second sale after the first; `utsab` takes a proof for a place. */
  static async open(quota: number): Promise<PassDesk> {
    const desk = await CodeDesk.open();
    const fromMs = desk.clock.nowMs();
    const opensAtMs = fromMs + LOBBY_MS;
    const closesAtMs = opensAtMs + SALE_MS;
    const early = { verifyFromMs: fromMs, opensAtMs, closesAtMs, quota, lobby: { fromMs } };
    const atOpening = { ...early, verifyFromMs: opensAtMs };
    const later = {
      number: 2,
      verifyFromMs: closesAtMs + LOBBY_MS,
      opensAtMs: closesAtMs + LOBBY_MS,
      closesAtMs: closesAtMs + LOBBY_MS + SALE_MS,
      quota,
      lobby: { fromMs: closesAtMs },
    };
    const { url } = desk.database;
    await storeEvent(url, [saleDraft(fromMs, early), saleDraft(fromMs, later)], "mela");
    await storeEvent(url, [saleDraft(fromMs, atOpening)], "utsab");
    const passes = new PassDesk(desk, closesAtMs);
    await passes.#hasLine("mela", "lobby");
    await passes.#hasLine("utsab", "lobby");
    return passes;
  }

  /** Someone new, by a code that is used up to its verification and can be brought again. */
  async prove(): Promise<Proved> {
    this.#phoneCount += 1;
    const phone = phoneNumber(this.#phoneCount);
    const challenge = await this.desk.challengeFor(phone);
    const code = this.desk.phones.codeOf(phone);
    const { body } = await this.desk.post("verifications", { phone, challenge, code });
    return { phone, challenge, code, verification: String(body["verification"]) };
  }

  /** A place in `mela`. */
  join({ verification }: Pick<Proved, "verification">): Promise<string> {
    return this.#passFor({ verification }, "mela");
  }

  /** A place in `utsab`. */
  async joinByProof(phone: string): Promise<string> {
    return this.#passFor({ phone, proof: await this.proofFor(phone) }, "utsab");
  }

  async proofFor(phone: string, event = "utsab"): Promise<string> {
    return solved(await this.#challengeFor(phone, event));
  }

  /** What is brought back after a minute by one who cannot solve it. */
  async waitFor(phone: string): Promise<string> {
    return unsolved(await this.#challengeFor(phone, "utsab"));
  }

  /** The sale of `mela` whose lobby is open opens, and so many are let in. */
  async letIn(count: number): Promise<void> {
    await this.desk.clock.advance(LOBBY_MS);
    await this.#moved(async () => (await this.#line("mela"))?.["held"] === count);
  }

  /** The first sale of `mela` is over, and the lobby of the second is open. */
  async nextLobby(): Promise<void> {
    const { clock } = this.desk;
    await clock.advance(this.#closesAtMs - clock.nowMs());
    await this.#hasLine("mela", "lobby");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.desk[Symbol.asyncDispose]();
  }

  async #challengeFor(phone: string, event: string): Promise<ProofIssued["challenge"]> {
    const { body } = await this.desk.post(`/api/v1/events/${event}/proofs`, { phone });
    return (body as unknown as ProofIssued).challenge;
  }

  async #passFor(body: Body, event: string): Promise<string> {
    const answer = await this.desk.post(`/api/v1/events/${event}/passes`, body);
    const { pass } = answer.body;
    if (typeof pass !== "string") throw new Error(`no place: ${JSON.stringify(answer)}`);
    return pass;
  }

  async #hasLine(event: string, phase: string): Promise<void> {
    await this.#moved(async () => (await this.#line(event))?.["phase"] === phase);
  }

  async #line(event: string): Promise<Body | undefined> {
    const answer = await fetch(`${this.desk.url}/api/v1/events/${event}/tick`);
    return ((await answer.json()) as { readonly line?: Body }).line;
  }

  /** Time goes on by as little as the service looks again after. */
  #moved(isSo: () => Promise<boolean>): Promise<void> {
    return until("the line has moved", async () => {
      await this.desk.clock.advance(250);
      return isSo();
    });
  }
}

/** What this person could do but for the pass, by every way that takes one. */
export function writesOf({ phone, challenge, code, verification }: Proved): readonly Write[] {
  return [
    ["codes", { phone }],
    ["verifications", { phone, challenge, code }],
    ["registrations", { ...PERSON, phone, challenge, code }],
    ["registrations", { ...PERSON, verification }],
  ];
}

/** A pass is brought to be told how long its seat is kept. */
export function shownBy({ phone }: Proved): readonly [call: Call, body: Body] {
  return ["/api/v1/events/mela/passes", { phone }];
}
