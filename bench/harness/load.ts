import { Histogram, type LatencySummary } from "./histogram.ts";
import { type Exchange, HttpConnection } from "./http-connection.ts";

export type Pace =
  /** As fast as the answers come: what a server can do. */
  | { readonly kind: "closed" }
  /** So many requests fall due a second whatever the server does: what people feel. */
  | { readonly kind: "open"; readonly ratePerS: number };

export interface LoadOptions {
  readonly url: string;
  readonly connectionCount: number;
  readonly pace: Pace;
  /** Requests fall due for so long; fewer, where `next` runs out before. */
  readonly durationMs: number;
  /** Of one request, and of waiting for the last. */
  readonly timeoutMs: number;
  /** The next request, and under which name it is counted; null when there are no more. */
  readonly next: () => LoadRequest | null;
}

export interface LoadRequest {
  readonly call: string;
  readonly bytes: Uint8Array;
}

export interface LoadReport {
  /** Null where the pace was the server's own. */
  readonly offeredPerS: number | null;
  /** Answers a second, of whatever status, from the first request to the last answer. */
  readonly achievedPerS: number;
  readonly durationMs: number;
  readonly calls: Readonly<Record<string, CallReport>>;
  /** Requests without an answer, by what happened to them; `unsent` fell due and found no connection to the end. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface CallReport {
  readonly statuses: Readonly<Record<string, number>>;
  /** At an open pace counted from the instant the request was due, so that a stalled server hides nothing. */
  readonly latency: LatencySummary;
}

/** How often requests that fell due are looked for, besides at every answer. */
const DUE_EVERY_MS = 1;
const OVERDUE_EVERY_MS = 100;

/** Sends requests over keep-alive connections and says what came of them; it never throws for what the server does. */
export function runLoad(options: LoadOptions): Promise<LoadReport> {
  return new Load(options).run();
}

class Load {
  readonly #options: LoadOptions;
  readonly #connections: readonly HttpConnection[];
  readonly #free: HttpConnection[];
  /** When each busy connection was given its request. */
  readonly #sentAtMs = new Map<HttpConnection, number>();
  readonly #calls = new Map<string, { statuses: Map<string, number>; histogram: Histogram }>();
  readonly #errors = new Map<string, number>();
  readonly #ended = Promise.withResolvers<void>();
  #startMs = 0;
  #lastAnswerMs = 0;
  #sentCount = 0;
  #answerCount = 0;
  #isOver = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#connections = Array.from(
      { length: options.connectionCount },
      () => new HttpConnection(options.url),
    );
    this.#free = [...this.#connections];
  }

  async run(): Promise<LoadReport> {
    this.#startMs = performance.now();
    const due = setInterval(() => this.#sendDue(), DUE_EVERY_MS);
    const overdue = setInterval(() => this.#abandonOverdue(), OVERDUE_EVERY_MS);
    this.#sendDue();
    await this.#ended.promise;
    clearInterval(due);
    clearInterval(overdue);
    for (const connection of this.#connections) connection[Symbol.dispose]();
    return this.#report();
  }

  /** Gives what is due to whoever is free, in the order in which it fell due. */
  #sendDue(): void {
    const nowMs = performance.now();
    while (this.#free.length > 0 && !this.#isOver) {
      const dueAtMs = this.#nextDueAtMs(nowMs);
      if (dueAtMs > nowMs) break;
      const request =
        dueAtMs - this.#startMs < this.#options.durationMs ? this.#options.next() : null;
      if (request === null) this.#isOver = true;
      else this.#send(request, dueAtMs);
    }
    if (this.#isOver && this.#sentAtMs.size === 0) this.#ended.resolve();
  }

  #nextDueAtMs(nowMs: number): number {
    const { pace } = this.#options;
    switch (pace.kind) {
      case "closed":
        return nowMs;
      case "open":
        return this.#startMs + (this.#sentCount * 1_000) / pace.ratePerS;
    }
  }

  #send({ call, bytes }: LoadRequest, dueAtMs: number): void {
    const connection = this.#free.pop();
    if (connection === undefined) return;
    this.#sentCount += 1;
    this.#sentAtMs.set(connection, performance.now());
    connection.send(bytes, (exchange) => {
      this.#count(call, exchange, dueAtMs);
      this.#sentAtMs.delete(connection);
      this.#free.push(connection);
      this.#sendDue();
    });
  }

  #count(call: string, exchange: Exchange, dueAtMs: number): void {
    switch (exchange.kind) {
      case "answer": {
        this.#lastAnswerMs = performance.now();
        this.#answerCount += 1;
        const { statuses, histogram } = this.#call(call);
        increment(statuses, String(exchange.answer.status));
        return histogram.record(this.#lastAnswerMs - dueAtMs);
      }
      case "error":
        return increment(this.#errors, exchange.error);
    }
  }

  #call(name: string): { statuses: Map<string, number>; histogram: Histogram } {
    const known = this.#calls.get(name);
    if (known !== undefined) return known;
    const made = { statuses: new Map<string, number>(), histogram: new Histogram() };
    this.#calls.set(name, made);
    return made;
  }

  #abandonOverdue(): void {
    const nowMs = performance.now();
    const { durationMs, timeoutMs } = this.#options;
    for (const [connection, sentAtMs] of this.#sentAtMs) {
      if (nowMs - sentAtMs > timeoutMs) connection.abandon();
    }
    if (!this.#isOver && nowMs - this.#startMs > durationMs + timeoutMs) this.#giveUp();
  }

  /** The server is so far behind that what fell due was never sent. */
  #giveUp(): void {
    const { pace, durationMs } = this.#options;
    this.#isOver = true;
    if (pace.kind === "open") {
      const dueCount = Math.floor((pace.ratePerS * durationMs) / 1_000);
      this.#errors.set("unsent", dueCount - this.#sentCount);
    }
  }

  #report(): LoadReport {
    const { pace } = this.#options;
    const durationMs = Math.max(this.#lastAnswerMs - this.#startMs, 1);
    const calls = [...this.#calls].map(([name, { statuses, histogram }]) => [
      name,
      { statuses: Object.fromEntries(statuses), latency: histogram.summary() },
    ]);
    return {
      offeredPerS: pace.kind === "open" ? pace.ratePerS : null,
      achievedPerS: (this.#answerCount * 1_000) / durationMs,
      durationMs,
      calls: Object.fromEntries(calls),
      errors: Object.fromEntries(this.#errors),
    };
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
