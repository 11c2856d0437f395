import type { Email } from "../../src/attendee/email.ts";
import type {
  ChannelState,
  OutboxItem,
  OutboxLane,
  OutboxResult,
} from "../../src/delivery/ports.ts";

/** What is owed to a registration: what is claimed, without the count of claims. */
export type OutboxRow = Omit<OutboxItem, "tries">;

/** Where a row stands on one lane. */
export interface StoredChannel {
  readonly state: ChannelState;
  /** Counts claims. */
  readonly tries: number;
  /** Due, or while leased the end of the lease. */
  readonly dueAtMs: number;
  /** The latest that was taken; null before the first. */
  readonly result: OutboxResult | null;
}

export interface StoredOutboxRow {
  readonly row: OutboxRow;
  readonly channels: Readonly<Record<OutboxLane, StoredChannel>>;
}

type Channels = Record<OutboxLane, StoredChannel>;

/** The tables `outbox`, `lanes` and `mail_suppressions` in memory, by the rules of the statements of their stores. */
export class OutboxTable {
  readonly #rows = new Map<number, { readonly row: OutboxRow; readonly channels: Channels }>();
  /** Ids in ascending order, as they were added; what is tried again keeps its place. */
  readonly #queued: Record<OutboxLane, Set<number>> = {
    "confirmation-sms": new Set(),
    mail: new Set(),
  };
  readonly #pausedLanes = new Set<OutboxLane>();
  /** In lower case. */
  readonly #suppressed = new Set<string>();

  /** In order of id. */
  get rows(): Iterable<StoredOutboxRow> {
    return this.#rows.values();
  }

  /** Rows come in order of id, due at once on both lanes. */
  add(row: OutboxRow, nowMs: number): void {
    const fresh: StoredChannel = { state: "queued", tries: 0, dueAtMs: nowMs, result: null };
    this.#rows.set(row.id, { row, channels: { "confirmation-sms": fresh, mail: fresh } });
    this.#queued["confirmation-sms"].add(row.id);
    this.#queued.mail.add(row.id);
  }

  channel(lane: OutboxLane, id: number): StoredChannel {
    const stored = this.#rows.get(id);
    if (stored === undefined) throw new Error(`no row ${id}`);
    return stored.channels[lane];
  }

  claim(
    lane: OutboxLane,
    want: { readonly countMax: number; readonly leaseMs: number },
    nowMs: number,
  ): readonly OutboxItem[] {
    const items: OutboxItem[] = [];
    if (this.#pausedLanes.has(lane)) return items;
    for (const id of this.#queued[lane]) {
      if (items.length === want.countMax) break;
      const stored = this.#rows.get(id);
      if (stored === undefined) throw new Error(`no row ${id}`);
      const channel = stored.channels[lane];
      if (channel.dueAtMs > nowMs) continue;
      const tries = channel.tries + 1;
      stored.channels[lane] = { ...channel, tries, dueAtMs: nowMs + want.leaseMs };
      const isSuppressed = this.#suppressed.has(stored.row.email.toLowerCase());
      items.push({ ...stored.row, tries, isSuppressed });
    }
    return items;
  }

  /** Takes a result only from the latest claim of a row that is still queued. */
  settle(
    lane: OutboxLane,
    results: readonly { readonly item: OutboxItem; readonly result: OutboxResult }[],
  ): void {
    for (const { item, result } of results) {
      const channels = this.#rows.get(item.id)?.channels;
      if (channels === undefined) continue;
      const channel = channels[lane];
      if (channel.tries !== item.tries || channel.state !== "queued") continue;
      if (result.kind === "retry") {
        channels[lane] = { ...channel, dueAtMs: result.dueAtMs, result };
      } else {
        channels[lane] = { ...channel, state: result.kind, result };
        this.#queued[lane].delete(item.id);
      }
    }
  }

  suppress(address: Email): void {
    this.#suppressed.add(address.toLowerCase());
  }

  setPaused(lane: OutboxLane, isPaused: boolean): void {
    if (isPaused) this.#pausedLanes.add(lane);
    else this.#pausedLanes.delete(lane);
  }
}
