import type { Event } from "./event.ts";

/** An event as stored now, with the seats given out. */
export interface EventSnapshot {
  readonly event: Event;
  /** Seats given out, by sale id. */
  readonly soldBySale: ReadonlyMap<number, number>;
}

export interface EventStore {
  /** All events with their sales, in order of slug; throws when the database is away. */
  loadEvents(): Promise<readonly EventSnapshot[]>;
}
