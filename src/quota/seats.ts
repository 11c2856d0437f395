import type { GroupCommitLimits } from "../actor/group-commit.ts";
import { GroupCommit } from "../actor/group-commit.ts";
import type { Phone } from "../attendee/phone.ts";
import type { EventSnapshot } from "../sale/ports.ts";
import { currentSale } from "../sale/sale.ts";
import type { Seat } from "./ports.ts";
import type { Claim, ClaimOutcome, QuotaActorOptions } from "./quota-actor.ts";
import { QuotaActor } from "./quota-actor.ts";

export interface SeatsOptions extends QuotaActorOptions {
  readonly holderLookup: GroupCommitLimits;
}

export type HolderAnswer =
  | { readonly kind: "holder"; readonly seat: Seat }
  | { readonly kind: "no-holder" }
  /** The queue of look-ups is full, the database is away, or it was not asked in time. */
  | { readonly kind: "overloaded" };

interface LookUp {
  readonly phone: Phone;
  readonly untilMs: number;
}

const OVERLOADED: HolderAnswer = { kind: "overloaded" };

/** The seats of all events that run, each with a quota actor for its current sale. */
export class Seats {
  readonly #options: SeatsOptions;
  readonly #events = new Map<number, EventSeats>();

  constructor(options: SeatsOptions) {
    this.#options = options;
  }

  /** Follows what is stored. */
  refresh(snapshots: readonly EventSnapshot[]): void {
    for (const snapshot of snapshots) {
      const seats = this.#events.get(snapshot.event.id);
      if (seats !== undefined) seats.refresh(snapshot);
      else this.#events.set(snapshot.event.id, new EventSeats(snapshot, this.#options));
    }
  }

  /** Takes the claim into the event's current sale. */
  async claim(eventId: number, claim: Claim): Promise<ClaimOutcome> {
    const seats = this.#events.get(eventId);
    return (await seats?.claim(claim)) ?? { kind: "refuse", state: "closed" };
  }

  /** Nobody looks for it any more once the instant has passed at which nobody waits for the answer. */
  async findHolder(
    eventId: number,
    phone: Phone,
    untilMs = Number.POSITIVE_INFINITY,
  ): Promise<HolderAnswer> {
    const answer = await this.#events.get(eventId)?.findHolder({ phone, untilMs });
    return answer ?? { kind: "no-holder" };
  }

  /** Seats of the sale known to be given out: the actor's count, or the stored one before it has an actor. */
  soldOf(eventId: number, saleId: number): number {
    return this.#events.get(eventId)?.soldOf(saleId) ?? 0;
  }

  get waitingCount(): number {
    return [...this.#events.values()].reduce((sum, seats) => sum + seats.waitingCount, 0);
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#events.values()].map((seats) => seats.drain()));
  }
}

class EventSeats {
  readonly #options: SeatsOptions;
  /** By sale id. Kept when the sale is over: an event has at most 16, and a late commit may still run. */
  readonly #actors = new Map<number, QuotaActor>();
  readonly #lookups: GroupCommit<LookUp, HolderAnswer>;
  #snapshot: EventSnapshot;

  constructor(snapshot: EventSnapshot, options: SeatsOptions) {
    this.#snapshot = snapshot;
    this.#options = options;
    this.#lookups = new GroupCommit((asked) => this.#lookUp(asked), options.holderLookup);
  }

  get waitingCount(): number {
    return [...this.#actors.values()].reduce((sum, actor) => sum + actor.waitingCount, 0);
  }

  refresh(snapshot: EventSnapshot): void {
    this.#snapshot = snapshot;
    for (const sale of snapshot.event.sales) {
      const sold = snapshot.soldBySale.get(sale.id) ?? 0;
      this.#actors.get(sale.id)?.refresh(sale, snapshot.event.isPaused, sold);
    }
  }

  async claim(claim: Claim): Promise<ClaimOutcome | null> {
    const { event, soldBySale } = this.#snapshot;
    const sale = currentSale(event, this.#options.actor.clock.nowMs());
    if (sale === null) return null;
    let actor = this.#actors.get(sale.id);
    if (actor === undefined) {
      const sold = soldBySale.get(sale.id) ?? 0;
      actor = new QuotaActor({ sale, isPaused: event.isPaused, sold }, this.#options);
      this.#actors.set(sale.id, actor);
    }
    return actor.claim(claim);
  }

  async findHolder(lookUp: LookUp): Promise<HolderAnswer> {
    try {
      return (await this.#lookups.submit(lookUp)) ?? OVERLOADED;
    } catch {
      return OVERLOADED;
    }
  }

  soldOf(saleId: number): number {
    return this.#actors.get(saleId)?.sold ?? this.#snapshot.soldBySale.get(saleId) ?? 0;
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#actors.values()].map((actor) => actor.drain()));
    await this.#lookups.drain();
  }

  async #lookUp(asked: readonly LookUp[]): Promise<readonly HolderAnswer[]> {
    const { store, actor } = this.#options;
    const nowMs = actor.clock.nowMs();
    const phones = asked.filter(({ untilMs }) => nowMs <= untilMs).map(({ phone }) => phone);
    const seats =
      phones.length === 0 ? [] : await store.findHolders(this.#snapshot.event.id, phones);
    const found = seats.values();
    return asked.map(({ untilMs }) =>
      nowMs <= untilMs ? answerOf(found.next().value ?? null) : OVERLOADED,
    );
  }
}

function answerOf(seat: Seat | null): HolderAnswer {
  return seat === null ? { kind: "no-holder" } : { kind: "holder", seat };
}
