import type { ApiResult, Problem } from "../../src/web/parts/api.ts";
import { isProblemCode } from "../../src/web/parts/problem-code.ts";
import type { Exchange } from "../harness/http-connection.ts";
import { requestBytes } from "../harness/http-request.ts";
import { type HttpAnswer, headerOf } from "../harness/response-reader.ts";
import { Departure } from "./departure.ts";
import type { Way, WayRequest } from "./edge.ts";
import { PAGE_RHYTHM } from "./habits.ts";
import type { Call, Journal, Outcome } from "./journal.ts";

export interface BrowserOptions {
  readonly way: Way;
  readonly journal: Journal;
  /** Of the service, as in `127.0.0.1:3000`. */
  readonly host: string;
  /** The header by which the service knows where a person is. */
  readonly address: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly call: Call;
  readonly path: string;
  readonly dueAtMs: number;
  readonly timeoutMs?: number;
}

export type Loaded =
  | { readonly kind: "loaded"; readonly document: HttpAnswer }
  | { readonly kind: "later"; readonly retryAfterS: number }
  | { readonly kind: "unreachable" }
  | { readonly kind: "refused"; readonly status: number };

export type Json = Readonly<Record<string, unknown>>;

/** One person's browser: one request at a time, and the headers that browsers send. */
export class Browser {
  readonly #options: BrowserOptions;
  readonly #departure = new Departure();
  /** Ends when the requests before have. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: BrowserOptions) {
    this.#options = options;
  }

  /** A page or a file of it. */
  async load(asked: Asked): Promise<Loaded> {
    return loadedOf(this.#atHand(asked, LOAD) ?? (await this.#inTurn(asked, LOAD)));
  }

  /** Out of turn, so that the page's script need not wait for it. */
  async download(asked: Asked): Promise<Loaded> {
    return loadedOf(await this.#exchange(asked, LOAD));
  }

  /** What a page's script asks; the result is as `src/web/parts/api.ts` has it. */
  async ask(asked: Asked): Promise<ApiResult<Json>> {
    return resultOf(await this.#inTurn(asked, SCRIPT));
  }

  /** The same where nobody has to wait for the answer, as for most ticks; null where somebody has to. */
  askAtHand(asked: Asked): ApiResult<Json> | null {
    const exchange = this.#atHand(asked, SCRIPT);
    return exchange === null ? null : resultOf(exchange);
  }

  async post(asked: Asked, body: Json): Promise<ApiResult<Json>> {
    const sent: Sent = { ...SCRIPT, method: "POST", body: JSON.stringify(body) };
    return resultOf(await this.#inTurn(asked, sent));
  }

  close(): void {
    this.#departure.leave();
  }

  #atHand(asked: Asked, sent: Sent): Exchange | null {
    const { way, journal } = this.#options;
    const { call, dueAtMs, timeoutMs = PAGE_RHYTHM.callTimeoutMs } = asked;
    const askedAtMs = performance.now();
    const exchange = way.atHand(this.#requestOf(asked, sent), timeoutMs);
    if (exchange === null) return null;
    const at = { dueAtMs, askedAtMs, endedAtMs: performance.now() };
    journal.note({ call, ...at, isFromOrigin: false, ...judgement(exchange, false) });
    return exchange;
  }

  #inTurn(asked: Asked, sent: Sent): Promise<Exchange> {
    const askedAtMs = performance.now();
    const exchange = this.#turn.then(() => this.#exchange(asked, sent, askedAtMs));
    this.#turn = exchange;
    return exchange;
  }

  async #exchange(
    asked: Asked,
    sent: Sent,
    askedAtMs: number = performance.now(),
  ): Promise<Exchange> {
    if (this.#departure.isOver) return NOT_SENT;
    const { way, journal } = this.#options;
    const { call, dueAtMs, timeoutMs = PAGE_RHYTHM.callTimeoutMs } = asked;
    const request = this.#requestOf(asked, sent);
    const { exchange, isFromOrigin } = await way.exchange(request, timeoutMs, this.#departure);
    const isCut = this.#departure.isOver || timeoutMs < PAGE_RHYTHM.callTimeoutMs;
    const at = { dueAtMs, askedAtMs, endedAtMs: performance.now() };
    journal.note({ call, ...at, isFromOrigin, ...judgement(exchange, isCut) });
    return exchange;
  }

  #requestOf({ path }: Asked, sent: Sent): WayRequest {
    const { host, address } = this.#options;
    const { method, headers, body } = sent;
    const bytes = (more: Readonly<Record<string, string>>) =>
      requestBytes({ method, path, headers: { ...headers, ...more, ...address }, body }, host);
    return { method, path, bytes };
  }
}

/** Whoever asked has left while others were served. */
const NOT_SENT: Exchange = { kind: "error", error: "closed" };

interface Sent {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const EVERYWHERE = {
  "user-agent":
    "Mozilla/5.0 (Linux; Android 14; SM-A057F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
  "accept-encoding": "gzip, deflate, br",
  "accept-language": "en-GB,en;q=0.9,bn;q=0.8",
};

const LOAD: Sent = {
  method: "GET",
  headers: {
    ...EVERYWHERE,
    accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "sec-fetch-site": "none",
  },
  body: "",
};

const SCRIPT: Sent = {
  method: "GET",
  headers: { ...EVERYWHERE, accept: "*/*", "sec-fetch-site": "same-origin" },
  body: "",
};

function loadedOf(exchange: Exchange): Loaded {
  if (exchange.kind === "error") return { kind: "unreachable" };
  const { status, head } = exchange.answer;
  if (status === 503) return { kind: "later", retryAfterS: retryAfterS(head) ?? 1 };
  return status === 200
    ? { kind: "loaded", document: exchange.answer }
    : { kind: "refused", status };
}

function resultOf(exchange: Exchange): ApiResult<Json> {
  if (exchange.kind === "error") return { kind: "unreachable" };
  const { status, head } = exchange.answer;
  const json = jsonIn(exchange.answer);
  if (status < 300) return { kind: "ok", status, body: json };
  return { kind: "problem", problem: problemOf(status, head, json) };
}

function judgement(
  exchange: Exchange,
  isCut: boolean,
): { readonly outcome: Outcome; readonly reason: string } {
  if (exchange.kind === "error") {
    return { outcome: isCut ? "left" : "failed", reason: isCut ? "left" : exchange.error };
  }
  const { status, head } = exchange.answer;
  if (status < 400) return { outcome: "done", reason: String(status) };
  const { code } = jsonIn(exchange.answer);
  const reason = `${status} ${typeof code === "string" ? code : "page"}`;
  if (code === "proof_required") return { outcome: "unproven", reason };
  if (status === 503 && retryAfterS(head) === null) {
    return { outcome: "failed", reason: `${reason} without Retry-After` };
  }
  if (status === 429 || status === 503) return { outcome: "later", reason };
  return { outcome: status < 500 ? "refused" : "failed", reason };
}

function problemOf(status: number, head: string, json: Json): Problem {
  const { code, attemptsLeft, opensInS, verification } = json;
  return {
    status,
    code: isProblemCode(code) ? code : "internal",
    retryAfterS: retryAfterS(head),
    attemptsLeft: typeof attemptsLeft === "number" ? attemptsLeft : null,
    opensInS: typeof opensInS === "number" ? opensInS : null,
    verification: typeof verification === "string" ? verification : null,
    hasLapsed: json["lapsed"] === true,
  };
}

function retryAfterS(head: string): number | null {
  const seconds = Number(headerOf(head, "retry-after") ?? "");
  return seconds > 0 ? seconds : null;
}

const READ = new WeakMap<HttpAnswer, Json>();

/** Empty for a page, which says in its own words what went wrong; read once for all who were given the same. */
function jsonIn(answer: HttpAnswer): Json {
  const known = READ.get(answer);
  if (known !== undefined) return known;
  const text = Buffer.from(answer.body).toString();
  const json = text.startsWith("{") ? (JSON.parse(text) as Json) : {};
  READ.set(answer, json);
  return json;
}
