import type { Clock } from "../../src/actor/clock.ts";
import type { Email } from "../../src/attendee/email.ts";
import type {
  ChannelState,
  OutboxItem,
  OutboxLane,
  OutboxResult,
  OutboxStore,
} from "../../src/delivery/ports.ts";
import { type OutboxRow, OutboxTable, type StoredChannel } from "./outbox-table.ts";

/** The outbox without a database: it survives the relay that works on it, as the table does. */
export class MemoryOutboxStore implements OutboxStore {
  /** Set to make every call throw, as a database that is away does. */
  isAway = false;
  claimCalls = 0;
  readonly #clock: Clock;
  readonly #table = new OutboxTable();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(row: OutboxRow): void {
    this.#table.add(row, this.#clock.nowMs());
  }

  suppress(address: Email): void {
    this.#table.suppress(address);
  }

  channel(lane: OutboxLane, id: number): StoredChannel {
    return this.#table.channel(lane, id);
  }

  countIn(lane: OutboxLane, state: ChannelState): number {
    return [...this.#table.rows].filter(({ channels }) => channels[lane].state === state).length;
  }

  async claim(
    lane: OutboxLane,
    want: { readonly countMax: number; readonly leaseMs: number },
  ): Promise<readonly OutboxItem[]> {
    this.claimCalls += 1;
    this.#refuseWhileAway();
    return this.#table.claim(lane, want, this.#clock.nowMs());
  }

  async settle(
    lane: OutboxLane,
    results: readonly { readonly item: OutboxItem; readonly result: OutboxResult }[],
  ): Promise<void> {
    this.#refuseWhileAway();
    this.#table.settle(lane, results);
  }

  async setPaused(lane: OutboxLane, isPaused: boolean): Promise<void> {
    this.#refuseWhileAway();
    this.#table.setPaused(lane, isPaused);
  }

  #refuseWhileAway(): void {
    if (this.isAway) throw new Error("the database is away");
  }
}
