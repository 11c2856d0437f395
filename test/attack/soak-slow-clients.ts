import { sleep } from "../../bench/load/timeline.ts";
import { requestHead } from "../support/raw-http.ts";

export interface SlowClientsOptions {
  readonly url: string;
  readonly eventSlug: string;
  /** At once. */
  readonly count: number;
  /** Of somebody's ticket; null while nobody has one. */
  readonly ticketKey: () => string | null;
}

/** How a client keeps a connection busy with as little as it can. */
interface Manner {
  readonly first: string;
  /** Sent once a second from then on. */
  readonly drip: string;
  readonly reads: boolean;
}

const DRIP_EVERY_MS = 1_000;
/** One that reads nothing does not learn that it was cut off. */
const STAYS_MS = 60_000;
const RETURNS_AFTER_MS = 100;

/** Clients that dribble heads and bodies, say nothing, or read nothing; whoever is cut off comes again. */
export class SlowClients implements Disposable {
  /** By the server. */
  cutOffCount = 0;
  readonly #options: SlowClientsOptions;
  readonly #leavings = new Set<() => void>();
  #isOver = false;

  constructor(options: SlowClientsOptions) {
    this.#options = options;
    for (let index = 0; index < options.count; index += 1) void this.#comeAgain(index);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const leave of this.#leavings) leave();
  }

  async #comeAgain(index: number): Promise<void> {
    while (!this.#isOver) {
      const manners = this.#manners();
      const manner = manners[index % manners.length];
      try {
        if (manner !== undefined) await this.#stay(manner);
      } catch {
        // Not let in: it comes again.
      }
      await sleep(RETURNS_AFTER_MS);
    }
  }

  async #stay({ first, drip, reads }: Manner): Promise<void> {
    const { hostname, port } = new URL(this.#options.url);
    const gone = Promise.withResolvers<void>();
    const socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: { data() {}, close: () => gone.resolve(), error: () => gone.resolve() },
    });
    let hasLeft = false;
    const leave = () => {
      hasLeft = true;
      socket.terminate();
      gone.resolve();
    };
    if (this.#isOver) return leave();
    this.#leavings.add(leave);
    if (!reads) socket.pause();
    socket.write(first);
    const dripping = setInterval(() => socket.write(drip), DRIP_EVERY_MS);
    const leaving = setTimeout(leave, STAYS_MS);
    await gone.promise;
    clearInterval(dripping);
    clearTimeout(leaving);
    this.#leavings.delete(leave);
    if (!hasLeft) this.cutOffCount += 1;
  }

  #manners(): readonly Manner[] {
    const { eventSlug, ticketKey } = this.#options;
    const key = ticketKey();
    const download = key === null ? `/e/${eventSlug}` : `/t/${key}/tickets.pdf`;
    const codes = requestHead(`POST /api/v1/events/${eventSlug}/codes`, {
      "content-type": "application/json",
      "content-length": "1000",
    });
    return [
      { first: "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ", drip: "a", reads: true },
      { first: codes, drip: " ", reads: true },
      { first: "", drip: "", reads: true },
      { first: requestHead(`GET ${download}`), drip: "", reads: false },
    ];
  }
}
