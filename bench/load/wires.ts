import { type Exchange, HttpConnection } from "../harness/http-connection.ts";
import type { Departure } from "./departure.ts";

export interface WiresOptions {
  readonly url: string;
  /** Open at once; who comes when all are taken waits for one. */
  readonly countMax: number;
}

/**
 * The connections to the service that all visitors share, as behind the proxy of a platform or a CDN: it ends the
 * browsers' own, and carries each request over any of its few to the machine.
 */
export class Wires implements Disposable {
  openedCount = 0;
  busyCountMax = 0;
  #isCut = false;
  #busyCount = 0;
  readonly #options: WiresOptions;
  /** The one used last comes first, so that there are no more of them than it takes. */
  readonly #idle: HttpConnection[] = [];
  /** Those who found every connection busy, first come first served. */
  readonly #waiting = new Set<() => void>();

  constructor(options: WiresOptions) {
    this.#options = options;
  }

  get countMax(): number {
    return this.#options.countMax;
  }

  /**
   * The request's answer, or what became of it; a departure gives it up. A connection that the server had closed when it
   * was used again is opened anew and the request repeated, as browsers and proxies do.
   */
  async exchange(request: Uint8Array, timeoutMs: number, departure: Departure): Promise<Exchange> {
    while (this.#busyCount >= this.#options.countMax && !this.#isCut) {
      await new Promise<void>((wake) => this.#waiting.add(wake));
    }
    if (this.#isCut || departure.isOver) return { kind: "error", error: "refused" };
    this.#busyCount += 1;
    this.busyCountMax = Math.max(this.busyCountMax, this.#busyCount);
    const connection = this.#idle.pop() ?? new HttpConnection(this.#options.url);
    const giveUp = () => connection.abandon();
    departure.watch(giveUp);
    const exchange = await this.#exchange(connection, request, timeoutMs);
    departure.drop(giveUp);
    this.#busyCount -= 1;
    if (this.#isCut) connection[Symbol.dispose]();
    else this.#idle.push(connection);
    this.#wakeOne();
    return exchange;
  }

  /** Everyone's network is gone: nothing is sent any more. */
  [Symbol.dispose](): void {
    this.#isCut = true;
    for (const connection of this.#idle) connection[Symbol.dispose]();
    for (const wake of this.#waiting) wake();
  }

  async #exchange(
    connection: HttpConnection,
    request: Uint8Array,
    timeoutMs: number,
  ): Promise<Exchange> {
    const wasOpen = connection.isOpen;
    if (!wasOpen) this.openedCount += 1;
    const exchange = await connection.exchange(request, timeoutMs);
    const isStale = wasOpen && exchange.kind === "error" && exchange.error === "closed";
    if (!isStale) return exchange;
    this.openedCount += 1;
    return connection.exchange(request, timeoutMs);
  }

  #wakeOne(): void {
    const [wake] = this.#waiting;
    if (wake === undefined) return;
    this.#waiting.delete(wake);
    wake();
  }
}
