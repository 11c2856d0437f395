import { type Exchange, HttpConnection } from "../harness/http-connection.ts";

export interface WiresOptions {
  readonly url: string;
  /** Open at once; who comes when all are taken hangs up whoever has been silent longest. */
  readonly countMax: number;
}

/**
 * Everyone's connections to the service. A person has one of their own and keeps it alive; where the machine has fewer
 * handles than there are people, the one that has been silent longest is closed, which costs its owner a new one.
 */
export class Wires implements Disposable {
  /** Hung up for want of handles. */
  hungUpCount = 0;
  openedCount = 0;
  openCountMax = 0;
  #isCut = false;
  #busyCount = 0;
  readonly #options: WiresOptions;
  /** In the order of their last use. One that the server has closed since is counted until its handle is needed. */
  readonly #idle = new Set<HttpConnection>();
  /** Those who found every connection busy, first come first served. */
  readonly #waiting = new Set<() => void>();

  constructor(options: WiresOptions) {
    this.#options = options;
  }

  connect(): HttpConnection {
    return new HttpConnection(this.#options.url);
  }

  /**
   * As the connection's own, with room made for it. One that the server had closed when it was used again is opened
   * anew and the request repeated, as browsers do.
   */
  async exchange(
    connection: HttpConnection,
    request: Uint8Array,
    timeoutMs: number,
  ): Promise<Exchange> {
    const wasOpen = connection.isOpen;
    const exchange = await this.#exchange(connection, request, timeoutMs);
    const isStale = wasOpen && exchange.kind === "error" && exchange.error === "closed";
    return isStale ? await this.#exchange(connection, request, timeoutMs) : exchange;
  }

  hangUp(connection: HttpConnection): void {
    connection.abandon();
    this.#idle.delete(connection);
    this.#wakeOne();
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
    this.#idle.delete(connection);
    if (!connection.isOpen) {
      while (!this.#makeRoom()) await new Promise<void>((wake) => this.#waiting.add(wake));
      this.openedCount += 1;
    }
    if (this.#isCut) return { kind: "error", error: "refused" };
    this.#busyCount += 1;
    this.openCountMax = Math.max(this.openCountMax, this.#busyCount + this.#idle.size);
    const exchange = await connection.exchange(request, timeoutMs);
    this.#busyCount -= 1;
    if (connection.isOpen) this.#idle.add(connection);
    this.#wakeOne();
    return exchange;
  }

  #makeRoom(): boolean {
    if (this.#isCut || this.#busyCount + this.#idle.size < this.#options.countMax) return true;
    const [silent] = this.#idle;
    if (silent === undefined) return false;
    if (silent.isOpen) this.hungUpCount += 1;
    silent[Symbol.dispose]();
    this.#idle.delete(silent);
    return true;
  }

  #wakeOne(): void {
    const [wake] = this.#waiting;
    if (wake === undefined) return;
    this.#waiting.delete(wake);
    wake();
  }
}
