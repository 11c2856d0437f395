import { expect } from "bun:test";
import postgres from "postgres";
import type { Answer } from "../support/harness.ts";
import { saleDraft, storeEvent } from "../support/harness.ts";
import { Random } from "../support/random.ts";
import type { ServiceProcess } from "../support/service-process.ts";
import type { Person } from "./crowd.ts";
import { Crowd } from "./crowd.ts";
import { CrowdConnection } from "./crowd-connection.ts";
import { CrowdSms } from "./crowd-sms.ts";
import { checkLedger } from "./ledger.ts";
import { faultEnvironment, startUnderFault } from "./service-under-fault.ts";

export interface CrowdedSaleOptions {
  /** Of the database, by a way that no fault strikes. */
  readonly databaseUrl: string;
  /** The way the server takes. */
  readonly serverDatabaseUrl?: string;
  readonly quota: number;
  readonly peopleCount: number;
  readonly seed: number;
  readonly walkerCount?: number;
}

interface Opened {
  readonly crowd: Crowd;
  readonly people: readonly Person[];
  readonly url: string;
  readonly resources: AsyncDisposableStack;
}

const CLAIM_PATIENCE_MS = 20_000;
/** The server's own deadline is 5 s; the rest is for a machine that is busy. */
const SHED_MS_MAX = 8_000;

/** How long coming back by itself may take. */
export const RECOVERY_MS_MAX = 10_000;

/** A server, a sale, and a crowd with proved phones at its door; the books are held to account at the end. */
export class CrowdedSale implements AsyncDisposable {
  readonly crowd: Crowd;
  readonly people: readonly Person[];
  readonly url: string;
  readonly #options: CrowdedSaleOptions;
  readonly #resources: AsyncDisposableStack;

  private constructor(options: CrowdedSaleOptions, opened: Opened) {
    this.#options = options;
    this.crowd = opened.crowd;
    this.people = opened.people;
    this.url = opened.url;
    this.#resources = opened.resources;
  }

  static async open(options: CrowdedSaleOptions): Promise<CrowdedSale> {
    const { databaseUrl, serverDatabaseUrl = databaseUrl, quota, walkerCount = 32 } = options;
    await using opening = new AsyncDisposableStack();
    await storeEvent(databaseUrl, [saleDraft(Date.now(), { quota })]);
    const sms = opening.use(new CrowdSms());
    const environment = faultEnvironment(sms, { DATABASE_URL: serverDatabaseUrl });
    const { service } = await startUnderFault(environment);
    opening.defer(() => endInPeace(service));
    const random = new Random(options.seed);
    const crowd = new Crowd({ urls: [service.url], sms, random, walkerCount, againShare: 0.1 });
    const people = await crowd.arriveVerified(options.peopleCount);
    return new CrowdedSale(options, { crowd, people, url: service.url, resources: opening.move() });
  }

  /** One person's claim, sent once. */
  async claimOnce(index: number): Promise<Answer> {
    using connection = new CrowdConnection(this.url, CLAIM_PATIENCE_MS);
    const person = {
      name: "Rahim Uddin",
      email: "rahim@example.org",
      ...this.people[index]?.proof,
    };
    const exchange = await connection.post("/api/v1/events/mela/registrations", person);
    if (exchange.kind !== "answer") throw new Error(`no answer, but ${exchange.kind}`);
    return { status: exchange.status, body: JSON.parse(exchange.body) };
  }

  /** In trouble, a person is told in time to come again, and is spared a second code. */
  async expectShed(index: number): Promise<void> {
    const startMs = performance.now();
    const { status, body } = await this.claimOnce(index);
    expect([status, body["code"]]).toEqual([503, "overloaded"]);
    expect(body["verification"]).toBeString();
    expect(body["retryAfterS"]).toBeNumber();
    expect(performance.now() - startMs).toBeLessThan(SHED_MS_MAX);
  }

  /** Milliseconds from now until somebody is told of a seat. */
  async msToNextSeat(): Promise<number> {
    const startMs = performance.now();
    await this.crowd.acknowledgedReaches(this.crowd.told.acknowledged.length + 1);
    return performance.now() - startMs;
  }

  /** When everybody has an answer: invariants 1 to 4, 6 and 7, and not a seat less than there were takers. */
  async expectHonest(): Promise<void> {
    const { databaseUrl, quota } = this.#options;
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
    const soldCount = await checkLedger(sql, this.crowd.told).finally(() => void sql.end());
    expect(this.crowd.faults).toEqual([]);
    expect(soldCount).toBe(quota);
    expect(this.crowd.holderCount).toBe(quota);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}

/** Nothing that happened to its database may have ended it before. */
async function endInPeace(service: ServiceProcess): Promise<void> {
  const { exitCode, errors } = await service.end();
  if (exitCode !== 0) throw new Error(`the server ended with ${exitCode}: ${errors}`);
}
