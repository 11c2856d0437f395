import { repeat } from "../actor/clock.ts";
import type { Event, Sale } from "../sale/event.ts";
import type { EventSnapshot } from "../sale/ports.ts";
import { currentSale, saleState } from "../sale/sale.ts";
import type { Pressure } from "./admission-pace.ts";
import type { LineView, WaitingRoomOptions } from "./waiting-room.ts";
import { WaitingRoom } from "./waiting-room.ts";

export interface WaitingRoomsOptions extends WaitingRoomOptions {
  /** Seats of the sale known to be given out. */
  readonly soldOf: (eventId: number, saleId: number) => number;
  readonly pressure: () => Pressure;
}

interface Running {
  readonly event: Event;
  readonly sale: Sale;
  readonly room: WaitingRoom;
}

export interface LineTotals {
  readonly places: number;
  /** Seats held for those who were let in. */
  readonly held: number;
  readonly admittedPerMinute: number;
}

/** The waiting rooms of the current sales that have one. */
export class WaitingRooms {
  readonly #options: WaitingRoomsOptions;
  /** By event id; the room of an earlier sale is over when the next one is current. */
  #running = new Map<number, Running>();
  #cancel: (() => void) | null = null;
  #isStopped = false;

  constructor(options: WaitingRoomsOptions) {
    this.#options = options;
  }

  /** Follows what is stored, and while a lobby or a line is open steps by itself more often than that. */
  refresh(snapshots: readonly EventSnapshot[]): void {
    if (this.#isStopped) return;
    const { clock, limits } = this.#options;
    const nowMs = clock.nowMs();
    const running = new Map<number, Running>();
    for (const { event } of snapshots) {
      const sale = currentSale(event, nowMs);
      if (sale?.lobby === undefined) continue;
      const earlier = this.#running.get(event.id);
      const room =
        earlier?.sale.id === sale.id ? earlier.room : new WaitingRoom(sale, this.#options);
      running.set(event.id, { event, sale, room });
    }
    this.#running = running;
    this.#step();
    const isBusy = [...running.values()].some(
      ({ sale }) => sale.lobby !== undefined && nowMs >= sale.lobby.fromMs,
    );
    if (!isBusy) this.#rest();
    else this.#cancel ??= repeat(clock, limits.admitEveryMs, () => this.#step());
  }

  /** For good. */
  stop(): void {
    this.#isStopped = true;
    this.#rest();
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Null where the sale has no waiting room, or is not the current one. */
  find(eventId: number, saleId: number): WaitingRoom | null {
    const running = this.#running.get(eventId);
    return running?.sale.id === saleId ? running.room : null;
  }

  /** Of all lines together. */
  totals(): LineTotals {
    const views = [...this.#running.values()].flatMap(({ room }) => room.view() ?? []);
    const sum = (count: (view: LineView) => number) =>
      views.reduce((total, view) => total + count(view), 0);
    return {
      places: sum(({ lobbyCount, tailCount }) => lobbyCount + tailCount),
      held: sum(({ heldCount }) => heldCount),
      admittedPerMinute: sum(({ admittedPerMinute }) => admittedPerMinute),
    };
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ room }) => room.drain()));
  }

  #step(): void {
    const { clock, soldOf, pressure } = this.#options;
    const nowMs = clock.nowMs();
    for (const { event, sale, room } of this.#running.values()) {
      const sold = soldOf(event.id, sale.id);
      const state = saleState(sale, { nowMs, sold, isPaused: event.isPaused });
      room.step({ sale, state, sold }, pressure());
    }
  }
}
