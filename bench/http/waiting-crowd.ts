import { Random } from "../../test/support/random.ts";
import { Histogram, type LatencySummary } from "../harness/histogram.ts";
import { type Exchange, HttpConnection } from "../harness/http-connection.ts";
import { requestBytes } from "../harness/http-request.ts";
import { IndexQueue } from "./index-queue.ts";
import { PollSchedule } from "./poll-schedule.ts";

export interface WaitingOrder {
  readonly url: string;
  readonly path: string;
  readonly waiterCount: number;
  /** Kept alive, and shared: each carries the polls of many. */
  readonly connectionCount: number;
  /** From one poll of a waiter to the next, give or take the share. */
  readonly everyMs: number;
  readonly jitterShare: number;
  /** Polls fall due for so long. */
  readonly durationMs: number;
  /** Of one poll. */
  readonly timeoutMs: number;
}

export interface WaitingReport {
  readonly durationMs: number;
  /** Polls that were answered, a second. */
  readonly achievedPerS: number;
  /** From the instant at which a poll fell due, whether or not a connection was free. */
  readonly latency: LatencySummary;
  readonly statuses: Readonly<Record<string, number>>;
  /** Polls without an answer, by what happened to them; `unsent` fell due and found no connection to the end. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of the ticks looked into, how long ago the oldest was made when it came. */
  readonly ageMaxMs: number;
  /** Processor time of the crowd itself, seconds. */
  readonly processorS: number;
}

const SEED = 100_000;
const LOOK_EVERY_MS = 1;
const OVERDUE_EVERY_MS = 500;
/** One tick in so many is looked into. */
const LOOK_INTO_EACH = 500;

/** People before an open page, each of whom asks again some seconds after the poll before fell due. */
export async function waitAndPoll(order: WaitingOrder): Promise<WaitingReport> {
  const before = process.cpuUsage();
  const report = await new WaitingCrowd(order).run();
  const { user, system } = process.cpuUsage(before);
  return { ...report, processorS: (user + system) / 1e6 };
}

class WaitingCrowd {
  readonly #order: WaitingOrder;
  readonly #request: Uint8Array;
  readonly #schedule: PollSchedule;
  readonly #connections: readonly HttpConnection[];
  readonly #sentAtMs: Float64Array;
  /** Connections by number, and waiters whose poll fell due, both in the order in which they came. */
  readonly #free: IndexQueue;
  readonly #due: IndexQueue;
  readonly #histogram = new Histogram();
  readonly #statuses = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly #ended = Promise.withResolvers<void>();
  #startMs = 0;
  #answerCount = 0;
  #ageMaxMs = 0;

  constructor(order: WaitingOrder) {
    this.#order = order;
    const { url, path, waiterCount, connectionCount } = order;
    this.#request = requestBytes({ method: "GET", path, headers: {}, body: "" }, new URL(url).host);
    this.#schedule = new PollSchedule(order, new Random(SEED));
    this.#connections = Array.from({ length: connectionCount }, () => new HttpConnection(url));
    this.#sentAtMs = new Float64Array(connectionCount);
    this.#free = new IndexQueue(connectionCount);
    this.#due = new IndexQueue(waiterCount);
    for (let index = 0; index < connectionCount; index += 1) this.#free.push(index);
  }

  async run(): Promise<Omit<WaitingReport, "processorS">> {
    this.#startMs = performance.now();
    const look = setInterval(() => this.#lookForDue(), LOOK_EVERY_MS);
    const overdue = setInterval(() => this.#abandonOverdue(), OVERDUE_EVERY_MS);
    await this.#ended.promise;
    clearInterval(look);
    clearInterval(overdue);
    for (const connection of this.#connections) connection[Symbol.dispose]();
    return this.#report();
  }

  get #elapsedMs(): number {
    return performance.now() - this.#startMs;
  }

  get #isOver(): boolean {
    return this.#elapsedMs >= this.#order.durationMs;
  }

  #lookForDue(): void {
    const { durationMs, connectionCount, timeoutMs } = this.#order;
    const untilMs = Math.min(this.#elapsedMs, durationMs);
    this.#schedule.takeDue(untilMs, (waiter) => this.#due.push(waiter));
    this.#sendDue();
    const isIdle = this.#due.count === 0 && this.#free.count === connectionCount;
    if (this.#isOver && (isIdle || this.#elapsedMs >= durationMs + timeoutMs)) {
      this.#ended.resolve();
    }
  }

  #sendDue(): void {
    while (this.#due.count > 0 && this.#free.count > 0) {
      this.#send(this.#due.shift(), this.#free.shift());
    }
  }

  #send(waiter: number, index: number): void {
    this.#sentAtMs[index] = this.#elapsedMs;
    this.#connections[index]!.send(this.#request, (exchange) => {
      this.#count(exchange, this.#schedule.dueAtMs(waiter));
      this.#schedule.next(waiter);
      this.#free.push(index);
      this.#sendDue();
    });
  }

  #count(exchange: Exchange, dueAtMs: number): void {
    switch (exchange.kind) {
      case "answer": {
        const { status, body } = exchange.answer;
        this.#answerCount += 1;
        this.#histogram.record(Math.max(0, this.#elapsedMs - dueAtMs));
        increment(this.#statuses, String(status));
        if (status === 200 && this.#answerCount % LOOK_INTO_EACH === 0) this.#lookInto(body);
        return;
      }
      case "error":
        return increment(this.#errors, exchange.error);
    }
  }

  /** The service's clock is this machine's as well. */
  #lookInto(body: Uint8Array): void {
    const { now } = JSON.parse(Buffer.from(body).toString()) as { readonly now: string };
    this.#ageMaxMs = Math.max(this.#ageMaxMs, Date.now() - Date.parse(now));
  }

  #abandonOverdue(): void {
    const latestMs = this.#elapsedMs - this.#order.timeoutMs;
    for (const [index, connection] of this.#connections.entries()) {
      if (connection.isBusy && this.#sentAtMs[index]! < latestMs) connection.abandon();
    }
  }

  #report(): Omit<WaitingReport, "processorS"> {
    if (this.#due.count > 0) this.#errors.set("unsent", this.#due.count);
    return {
      durationMs: this.#elapsedMs,
      achievedPerS: (this.#answerCount * 1_000) / this.#elapsedMs,
      latency: this.#histogram.summary(),
      statuses: Object.fromEntries(this.#statuses),
      errors: Object.fromEntries(this.#errors),
      ageMaxMs: this.#ageMaxMs,
    };
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
