import type { Socket } from "bun";

/** What came of one request on one connection. */
export type Exchange =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: ReadonlyMap<string, string>;
      readonly body: string;
    }
  /** Nobody listens there. */
  | { readonly kind: "unreachable" }
  /** Closed before the first byte of an answer. */
  | { readonly kind: "closed" }
  /** Closed in the middle of an answer. */
  | { readonly kind: "broken" }
  /** No whole answer in time. */
  | { readonly kind: "silent" };

const HEAD_END = "\r\n\r\n";

/**
 * One keep-alive connection that says exactly what came over it. `fetch` will not do: it may send a request again by
 * itself, and tells a cut answer from none at all in no way that can be relied on.
 */
export class CrowdConnection implements Disposable {
  readonly #url: URL;
  readonly #patienceMs: number;
  #socket: Socket | null = null;
  #received = "";
  #pending: ((exchange: Exchange) => void) | null = null;

  constructor(url: string, patienceMs: number) {
    this.#url = new URL(url);
    this.#patienceMs = patienceMs;
  }

  get isOpen(): boolean {
    return this.#socket !== null;
  }

  get(path: string): Promise<Exchange> {
    return this.#exchange(`GET ${path} HTTP/1.1\r\nhost: ${this.#url.host}\r\n\r\n`);
  }

  post(path: string, body: unknown): Promise<Exchange> {
    const json = JSON.stringify(body);
    const head = [
      `POST ${path} HTTP/1.1`,
      `host: ${this.#url.host}`,
      "content-type: application/json",
      `content-length: ${Buffer.byteLength(json)}`,
    ];
    return this.#exchange(head.join("\r\n") + HEAD_END + json);
  }

  [Symbol.dispose](): void {
    const socket = this.#socket;
    // First, for the close is told at once, and is none of the server's.
    this.#socket = null;
    socket?.terminate();
  }

  async #exchange(request: string): Promise<Exchange> {
    if (!(await this.#open())) return { kind: "unreachable" };
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end({ kind: "silent" }), this.#patienceMs);
      this.#pending = (exchange) => {
        clearTimeout(timer);
        resolve(exchange);
      };
      // A request is far below the kernel's buffer, which is empty: the one before was answered.
      const written = this.#socket?.write(request);
      if (written !== Buffer.byteLength(request)) this.#end({ kind: "closed" });
    });
  }

  async #open(): Promise<boolean> {
    if (this.#socket !== null) return true;
    this.#received = "";
    const isMine = (socket: Socket) => this.#socket === socket;
    try {
      this.#socket = await Bun.connect({
        hostname: this.#url.hostname,
        port: Number(this.#url.port),
        socket: {
          data: (socket, bytes) => void (isMine(socket) && this.#read(bytes.toString("latin1"))),
          close: (socket) => void (isMine(socket) && this.#closed()),
          error: (socket) => void (isMine(socket) && this.#closed()),
        },
      });
      return true;
    } catch {
      return false;
    }
  }

  #read(text: string): void {
    this.#received += text;
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const { status, headers } = parseHead(this.#received.slice(0, headEnd));
    const bodyBytes = Number(headers.get("content-length"));
    const body = this.#received.slice(headEnd + HEAD_END.length);
    if (body.length < bodyBytes) return;
    if (headers.get("connection") === "close") this[Symbol.dispose]();
    this.#received = "";
    this.#settle({
      kind: "answer",
      status,
      headers,
      body: Buffer.from(body, "latin1").toString("utf8"),
    });
  }

  #closed(): void {
    this.#end({ kind: this.#received === "" ? "closed" : "broken" });
  }

  #end(exchange: Exchange): void {
    this[Symbol.dispose]();
    this.#settle(exchange);
  }

  #settle(exchange: Exchange): void {
    const settle = this.#pending;
    this.#pending = null;
    settle?.(exchange);
  }
}

function parseHead(head: string): { status: number; headers: ReadonlyMap<string, string> } {
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(statusLine.split(" ")[1]), headers: new Map(headers) };
}
