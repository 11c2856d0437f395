import type { SendOutcome, SmsGateway, SmsMessage } from "../../src/delivery/ports.ts";
import type { Answer } from "../support/harness.ts";
import { saleDraft, startService, storeEvent } from "../support/harness.ts";
import { ManualClock } from "../support/manual-clock.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { freshDatabase } from "../support/postgres.ts";
import type { TimedRequest } from "./timing-client.ts";

export type Body = Readonly<Record<string, unknown>>;

interface Sender {
  readonly from?: string;
  readonly event?: string;
}

/** A call of the event's, or of a ticket's as in `/t/{key}/address`. */
export type Call = "codes" | "verifications" | "registrations" | `/${string}`;

export const PERSON: Body = { name: "Rahim Uddin", email: "rahim@example.org" };

const DAY_MS = 86_400_000;
const OPENED_AT_MS = Date.UTC(2027, 0, 10, 4);

/** The whole service, its phones, and time in the test's hands; each request says which address it comes from. */
export class CodeDesk implements AsyncDisposable {
  readonly clock = new ManualClock(OPENED_AT_MS);
  readonly database: TestDatabase;
  readonly phones = new Phones();
  readonly #resources: AsyncDisposableStack;
  #addressCount = 0;
  #service: Awaited<ReturnType<typeof startService>> | null = null;

  private constructor(database: TestDatabase, resources: AsyncDisposableStack) {
    this.database = database;
    this.#resources = resources;
  }

  /** With the events `mela` and `utsab`, both open for a day. */
  static async open(): Promise<CodeDesk> {
    await using opening = new AsyncDisposableStack();
    const database = opening.use(await freshDatabase());
    const sale = saleDraft(OPENED_AT_MS, { closesAtMs: OPENED_AT_MS + DAY_MS, quota: 10_000 });
    for (const slug of ["mela", "utsab"]) await storeEvent(database.url, [sale], slug);
    const desk = new CodeDesk(database, opening.move());
    await desk.restart();
    return desk;
  }

  get url(): string {
    if (this.#service === null) throw new Error("the service is not running");
    return this.#service.url;
  }

  /** Another life of the process, with the same database and the same secrets. */
  async restart(): Promise<void> {
    await this.#service?.[Symbol.asyncDispose]();
    this.#service = await startService(this.database.url, {
      overrides: { clock: this.clock, gateway: this.phones },
      environment: { TRUST_PROXY: "fly" },
    });
  }

  async post(call: Call, body: Body, sender: Sender = {}): Promise<Answer> {
    const { url, ...init } = this.request(call, body, sender);
    const response = await fetch(url, init);
    return { status: response.status, body: (await response.json()) as Answer["body"] };
  }

  /** What `post` sends. */
  request(
    call: Call,
    body: Body,
    { from = this.#nextAddress(), event = "mela" }: Sender = {},
  ): TimedRequest {
    const path = call.startsWith("/") ? call : `/api/v1/events/${event}/${call}`;
    const headers = { "content-type": "application/json", "fly-client-ip": from };
    return { url: this.url + path, method: "POST", headers, body: JSON.stringify(body) };
  }

  /** In a network of its own, where nothing has failed yet. */
  #nextAddress(): string {
    this.#addressCount += 1;
    return `11.${this.#addressCount >> 8}.${this.#addressCount & 0xff}.1`;
  }

  /** A challenge whose code has been sent; the code is `phones.codeOf`. */
  async challengeFor(
    phone: string,
    options: { from?: string; event?: string; purpose?: string } = {},
  ): Promise<string> {
    const { purpose = "register", ...sender } = options;
    const smsCount = this.phones.countOf(phone);
    const asked = await this.post("codes", { phone, purpose }, sender);
    if (asked.status !== 202) throw new Error(`no code: ${JSON.stringify(asked.body)}`);
    await this.phones.holds(phone, smsCount + 1);
    return String(asked.body["challenge"]);
  }

  /** Waits for all of them while what is due now runs: a flood is spread over ticks, and time stands still. */
  async all<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
    let isDone = false;
    const done = Promise.all(promises).finally(() => {
      isDone = true;
    });
    while (!isDone) await this.clock.advance(0);
    return done;
  }

  /** From no phone to a seat. */
  async register(phone: string): Promise<Answer> {
    const challenge = await this.challengeFor(phone);
    const code = this.phones.codeOf(phone);
    return this.post("registrations", { ...PERSON, phone, challenge, code });
  }

  async registrationCount(): Promise<number> {
    const [row] = await this.database.sql`select count(*)::int as count from registrations`;
    return Number(row?.["count"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#service?.[Symbol.asyncDispose]();
    await this.#resources.disposeAsync();
  }
}

/** Every phone there is: keeps all that was sent to each, and refuses where it is told to. */
export class Phones implements SmsGateway {
  readonly name = "phones";
  isRefusing = false;
  readonly #texts = new Map<string, string[]>();

  async send({ to, text }: SmsMessage): Promise<SendOutcome> {
    if (this.isRefusing) return { kind: "refused", reason: "no such number" };
    const texts = this.#texts.get(to) ?? [];
    this.#texts.set(to, texts);
    return { kind: "accepted", providerId: `${to}-${texts.push(text)}` };
  }

  /** Of codes. */
  countOf(phone: string): number {
    return this.#codes(phone).length;
  }

  /** The newest. */
  codeOf(phone: string): string {
    const code = this.#codes(phone).at(-1);
    if (code === undefined) throw new Error(`no code was sent to ${phone}`);
    return code;
  }

  /** How often the code that was sent most was sent. */
  sameCodeCountMax(phone: string): number {
    const groups = Map.groupBy(this.#codes(phone), (code) => code);
    return Math.max(...Array.from(groups.values(), (codes) => codes.length));
  }

  /** Resolves when so many codes have come. */
  async holds(phone: string, count: number): Promise<void> {
    const endMs = performance.now() + 20_000;
    while (this.countOf(phone) < count) {
      if (performance.now() > endMs) throw new Error(`code ${count} did not come`);
      await Bun.sleep(1);
    }
  }

  #codes(phone: string): readonly string[] {
    const texts = this.#texts.get(phone) ?? [];
    return texts.flatMap((text) => /#(\d{6})$/.exec(text)?.[1] ?? []);
  }
}

/** A code that is not this one. */
export function wrongCode(code: string, step = 1): string {
  return String((Number(code) + step) % 1_000_000).padStart(6, "0");
}

/** The problem code of an answer, or its status where there is none. */
export function said({ status, body }: Answer): string {
  return typeof body["code"] === "string" ? body["code"] : String(status);
}

/** How often each was said. */
export function tally(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[said(answer)] = (counts[said(answer)] ?? 0) + 1;
  return counts;
}
