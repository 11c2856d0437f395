import type { Exchange } from "../harness/http-connection.ts";
import { type HttpAnswer, headerOf } from "../harness/response-reader.ts";
import { Departure } from "./departure.ts";
import type { Wires } from "./wires.ts";

/** How requests get from a browser to the service. */
export interface Way {
  /** An answer that need not be waited for; null where there is none. */
  atHand(request: WayRequest, timeoutMs: number): Exchange | null;
  exchange(request: WayRequest, timeoutMs: number, departure: Departure): Promise<Served>;
}

export interface WayRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Of the whole request, with these headers more. */
  readonly bytes: (headers: Readonly<Record<string, string>>) => Uint8Array;
}

export interface Served {
  readonly exchange: Exchange;
  /** False where the edge had the answer, or waited for one that was under way. */
  readonly isFromOrigin: boolean;
}

/**
 * The CDN between all visitors and the service: one shared cache that does as the headers say (RFC 9111, RFC 5861), and
 * asks once for all who want the same at the same time, as nginx does. Every visitor's browser sends the same headers, so
 * that the path alone is the key, whatever an answer varies by.
 */
export class Edge implements Way {
  /** Requests that reached the service, those among them that only renew what is kept. */
  originCount = 0;
  askedCount = 0;
  readonly #wires: Wires;
  readonly #kept = new Map<string, Kept>();
  readonly #underWay = new Map<string, Promise<Exchange>>();

  constructor(wires: Wires) {
    this.#wires = wires;
  }

  atHand(request: WayRequest, timeoutMs: number): Exchange | null {
    const { method, path } = request;
    const kept = method === "GET" ? this.#kept.get(path) : undefined;
    const nowMs = performance.now();
    if (kept === undefined || nowMs >= kept.usableUntilMs) return null;
    this.askedCount += 1;
    if (nowMs >= kept.freshUntilMs && !this.#underWay.has(path)) {
      // Cannot reject: an exchange ends in a value.
      void this.#fetch(request, timeoutMs, kept);
    }
    return kept.exchange;
  }

  async exchange(request: WayRequest, timeoutMs: number, departure: Departure): Promise<Served> {
    const atHand = this.atHand(request, timeoutMs);
    if (atHand !== null) return { exchange: atHand, isFromOrigin: false };
    this.askedCount += 1;
    const { method, path } = request;
    if (method === "POST") return this.#pass(request, timeoutMs, departure);
    const awaited = this.#underWay.get(path);
    if (awaited === undefined) {
      return { exchange: await this.#fetch(request, timeoutMs), isFromOrigin: true };
    }
    const exchange = await awaited;
    const isShared = this.#kept.get(path)?.exchange === exchange;
    return isShared ? { exchange, isFromOrigin: false } : this.#pass(request, timeoutMs, departure);
  }

  async #pass(request: WayRequest, timeoutMs: number, departure: Departure): Promise<Served> {
    this.originCount += 1;
    const exchange = await this.#wires.exchange(request.bytes({}), timeoutMs, departure);
    return { exchange, isFromOrigin: true };
  }

  /** Goes on when whoever asked first has left, for others may wait for it. */
  #fetch(request: WayRequest, timeoutMs: number, stale?: Kept): Promise<Exchange> {
    const fetching = this.#ask(request, timeoutMs, stale);
    this.#underWay.set(request.path, fetching);
    return fetching;
  }

  async #ask({ path, bytes }: WayRequest, timeoutMs: number, stale?: Kept): Promise<Exchange> {
    const tag = stale === undefined ? null : headerOf(stale.answer.head, "etag");
    const request = bytes(tag === null ? {} : { "if-none-match": tag });
    this.originCount += 1;
    const exchange = await this.#wires.exchange(request, timeoutMs, Departure.NEVER);
    this.#underWay.delete(path);
    if (exchange.kind === "error") return exchange;
    const { answer } = exchange;
    const isSame = stale !== undefined && answer.status === 304;
    const lifetime = lifetimeIn(answer.head);
    if (lifetime === null || (answer.status !== 200 && !isSame)) return exchange;
    if (!this.#kept.has(path) && this.#kept.size >= KEPT_COUNT_MAX) return exchange;
    const whole = isSame ? stale.exchange : exchange;
    const freshUntilMs = performance.now() + lifetime.freshMs;
    this.#kept.set(path, {
      exchange: whole,
      answer: isSame ? stale.answer : answer,
      freshUntilMs,
      usableUntilMs: freshUntilMs + lifetime.staleMs,
    });
    return whole;
  }
}

/** No CDN: every request is the service's. */
export class StraightWay implements Way {
  readonly #wires: Wires;

  constructor(wires: Wires) {
    this.#wires = wires;
  }

  atHand(): null {
    return null;
  }

  async exchange({ bytes }: WayRequest, timeoutMs: number, departure: Departure): Promise<Served> {
    const exchange = await this.#wires.exchange(bytes({}), timeoutMs, departure);
    return { exchange, isFromOrigin: true };
  }
}

interface Kept {
  readonly exchange: Exchange;
  readonly answer: HttpAnswer;
  readonly freshUntilMs: number;
  /** While a new one is fetched. */
  readonly usableUntilMs: number;
}

/** Pages, their files, the tick and the draw: what may be kept is a handful. */
const KEPT_COUNT_MAX = 256;

interface Lifetime {
  readonly freshMs: number;
  readonly staleMs: number;
}

/** Null for what no shared cache may keep. */
function lifetimeIn(head: string): Lifetime | null {
  const control = headerOf(head, "cache-control") ?? "";
  const seconds = (directive: string) => {
    const [, text] = new RegExp(`(?:^|[ ,])${directive}=(\\d+)`).exec(control) ?? [];
    return text === undefined ? null : Number(text);
  };
  const freshS = seconds("s-maxage") ?? seconds("max-age") ?? 0;
  if (/no-store|no-cache|private/.test(control) || freshS === 0) return null;
  return { freshMs: freshS * 1_000, staleMs: (seconds("stale-while-revalidate") ?? 0) * 1_000 };
}
