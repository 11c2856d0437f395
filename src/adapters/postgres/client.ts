import postgres from "postgres";
import { DatabaseDeadlineError } from "./errors.ts";

export type Sql = postgres.Sql<{ bigint: number }>;

/** What a statement is written with: a client or a transaction of it. */
export type SqlTag = postgres.ISql<{ bigint: number }>;

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly connectionCountMax: number;
  /** False behind a pooler in transaction mode, which knows neither named statements nor start-up settings. */
  readonly isPrepared: boolean;
  /** Ends every call, however silent the network is. */
  readonly deadlineMs?: number;
}

const CALL_DEADLINE_MS = 10_000;
/** The server gives up first, so that only a silent network costs the client its connections. */
const STATEMENT_TIMEOUT_SHARE = 0.8;
/** Three round trips and a hash of the password, on a bad network or a busy machine. */
const CONNECT_TIMEOUT_S = 4;
const RECONNECT_DELAY_S = 0.1;
/** The driver waits for ever for connections whose server was killed. */
const END_TIMEOUT_S = 1;

/** A small pool of connections whose calls always end: with an answer, an error, or the deadline. */
export class Database implements AsyncDisposable {
  readonly #options: DatabaseOptions;
  readonly #deadlineMs: number;
  #sql: Sql;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#deadlineMs = options.deadlineMs ?? CALL_DEADLINE_MS;
    this.#sql = openClient(options, this.#deadlineMs);
  }

  /** Throws what the driver throws, or `DatabaseDeadlineError`, after which the call may still take effect. */
  async run<T>(call: (sql: Sql) => PromiseLike<T>): Promise<T> {
    const sql = this.#sql;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new DatabaseDeadlineError(this.#deadlineMs)),
      this.#deadlineMs,
    );
    try {
      return await Promise.race([call(sql), late.promise]);
    } catch (error) {
      this.#replace(sql);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * The rows of one long read, a page at a time, on a connection of its own: no deadline but the reader's, and
   * no plan but one that reads everything. In a transaction, so that a pooler keeps the connection for it.
   */
  async *pages<Row extends object>(
    select: (sql: SqlTag) => postgres.PendingQuery<Row[]>,
    pageCountMax: number,
  ): AsyncIterable<readonly Row[]> {
    const connection = await this.#sql.reserve();
    try {
      await connection`begin read only`;
      await connection`
        select set_config('statement_timeout', '0', true), set_config('enable_seqscan', 'on', true),
          set_config('enable_bitmapscan', 'on', true)`;
      yield* select(connection).cursor(pageCountMax);
    } finally {
      // Nothing was written, and a reader who left early must leave no transaction open.
      await connection`rollback`.catch(() => undefined);
      connection.release();
    }
  }

  /**
   * The driver keeps what a failed call left in its connection, even when it connects anew: the next answer may begin
   * with rows that are not there (postgres.js issues 1119 and 1181), fail with the old error (1223), or never come
   * (1193). A new client leaves all of it behind; what else is under way on the old one has a moment to end.
   */
  #replace(stale: Sql): void {
    if (this.#sql !== stale) return;
    this.#sql = openClient(this.#options, this.#deadlineMs);
    void stale.end({ timeout: END_TIMEOUT_S });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sql.end({ timeout: END_TIMEOUT_S });
  }
}

function openClient(options: DatabaseOptions, deadlineMs: number): Sql {
  const connection: Record<string, string | number> = { application_name: options.applicationName };
  if (options.isPrepared) {
    connection["statement_timeout"] = deadlineMs * STATEMENT_TIMEOUT_SHARE;
    // A plan cached while a table was nearly empty would read all of it, or all of an index, for each look-up of a flood.
    connection["enable_seqscan"] = "off";
    connection["enable_bitmapscan"] = "off";
  }
  return postgres(options.url, {
    max: options.connectionCountMax,
    prepare: options.isPrepared,
    connect_timeout: CONNECT_TIMEOUT_S,
    idle_timeout: 0,
    max_lifetime: null,
    keep_alive: 10,
    // The callers back off; the driver's own growing delay would keep them waiting after the server is back.
    backoff: () => RECONNECT_DELAY_S,
    fetch_types: false,
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    connection,
    onnotice: () => undefined,
  });
}
