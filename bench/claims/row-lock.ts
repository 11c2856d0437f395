import { ok as assert } from "node:assert";
import { join } from "node:path";
import type { Sql } from "postgres";
import { phoneNumber } from "../../test/support/harness.ts";
import type { BenchDatabase, BenchOptions } from "../harness/bench.ts";
import { Child } from "../harness/child.ts";
import { HttpConnection } from "../harness/http-connection.ts";
import { type HttpRequest, requestBytes, writeRequestLines } from "../harness/http-request.ts";
import type { Go } from "../harness/measure.ts";
import { registrationRequest } from "../harness/proved-phones.ts";
import { bombard, requireFlawless } from "../harness/throughput.ts";
import { type ClaimLoad, REQUEST_COUNT_SMOKE } from "./claim-rounds.ts";

const PROGRAM = join(import.meta.dir, "row-lock-server.ts");
const SEAT_COUNT = 131_071;
/** More than it takes in one round on any disk; those of all rounds are fewer than the seats. */
const REQUEST_COUNT = 20_000;
/** Several for each connection of its pool. */
const WARM_UP_COUNT = 100;
const WARM_UP_TIMEOUT_MS = 30_000;
/** Of ours, so that reading a request costs as much; nobody looks at the challenge. */
const CHALLENGE_LENGTH = 72;

/** The usual design (`row-lock-server.ts`), its two tables, and people for it. */
export class RowLock implements AsyncDisposable {
  readonly #child: Child;
  readonly #url: string;
  readonly #sql: Sql;
  readonly #requestFile: string;
  #phoneCount = 0;
  #answeredCount = 0;

  static async start({ url, sql }: BenchDatabase, folder: string): Promise<RowLock> {
    await sql`create table seats (id integer primary key, remaining integer not null)`;
    await sql`insert into seats values (1, ${SEAT_COUNT})`;
    await sql`
      create table bookings (
        id uuid primary key, phone text not null unique, name text not null, email text not null,
        booked_at timestamptz not null default now()
      )`;
    await using starting = new AsyncDisposableStack();
    const child = starting.use(new Child(PROGRAM));
    const rowLock = new RowLock(child, await child.ask<string>({ databaseUrl: url }), {
      sql,
      requestFile: join(folder, "bookings"),
    });
    await rowLock.#warmUp();
    starting.move();
    return rowLock;
  }

  private constructor(
    child: Child,
    url: string,
    { sql, requestFile }: { readonly sql: Sql; readonly requestFile: string },
  ) {
    this.#child = child;
    this.#url = url;
    this.#sql = sql;
    this.#requestFile = requestFile;
  }

  async round(load: ClaimLoad, { isSmoke }: Pick<BenchOptions, "isSmoke">): Promise<Go> {
    await this.#prepare(isSmoke ? REQUEST_COUNT_SMOKE : REQUEST_COUNT);
    const throughput = await bombard({
      ...load,
      url: this.#url,
      requestFile: this.#requestFile,
      lines: "once",
    });
    requireFlawless(throughput);
    this.#answeredCount += throughput.requestCount;
    await this.#check();
    return { figure: throughput.requestsPerS, processor: null };
  }

  /** Opens every connection of its pool, and has everything compiled. */
  async #warmUp(): Promise<void> {
    const indexes = Array.from({ length: WARM_UP_COUNT }, (_, index) => this.#phoneCount + index);
    this.#phoneCount += WARM_UP_COUNT;
    this.#answeredCount += WARM_UP_COUNT;
    await Promise.all(indexes.map((index) => this.#book(index)));
  }

  async #book(index: number): Promise<void> {
    using connection = new HttpConnection(this.#url);
    const bytes = requestBytes(bookingRequest(index), new URL(this.#url).host);
    const exchange = await connection.exchange(bytes, WARM_UP_TIMEOUT_MS);
    assert(exchange.kind === "answer" && exchange.answer.status === 201, "a booking failed");
  }

  /** Nobody comes twice: what was under way at the end of a round is still being booked. */
  async #prepare(count: number): Promise<void> {
    const firstIndex = this.#phoneCount;
    this.#phoneCount += count;
    const requests = Array.from({ length: count }, (_, index) =>
      bookingRequest(firstIndex + index),
    );
    await writeRequestLines(this.#requestFile, requests);
  }

  async #check(): Promise<void> {
    const sql = this.#sql;
    const [row] = await sql<{ bookedCount: number; remaining: number }[]>`
      select (select count(*)::int from bookings) as "bookedCount", remaining from seats`;
    assert(row !== undefined && row.bookedCount === SEAT_COUNT - row.remaining, "a seat is amiss");
    assert(row.bookedCount >= this.#answeredCount, "a booking was lost");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}

function bookingRequest(index: number): HttpRequest {
  const challenge = "x".repeat(CHALLENGE_LENGTH);
  return registrationRequest("mela", {
    index,
    phone: phoneNumber(index),
    challenge,
    code: "123456",
  });
}
