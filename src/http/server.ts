import { clientAddress } from "./client-address.ts";
import type { Edge } from "./edge.ts";
import { createEdge } from "./edge.ts";
import type { OverloadFigures } from "./overload.ts";
import type { ServerOptions } from "./server-options.ts";
import type { PreparedRoutes } from "./tick.ts";
import { TickBoard } from "./tick.ts";

/** Another process listens at the address; trying again helps only once it has gone. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";

  constructor(hostname: string, port: number, cause: unknown) {
    super(`port ${port} of ${hostname} is in use by another process`, { cause });
  }
}

/**
 * Far above our own limit, so that people see our answer and not Bun's bare one. Nothing of that size is ever held:
 * the edge answers, and closes, before a body beyond its limit has come.
 */
const RUNTIME_BODY_BYTES_MAX = 16 * 1024 * 1024;

export function createServer(options: ServerOptions): HttpServer {
  return new HttpServer(options);
}

/** The listening socket, and what Bun answers on it without asking us: assets and ticks. */
export class HttpServer implements AsyncDisposable {
  readonly #options: ServerOptions;
  readonly #edge: Edge;
  readonly #board: TickBoard;
  #server: Bun.Server<undefined> | null = null;

  constructor(options: ServerOptions) {
    this.#options = options;
    const renderTimeoutS = seconds(options.limits.idleTimeoutMs + options.limits.renderTimeoutMs);
    this.#edge = createEdge(options, {
      addressOf: (request) => clientAddress(request, this.#listening(), options.trustMode),
      keepWaiting: (request) => this.#listening().timeout(request, renderTimeoutS),
    });
    this.#board = new TickBoard({
      events: options.events,
      pollEveryS: options.pollEveryS,
      timer: options.timer,
      headers: this.#edge.everyAnswer,
      publish: (ticks) => this.#publish(ticks),
    });
  }

  /** Throws `PortInUseError` when another process listens there. */
  listen(): void {
    const { hostname, port, limits } = this.#options;
    try {
      this.#server = Bun.serve({
        hostname,
        port,
        // Two processes behind one port would split phones between two memories.
        reusePort: false,
        development: false,
        idleTimeout: seconds(limits.idleTimeoutMs),
        maxRequestBodySize: RUNTIME_BODY_BYTES_MAX,
        fetch: this.#edge.fetch,
      });
    } catch (error) {
      if (!isAddressInUse(error)) throw error;
      throw new PortInUseError(hostname, port, error);
    }
    this.#board.start();
  }

  /** As in `http://127.0.0.1:8080`, without a slash at the end. */
  get url(): string {
    return this.#listening().url.origin;
  }

  get overload(): OverloadFigures {
    return this.#edge.overload;
  }

  get pendingRequests(): number {
    return this.#server?.pendingRequests ?? 0;
  }

  /** Takes no new connection, lets requests under way finish, closes the idle; cuts off what outstays the limit. */
  async stop(): Promise<void> {
    this.#board.stop();
    const server = this.#server;
    if (server === null) return;
    const { timer, limits } = this.#options;
    const cancel = timer.after(limits.requestDrainTimeoutMs, () => void server.stop(true));
    const stopped = server.stop();
    server.closeIdleConnections();
    await stopped;
    cancel();
    this.#server = null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #publish(ticks: PreparedRoutes): void {
    const routes = { ...this.#edge.assets, ...ticks };
    this.#listening().reload({ fetch: this.#edge.fetch, routes });
  }

  #listening(): Bun.Server<undefined> {
    if (this.#server === null) throw new Error("the server does not listen");
    return this.#server;
  }
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
