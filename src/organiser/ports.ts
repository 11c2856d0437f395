import type { Event, EventDetails, ProofDemand, Sale } from "../sale/event.ts";
import type { EventSnapshot } from "../sale/ports.ts";

/** An event as an organiser's file describes it; ids, host and key are the system's to give. */
export interface EventDraft {
  readonly slug: string;
  readonly details: EventDetails;
  readonly sales: readonly SaleDraft[];
  readonly proof: ProofDemand;
}

export type SaleDraft = Omit<Sale, "id">;

/** What is decided of an event shown as it is, under its lock. */
export type EventDecision =
  | { readonly kind: "write"; readonly draft: EventDraft }
  | { readonly kind: "pause"; readonly isPaused: boolean }
  | { readonly kind: "refuse"; readonly faults: readonly string[] };

export type EventChange =
  | { readonly kind: "created"; readonly event: Event }
  | { readonly kind: "changed"; readonly event: Event }
  | { readonly kind: "unchanged"; readonly event: Event }
  | { readonly kind: "refused"; readonly faults: readonly string[] };

/** One registration as the organiser's export lists it. */
export interface ExportRow {
  readonly saleNumber: number;
  readonly ordinal: number;
  /** RFC 3339 in UTC with microseconds, the instant of the commit. */
  readonly committedAt: string;
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly locale: string;
  readonly registrationId: string;
}

export interface OrganiserStore {
  /**
   * Locks the event (or its absence), shows it to `decide`, and writes what that answers, in one transaction.
   * `frozen` is given to a new event once and never changes.
   */
  changeEvent(
    slug: string,
    frozen: { readonly host: string; readonly keyId: number },
    decide: (current: EventSnapshot | null) => EventDecision,
  ): Promise<EventChange>;
  countRegistrations(eventId: number): Promise<number>;
  /** Sorted by instant of commit, then sale, then ordinal; pages of bounded size, so memory stays constant. */
  exportRegistrations(eventId: number): AsyncIterable<readonly ExportRow[]>;
}
