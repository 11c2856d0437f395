import type { Clock } from "../../src/actor/clock.ts";
import type {
  ChannelState,
  OutboxItem,
  OutboxLane,
  OutboxResult,
  OutboxStore,
} from "../../src/delivery/ports.ts";

/** A row as it is given: what is claimed, without the count of claims. */
export type OutboxRow = Omit<OutboxItem, "tries">;

export interface StoredChannel {
  readonly state: ChannelState;
  readonly tries: number;
  /** Due, or while leased the end of the lease. */
  readonly dueAtMs: number;
  readonly result: OutboxResult | null;
}

/** The outbox without a database: it survives the relay that works on it, as the table does. */
export class MemoryOutboxStore implements OutboxStore {
  /** Set to make every call throw, as a database that is away does. */
  isAway = false;
  claimCalls = 0;
  readonly #clock: Clock;
  readonly #rows = new Map<number, OutboxRow>();
  readonly #channels: Record<OutboxLane, Map<number, StoredChannel>> = {
    "confirmation-sms": new Map(),
    mail: new Map(),
  };
  readonly #pausedLanes = new Set<OutboxLane>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(row: OutboxRow): void {
    this.#rows.set(row.id, row);
    const channel = {
      state: "queued",
      tries: 0,
      dueAtMs: this.#clock.nowMs(),
      result: null,
    } as const;
    this.#channels["confirmation-sms"].set(row.id, channel);
    this.#channels.mail.set(row.id, channel);
  }

  channel(lane: OutboxLane, id: number): StoredChannel {
    const channel = this.#channels[lane].get(id);
    if (channel === undefined) throw new Error(`no row ${id}`);
    return channel;
  }

  countIn(lane: OutboxLane, state: ChannelState): number {
    return [...this.#channels[lane].values()].filter((channel) => channel.state === state).length;
  }

  async claim(
    lane: OutboxLane,
    want: { readonly countMax: number; readonly leaseMs: number },
  ): Promise<readonly OutboxItem[]> {
    this.claimCalls += 1;
    this.#refuseWhileAway();
    if (this.#pausedLanes.has(lane)) return [];
    const nowMs = this.#clock.nowMs();
    const items: OutboxItem[] = [];
    for (const [id, channel] of this.#channels[lane]) {
      if (items.length === want.countMax) break;
      const row = this.#rows.get(id);
      if (row === undefined || channel.state !== "queued" || channel.dueAtMs > nowMs) continue;
      const tries = channel.tries + 1;
      this.#channels[lane].set(id, { ...channel, tries, dueAtMs: nowMs + want.leaseMs });
      items.push({ ...row, tries });
    }
    return items;
  }

  async settle(
    lane: OutboxLane,
    results: readonly { readonly item: OutboxItem; readonly result: OutboxResult }[],
  ): Promise<void> {
    this.#refuseWhileAway();
    for (const { item, result } of results) {
      const channel = this.channel(lane, item.id);
      if (channel.tries !== item.tries || channel.state !== "queued") continue;
      const { tries } = channel;
      const dueAtMs = result.kind === "retry" ? result.dueAtMs : channel.dueAtMs;
      const state = result.kind === "retry" ? "queued" : result.kind;
      this.#channels[lane].set(item.id, { state, tries, dueAtMs, result });
    }
  }

  async setPaused(lane: OutboxLane, isPaused: boolean): Promise<void> {
    this.#refuseWhileAway();
    if (isPaused) this.#pausedLanes.add(lane);
    else this.#pausedLanes.delete(lane);
  }

  #refuseWhileAway(): void {
    if (this.isAway) throw new Error("the database is away");
  }
}
