import type { AddressInfo, Server, Socket } from "node:net";
import { connect, createServer } from "node:net";

/** What a link does with the bytes of one direction. `stall` swallows them without a word, as a lost route does. */
export type Flow =
  | { readonly kind: "pass" }
  | { readonly kind: "delay"; readonly delayMs: number }
  | { readonly kind: "stall" };

export interface Flows {
  readonly toServer: Flow;
  readonly toClient: Flow;
}

/**
 * Where a link breaks: before the bytes reach the server, after them and before the answer comes back, or when half of
 * the answer has.
 */
export type CutPlace = "before" | "after" | "within";

interface Cut {
  readonly needle: Buffer;
  readonly place: CutPlace;
  readonly struck: () => void;
}

const PASS: Flow = { kind: "pass" };
/** Bytes. Shorter ones only announce the answer. */
const ANSWER_LENGTH_MIN = 1_000;

/** A loopback proxy before a TCP server, whose links fail on command. */
export class TcpProxy implements AsyncDisposable {
  readonly #target: URL;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #cuts = new Set<Cut>();
  #flows: Flows = { toServer: PASS, toClient: PASS };
  #isRefusing = false;
  #cutCount = 0;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((client) => this.#accept(client));
  }

  /** The target is an address with a host and a port, as of a database. */
  static async start(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** The target's address with the proxy in its place. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${port}`;
    return url.href;
  }

  /** Links broken so far. */
  get cutCount(): number {
    return this.#cutCount;
  }

  /** For the links there are and those to come. */
  set(flows: Partial<Flows>): void {
    this.#flows = { ...this.#flows, ...flows };
    for (const link of this.#links) link.flows = this.#flows;
  }

  /** New links are as good as new; those there are stay as they are, for ever silent if they were stalled. */
  healNewLinks(): void {
    this.#flows = { toServer: PASS, toClient: PASS };
  }

  /** New connections are reset as soon as they are made. */
  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
  }

  /** Resets every link, on both sides, at once. */
  cut(): void {
    for (const link of this.#links) this.#reset(link);
  }

  /** Resets the link on which the client sends these bytes next, once; resolves when it has. */
  cutAt(needle: string, place: CutPlace): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#cuts.add({ needle: Buffer.from(needle), place, struck: resolve });
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isRefusing = true;
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    if (this.#isRefusing) {
      client.on("error", () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const link = new Link(client, server, this.#flows);
    this.#links.add(link);
    void link.closed.then(() => this.#links.delete(link));
    client.on("data", (bytes: Buffer) => this.#fromClient(link, bytes));
    server.on("data", (bytes: Buffer) => this.#fromServer(link, bytes));
  }

  #fromClient(link: Link, bytes: Buffer): void {
    const cut = this.#takeCut(bytes);
    if (cut?.place === "before") this.#strike(link, cut);
    else link.toServer(bytes);
    if (cut?.place === "after" || cut?.place === "within") link.awaited = cut;
  }

  #fromServer(link: Link, bytes: Buffer): void {
    const cut = link.awaited;
    if (cut?.place === "after") return this.#strike(link, cut);
    if (cut === null || bytes.length < ANSWER_LENGTH_MIN) return link.toClient(bytes);
    link.awaited = null;
    link.toClient(bytes.subarray(0, bytes.length / 2));
    // A reset would take the half back that the client has not read yet.
    link.end();
    cut.struck();
  }

  #takeCut(bytes: Buffer): Cut | null {
    const cut = this.#cuts.values().find(({ needle }) => bytes.includes(needle));
    if (cut === undefined) return null;
    this.#cuts.delete(cut);
    return cut;
  }

  #strike(link: Link, cut: Cut): void {
    this.#reset(link);
    cut.struck();
  }

  #reset(link: Link): void {
    link.reset();
    this.#cutCount += 1;
  }
}

/** One client's connection and the one made to the server for it. */
class Link {
  /** Resolves when both sides are. */
  readonly closed: Promise<unknown>;
  flows: Flows;
  /** Reset the link when the server answers. */
  awaited: Cut | null = null;
  readonly #client: Socket;
  readonly #server: Socket;
  /** The end of what is on its way, for each direction: delays must not change the order. */
  #toServerEnd = Promise.resolve();
  #toClientEnd = Promise.resolve();

  constructor(client: Socket, server: Socket, flows: Flows) {
    this.flows = flows;
    this.#client = client;
    this.#server = server;
    this.closed = Promise.all([client, server].map(closing));
    client.once("close", () => void this.#toServerEnd.then(() => this.#end(server)));
    server.once("close", () => void this.#toClientEnd.then(() => this.#end(client)));
  }

  toServer(bytes: Buffer): void {
    this.#toServerEnd = carry(bytes, this.#server, this.flows.toServer, this.#toServerEnd);
  }

  toClient(bytes: Buffer): void {
    this.#toClientEnd = carry(bytes, this.#client, this.flows.toClient, this.#toClientEnd);
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  /** Ends both sides when what is on its way has arrived. */
  end(): void {
    void this.#toClientEnd.then(() => this.#client.end());
    void this.#toServerEnd.then(() => this.#server.end());
  }

  /** A stalled route loses the goodbye as well. */
  #end(side: Socket): void {
    const { toServer, toClient } = this.flows;
    if (toServer.kind !== "stall" && toClient.kind !== "stall") side.end();
  }
}

function closing(socket: Socket): Promise<void> {
  socket.setNoDelay(true);
  // Its close comes after it, and is what matters.
  socket.on("error", () => {});
  return new Promise((resolve) => socket.once("close", resolve));
}

/** Answers when the bytes are handed on, which is after all that came before them. */
function carry(bytes: Buffer, to: Socket, flow: Flow, before: Promise<void>): Promise<void> {
  switch (flow.kind) {
    case "pass":
      return before.then(() => void to.write(bytes));
    case "delay": {
      const due = Bun.sleep(flow.delayMs);
      return before.then(() => due).then(() => void to.write(bytes));
    }
    case "stall":
      return before;
  }
}
