import type { AddressInfo, Server, Socket } from "node:net";
import { connect, createServer } from "node:net";

const REQUEST_LINE = /^(?:GET|HEAD|POST) (\S+) HTTP\/1\.1\r$/gm;

/** The door of a server, which counts what comes in by it. What is behind it may be replaced, as by a deployment. */
export class CountedOrigin implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #counts = new Map<string, number>();
  #target: URL;
  #conditionalCount = 0;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(target: string): Promise<CountedOrigin> {
    const origin = new CountedOrigin(target);
    await new Promise<void>((resolve) => origin.#server.listen(0, "127.0.0.1", resolve));
    return origin;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Requests so far. */
  get count(): number {
    return this.#counts.values().reduce((sum, count) => sum + count, 0);
  }

  /** Of these, the ones that asked whether a tag still holds. */
  get conditionalCount(): number {
    return this.#conditionalCount;
  }

  countOf(path: string): number {
    return this.#counts.get(path) ?? 0;
  }

  /** Connections end with what they led to. */
  replace(target: string): void {
    this.#target = new URL(target);
    this.#disconnect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disconnect();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    client.on("data", (bytes: Buffer) => this.#count(bytes.toString("latin1")));
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      // Its close comes after it, and is what matters.
      socket.on("error", () => {});
      socket.once("close", () => {
        this.#sockets.delete(socket);
        (socket === client ? server : client).destroy();
      });
    }
  }

  #disconnect(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** A head comes in one piece: it is small, and the cache sends it at once. */
  #count(text: string): void {
    for (const [, path = ""] of text.matchAll(REQUEST_LINE)) {
      this.#counts.set(path, this.countOf(path) + 1);
    }
    if (/^if-none-match:/im.test(text)) this.#conditionalCount += 1;
  }
}
