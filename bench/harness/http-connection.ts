import { ok as assert } from "node:assert";
import type { Socket } from "bun";
import { type HttpAnswer, ResponseReader } from "./response-reader.ts";

/** What came of one request. */
export type Exchange =
  | { readonly kind: "answer"; readonly answer: HttpAnswer }
  | { readonly kind: "error"; readonly error: ExchangeError };

/**
 * `refused`: no connection. `closed`: it broke before the first byte of an answer. `broken`: in the middle of one, or
 * what came was none. `timeout`: nothing whole came in time.
 */
export type ExchangeError = "refused" | "closed" | "broken" | "timeout";

const NONE = new Uint8Array(0);

/** One keep-alive connection, one request at a time; it opens itself at the first, and again after it broke. */
export class HttpConnection implements Disposable {
  readonly #hostname: string;
  readonly #port: number;
  readonly #reader = new ResponseReader();
  #socket: Socket | null = null;
  #pending: ((exchange: Exchange) => void) | null = null;
  /** What the kernel has not taken yet. */
  #unsent: Uint8Array = NONE;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#hostname = hostname;
    this.#port = Number(port);
  }

  /** Whether a request is on its way. */
  get isBusy(): boolean {
    return this.#pending !== null;
  }

  get isOpen(): boolean {
    return this.#socket !== null;
  }

  /** `onEnd` is called once, and may send the next request at once. */
  send(request: Uint8Array, onEnd: (exchange: Exchange) => void): void {
    assert(this.#pending === null, "the answer before is awaited first");
    this.#pending = onEnd;
    if (this.#socket !== null) this.#write(this.#socket, request);
    else void this.#openWith(request);
  }

  /** The same as a promise, with a time after which the answer no longer counts. */
  exchange(request: Uint8Array, timeoutMs: number): Promise<Exchange> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.abandon(), timeoutMs);
      this.send(request, (exchange) => {
        clearTimeout(timer);
        resolve(exchange);
      });
    });
  }

  /** Takes too long: ends the request under way with `timeout`, and the connection with it. */
  abandon(): void {
    this.#fail("timeout");
  }

  [Symbol.dispose](): void {
    const socket = this.#socket;
    // First, for the close is told at once, and is none of the server's.
    this.#socket = null;
    socket?.terminate();
  }

  async #openWith(request: Uint8Array): Promise<void> {
    const awaited = this.#pending;
    try {
      const socket = await Bun.connect({
        hostname: this.#hostname,
        port: this.#port,
        socket: {
          data: (from, bytes) => void (this.#isMine(from) && this.#read(bytes)),
          drain: (from) => void (this.#isMine(from) && this.#write(from, this.#unsent)),
          close: (from) => void (this.#isMine(from) && this.#closed()),
          error: (from) => void (this.#isMine(from) && this.#closed()),
        },
      });
      if (this.#pending !== awaited) {
        socket.terminate();
        return;
      }
      socket.setNoDelay(true);
      this.#socket = socket;
      this.#write(socket, request);
    } catch {
      if (this.#pending === awaited) this.#fail("refused");
    }
  }

  #isMine(socket: Socket): boolean {
    return this.#socket === socket;
  }

  #write(socket: Socket, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const written = Math.max(0, socket.write(bytes));
    this.#unsent = written === bytes.length ? NONE : bytes.subarray(written);
  }

  #read(bytes: Buffer): void {
    let answer: HttpAnswer | null;
    try {
      answer = this.#reader.read(bytes);
    } catch {
      return this.#fail("broken");
    }
    if (answer === null) return;
    if (answer.head.includes("onnection: close")) this[Symbol.dispose]();
    this.#settle({ kind: "answer", answer });
  }

  #closed(): void {
    this.#fail(this.#reader.isMidway ? "broken" : "closed");
  }

  #fail(error: ExchangeError): void {
    this[Symbol.dispose]();
    this.#reader.reset();
    this.#unsent = NONE;
    this.#settle({ kind: "error", error });
  }

  #settle(exchange: Exchange): void {
    const settle = this.#pending;
    this.#pending = null;
    settle?.(exchange);
  }
}
