import { ok as assert } from "node:assert";
import { basename } from "node:path";
import { Histogram, type LatencySummary } from "../harness/histogram.ts";
import { type Exchange, HttpConnection } from "../harness/http-connection.ts";
import { readRequestLines, requestBytes } from "../harness/http-request.ts";
import { headerOf } from "../harness/response-reader.ts";

export interface CrowdOrder {
  readonly url: string;
  /** Request lines (`http-request.ts`), each asked for until it is served. */
  readonly requestFile: string;
  /** Each on a connection of its own, with the next request as soon as the one before is served. */
  readonly clientCount: number;
  readonly durationMs: number;
  /** After it, for what is still on its way. */
  readonly timeoutMs: number;
}

export interface CrowdReport {
  /** Requests served within the time. */
  readonly servedCount: number;
  readonly durationMs: number;
  /** By call and status, of all answers. */
  readonly answers: Readonly<Record<string, number>>;
  /** Requests without an answer. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of those served, from the try that was. */
  readonly latency: LatencySummary;
  /** Of the crowd's own process, seconds. */
  readonly processorS: number;
}

/** One in so many does not wait for as long as it was told, nor at all. */
const IMPATIENT_EVERY = 10;

interface Client {
  readonly connection: HttpConnection;
  readonly isPatient: boolean;
}

interface Wish {
  readonly call: string;
  readonly bytes: Uint8Array;
}

/** Clients who want something each, and come again when they are turned away. */
export async function runCrowd(order: CrowdOrder): Promise<CrowdReport> {
  const { host } = new URL(order.url);
  const wishes = (await readRequestLines(order.requestFile)).map((request) => ({
    call: basename(request.path),
    bytes: requestBytes(request, host),
  }));
  const before = process.cpuUsage();
  const report = await new Crowd(order, wishes).run();
  const { user, system } = process.cpuUsage(before);
  return { ...report, processorS: (user + system) / 1e6 };
}

class Crowd {
  readonly #order: CrowdOrder;
  readonly #wishes: Iterator<Wish>;
  readonly #clients: readonly Client[];
  readonly #latency = new Histogram();
  readonly #answers = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  #servedCount = 0;
  #startMs = 0;
  #endMs = Number.POSITIVE_INFINITY;

  constructor(order: CrowdOrder, wishes: readonly Wish[]) {
    this.#order = order;
    this.#wishes = wishes.values();
    this.#clients = Array.from({ length: order.clientCount }, (_, index) => ({
      connection: new HttpConnection(order.url),
      isPatient: index % IMPATIENT_EVERY !== 0,
    }));
  }

  async run(): Promise<Omit<CrowdReport, "processorS">> {
    const { durationMs, timeoutMs } = this.#order;
    await this.#gather();
    this.#startMs = performance.now();
    for (const client of this.#clients) this.#wishNext(client);
    await Promise.race([Bun.sleep(durationMs), this.#untilOver()]);
    this.#endMs = Math.min(this.#endMs, performance.now());
    const abandonAtMs = this.#endMs + timeoutMs;
    while (this.#clients.some(({ connection }) => connection.isBusy)) {
      if (performance.now() > abandonAtMs) break;
      await Bun.sleep(LOOK_EVERY_MS);
    }
    for (const { connection } of this.#clients) {
      if (connection.isBusy) connection.abandon();
      connection[Symbol.dispose]();
    }
    return {
      servedCount: this.#servedCount,
      durationMs: this.#endMs - this.#startMs,
      answers: Object.fromEntries(this.#answers),
      errors: Object.fromEntries(this.#errors),
      latency: this.#latency.summary(),
    };
  }

  /** What a listening socket's queue cannot hold the kernel drops, and comes again after a second: that is not measured. */
  async #gather(): Promise<void> {
    const { url, timeoutMs } = this.#order;
    const { host } = new URL(url);
    const hello = requestBytes({ method: "GET", path: "/healthz", headers: {}, body: "" }, host);
    const coming = this.#clients.values();
    const comeIn = async () => {
      for (const { connection } of coming) await connection.exchange(hello, timeoutMs);
    };
    await Promise.all(Array.from({ length: COMING_COUNT_MAX }, comeIn));
  }

  /** Nothing is left to wish for: what follows would measure no crowd. */
  async #untilOver(): Promise<void> {
    while (performance.now() < this.#endMs) await Bun.sleep(LOOK_EVERY_MS);
  }

  #wishNext(client: Client): void {
    const { value: wish, done } = this.#wishes.next();
    if (done === true) this.#endMs = Math.min(this.#endMs, performance.now());
    else this.#ask(client, wish);
  }

  #ask(client: Client, wish: Wish): void {
    const sentMs = performance.now();
    if (sentMs >= this.#endMs) return;
    client.connection.send(wish.bytes, (exchange) => {
      const retryAfterMs = this.#count(wish, exchange, sentMs);
      if (retryAfterMs === null) this.#wishNext(client);
      else if (client.isPatient) this.#askLater(client, wish, retryAfterMs);
      else this.#ask(client, wish);
    });
  }

  #askLater(client: Client, wish: Wish, delayMs: number): void {
    // The server would close it while nothing comes, perhaps as the next request goes out.
    client.connection[Symbol.dispose]();
    setTimeout(() => this.#ask(client, wish), delayMs);
  }

  /** Null where the client is done with this wish, else for how long it was told to wait. */
  #count({ call }: Wish, exchange: Exchange, sentMs: number): number | null {
    if (exchange.kind === "error") {
      increment(this.#errors, exchange.error);
      return null;
    }
    const { status, head } = exchange.answer;
    increment(this.#answers, `${call} ${status}`);
    if (status === 503) {
      const retryAfterS = Number(headerOf(head, "retry-after"));
      assert(retryAfterS > 0, "who is turned away is told when to come back");
      return retryAfterS * 1_000;
    }
    const nowMs = performance.now();
    if (nowMs < this.#endMs) {
      this.#servedCount += 1;
      this.#latency.record(nowMs - sentMs);
    }
    return null;
  }
}

const LOOK_EVERY_MS = 10;
/** Through the door at once. */
const COMING_COUNT_MAX = 64;

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
