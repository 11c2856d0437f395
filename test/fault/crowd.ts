import { phoneNumber } from "../support/harness.ts";
import type { Random } from "../support/random.ts";
import type { Exchange } from "./crowd-connection.ts";
import { CrowdConnection } from "./crowd-connection.ts";
import type { CrowdSms } from "./crowd-sms.ts";
import type { Acknowledged, Told, ToldFull } from "./ledger.ts";

export interface CrowdOptions {
  /** The servers; each try goes to any of them. */
  readonly urls: readonly string[];
  readonly sms: CrowdSms;
  readonly random: Random;
  /** Slug of the event. */
  readonly event?: string;
  /** Where the numbering of its people begins; two crowds of one sale begin apart. */
  readonly firstNumber?: number;
  /** How many people are busy at once, each with a connection to each server. */
  readonly walkerCount: number;
  /** Of those who hold a seat, the share who ask for it again. */
  readonly againShare?: number;
  /** The share who send the same registration over two connections at once. */
  readonly twinShare?: number;
}

/** Someone with a phone; a seat takes a proof of it. */
export interface Person {
  readonly phone: string;
  proof: Proof | null;
}

type Proof =
  | { readonly verification: string }
  | { readonly phone: string; readonly challenge: string; readonly code: string };

type Call = "codes" | "verifications" | "registrations";
type Answer = Extract<Exchange, { kind: "answer" }>;

/** Tries to register of which nothing came, and what came of those nobody knew of. */
export interface CrowdTally {
  /** Sent, and closed before an answer: nobody knows whether it took effect. */
  cut: number;
  /** Closed in the middle of an answer. */
  broken: number;
  /** Told to come back later. */
  later: number;
  /** People who were cut off and then found that they hold a seat. */
  cutYetCommitted: number;
}

/** A person tries for at most this long; some restarts fit in. */
const PERSON_PATIENCE_MS = 60_000;
/** Far beyond every deadline of the service: longer is a fault. */
const REQUEST_PATIENCE_MS = 30_000;
const RECONNECT_MIN_MS = 15;
const RECONNECT_SPREAD = 30;
/** A code that is not there by now went down with the server that had queued it. */
const CODE_PATIENCE_MS = 2_000;

/**
 * A crowd of bounded size that behaves as the wire contract asks: a cut connection is tried again, `503` after the
 * time it names, a lost code asked for anew. It remembers everything it was told, and what it should not have been.
 */
export class Crowd {
  /** Answers nobody should get, in words. */
  readonly faults: string[] = [];
  readonly tally: CrowdTally = { cut: 0, broken: 0, later: 0, cutYetCommitted: 0 };
  readonly #options: CrowdOptions;
  readonly #acknowledged: Acknowledged[] = [];
  /** By phone. */
  readonly #holders = new Set<string>();
  readonly #full: ToldFull[] = [];
  readonly #waiters = new Set<{ readonly count: number; readonly resolve: () => void }>();
  #peopleCount = 0;
  #inFlightCount = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  get told(): Told {
    return { acknowledged: this.#acknowledged, full: this.#full };
  }

  /** Registrations sent and not yet answered. */
  get inFlightCount(): number {
    return this.#inFlightCount;
  }

  /** People who were told of a seat. */
  get holderCount(): number {
    return this.#holders.size;
  }

  /** New people, who will ask for their code when they register. */
  arrive(count: number): Person[] {
    const first = (this.#options.firstNumber ?? 0) + this.#peopleCount;
    this.#peopleCount += count;
    return Array.from({ length: count }, (_, index) => ({
      phone: phoneNumber(first + index),
      proof: null,
    }));
  }

  /** New people whose phones are verified before they register. */
  async arriveVerified(count: number): Promise<Person[]> {
    const people = this.arrive(count);
    await this.#walk(people, async (person, walker) => {
      await this.#readCode(person, walker);
      const answer = await this.#insist(person, { walker, call: "verifications" }, () => ({
        ...person.proof,
      }));
      if (answer === null) return;
      const { verification } = parseBody(answer);
      if (answer.status !== 200 || typeof verification !== "string") this.#fault(person, answer);
      else person.proof = { verification };
    });
    return people;
  }

  /** Resolves when each of them holds a seat, was told that there is none, or is a fault. */
  register(people: readonly Person[]): Promise<void> {
    return this.#walk(people, (person, walker) => this.#registerOne(person, walker));
  }

  /** Resolves when so many acknowledgements have been read since the crowd began. */
  acknowledgedReaches(count: number): Promise<void> {
    if (this.#acknowledged.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.add({ count, resolve }));
  }

  async #walk(
    people: readonly Person[],
    walk: (person: Person, walker: Walker) => Promise<void>,
  ): Promise<void> {
    const { urls, walkerCount } = this.#options;
    const queue = people.values();
    const walkOn = async () => {
      using walker = new Walker(urls);
      for (const person of queue) await walk(person, walker);
    };
    await Promise.all(Array.from({ length: Math.min(walkerCount, people.length) }, walkOn));
  }

  async #registerOne(person: Person, walker: Walker): Promise<void> {
    const { random, againShare = 0, twinShare = 0 } = this.#options;
    if (random.chance(twinShare) && person.proof !== null) {
      using twin = new Walker(this.#options.urls);
      await Promise.all([this.#claim(person, walker), this.#claim(person, twin)]);
    } else {
      await this.#claim(person, walker);
    }
    if (random.chance(againShare)) await this.#claim(person, walker);
  }

  /** Until a seat, or the word that there is none. */
  async #claim(person: Person, walker: Walker): Promise<void> {
    if (person.proof === null && !(await this.#readCode(person, walker))) return;
    const cutBefore = walker.cutCount;
    const answer = await this.#insist(person, { walker, call: "registrations" }, () => ({
      name: "Rahim Uddin",
      email: `rahim${person.phone.slice(1)}@example.org`,
      ...person.proof,
    }));
    if (answer === null) return;
    const body = parseBody(answer);
    if (answer.status === 201 || answer.status === 200) {
      const seat = readSeat(person.phone, body);
      if (seat === null) return this.#fault(person, answer);
      const wasCut = walker.cutCount > cutBefore && !this.#holders.has(person.phone);
      if (wasCut && answer.status === 200) this.tally.cutYetCommitted += 1;
      return this.#acknowledge(seat);
    }
    if (body["code"] === "sale_full") return this.#tellFull(person);
    // The code of a challenge whose answer was cut off may come late, and is not the one asked for since.
    if (body["code"] !== "code_wrong") return this.#fault(person, answer);
    person.proof = null;
    return this.#claim(person, walker);
  }

  /** Asks for codes until one comes; false when there is none to be had. */
  async #readCode(person: Person, walker: Walker): Promise<boolean> {
    const { phone } = person;
    for (;;) {
      const coming = this.#options.sms.nextCode(phone);
      const answer = await this.#insist(person, { walker, call: "codes" }, () => ({ phone }));
      if (answer === null) return false;
      const { challenge, code: problem, retryAfterS } = parseBody(answer);
      if (answer.status === 202 && typeof challenge === "string") {
        const code = await Promise.race([coming, Bun.sleep(CODE_PATIENCE_MS)]);
        if (code === undefined) continue;
        person.proof = { phone, challenge, code };
        return true;
      }
      if (problem === "sale_full") this.#tellFull(person);
      else if (answer.status === 429) {
        await Bun.sleep(Number(retryAfterS) * 1_000);
        continue;
      } else this.#fault(person, answer);
      return false;
    }
  }

  /** Sends until a server answers anything but "later"; null when the person has waited too long. */
  async #insist(
    person: Person,
    { walker, call }: { readonly walker: Walker; readonly call: Call },
    body: () => unknown,
  ): Promise<Answer | null> {
    const path = `/api/v1/events/${this.#options.event ?? "mela"}/${call}`;
    const untilMs = performance.now() + PERSON_PATIENCE_MS;
    while (performance.now() < untilMs) {
      const connection = walker.anyConnection(this.#options.random);
      const isClaim = call === "registrations";
      if (isClaim) this.#inFlightCount += 1;
      const exchange = await connection.post(path, body());
      if (isClaim) this.#inFlightCount -= 1;
      if (exchange.kind === "answer" && exchange.status !== 503) return exchange;
      if (isClaim) this.#tallyClaim(exchange, walker);
      await Bun.sleep(this.#waitMs(person, exchange));
    }
    this.faults.push(`${person.phone} has no answer to ${call} after ${PERSON_PATIENCE_MS} ms`);
    return null;
  }

  /** Counts a try of which nothing came. */
  #tallyClaim({ kind }: Exchange, walker: Walker): void {
    if (kind === "answer") this.tally.later += 1;
    if (kind === "broken") this.tally.broken += 1;
    if (kind === "closed") this.tally.cut += 1;
    if (kind === "closed" || kind === "broken") walker.cutCount += 1;
  }

  /** Until the next try. */
  #waitMs(person: Person, exchange: Exchange): number {
    const reconnectMs = RECONNECT_MIN_MS + this.#options.random.below(RECONNECT_SPREAD);
    switch (exchange.kind) {
      case "unreachable":
      case "broken":
      case "closed":
        return reconnectMs;
      case "silent":
        this.faults.push(`${person.phone} was left without an answer`);
        return reconnectMs;
      case "answer": {
        const { code, retryAfterS, verification } = parseBody(exchange);
        const isAllowed = code === "overloaded" || code === "draining";
        if (!isAllowed || !isNumber(retryAfterS)) this.#fault(person, exchange);
        if (typeof verification === "string") person.proof = { verification };
        return isNumber(retryAfterS) ? retryAfterS * 1_000 : reconnectMs;
      }
    }
  }

  #acknowledge(seat: Acknowledged): void {
    this.#acknowledged.push(seat);
    this.#holders.add(seat.phone);
    for (const waiter of this.#waiters) {
      if (waiter.count > this.#acknowledged.length) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  #tellFull({ phone }: Person): void {
    this.#full.push({ phone, atMs: Date.now() });
  }

  #fault({ phone }: Person, { status, body }: Answer): void {
    this.faults.push(`${phone} was answered ${status} ${body}`);
  }
}

/** One who is busy: a connection to each server, and how often one was cut while registering. */
class Walker implements Disposable {
  cutCount = 0;
  readonly #connections: readonly CrowdConnection[];

  constructor(urls: readonly string[]) {
    this.#connections = urls.map((url) => new CrowdConnection(url, REQUEST_PATIENCE_MS));
  }

  anyConnection(random: Random): CrowdConnection {
    const connection = this.#connections[random.below(this.#connections.length)];
    if (connection === undefined) throw new Error("a crowd needs a server to go to");
    return connection;
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection[Symbol.dispose]();
  }
}

/** An empty object where the body is no JSON object, which no answer of the contract is. */
function parseBody({ body }: Answer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function readSeat(
  phone: string,
  { registrationId, ordinal, ticketUrl }: Readonly<Record<string, unknown>>,
): Acknowledged | null {
  const [, origin, ticketKey] = /^(.+)\/t\/([\w-]{22})$/.exec(String(ticketUrl)) ?? [];
  if (origin === undefined || ticketKey === undefined) return null;
  if (typeof registrationId !== "string" || !isNumber(ordinal)) return null;
  return { phone, registrationId, ordinal, origin, ticketKey };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
