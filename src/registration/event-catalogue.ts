import type { Clock } from "../actor/clock.ts";
import type { Seats } from "../quota/seats.ts";
import type { EventSnapshot, EventStore } from "../sale/ports.ts";
import type { WaitingRooms } from "../waiting-room/waiting-rooms.ts";
import type { EventView, EventViews } from "./event-view.ts";
import { eventView } from "./event-view.ts";

export interface EventCatalogueOptions {
  readonly store: EventStore;
  readonly seats: Seats;
  readonly rooms: WaitingRooms;
  readonly clock: Clock;
  readonly pollMs: number;
  /** A poll failed; what is known stays in force. */
  readonly onError: (error: unknown) => void;
}

/** The events in memory, following the database by polling, so that a change needs no message to be seen. */
export class EventCatalogue implements EventViews {
  readonly #options: EventCatalogueOptions;
  #bySlug = new Map<string, EventSnapshot>();
  #loadedAtMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;
  #isStopped = false;

  constructor(options: EventCatalogueOptions) {
    this.#options = options;
  }

  /** Loads once, throwing when the database is away, and polls from then on. */
  async start(): Promise<void> {
    await this.#load();
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  /** How long ago the database last answered. */
  get ageMs(): number {
    return this.#options.clock.nowMs() - this.#loadedAtMs;
  }

  snapshots(): readonly EventSnapshot[] {
    return [...this.#bySlug.values()];
  }

  all(): readonly EventView[] {
    return this.snapshots().map((snapshot) => this.#view(snapshot));
  }

  find(slug: string): EventView | null {
    const snapshot = this.#bySlug.get(slug);
    return snapshot === undefined ? null : this.#view(snapshot);
  }

  #view({ event }: EventSnapshot): EventView {
    const { clock, seats, rooms } = this.#options;
    return eventView(event, {
      nowMs: clock.nowMs(),
      soldOf: (saleId) => seats.soldOf(event.id, saleId),
      lineOf: (saleId) => rooms.find(event.id, saleId)?.view() ?? null,
    });
  }

  async #load(): Promise<void> {
    const snapshots = await this.#options.store.loadEvents();
    this.#loadedAtMs = this.#options.clock.nowMs();
    this.#options.seats.refresh(snapshots);
    this.#options.rooms.refresh(snapshots);
    this.#bySlug = new Map(snapshots.map((snapshot) => [snapshot.event.slug, snapshot]));
  }

  #schedule(): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.clock.after(this.#options.pollMs, () => void this.#poll());
  }

  /** Never rejects: a database that is away leaves what is known in force. */
  async #poll(): Promise<void> {
    try {
      await this.#load();
    } catch (error) {
      this.#options.onError(error);
    }
    this.#schedule();
  }
}
