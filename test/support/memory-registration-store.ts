import type { Phone } from "../../src/attendee/phone.ts";
import type {
  Candidate,
  CommitAnswer,
  MemberOutcome,
  RegistrationStore,
  Seat,
} from "../../src/quota/ports.ts";
import type { Sale } from "../../src/sale/event.ts";

/** Seats of one event in memory, by the rules of the commit function; faults are queued by the test. */
export class MemoryRegistrationStore implements RegistrationStore {
  readonly #sales: Map<number, Sale>;
  readonly #sold = new Map<number, number>();
  readonly #held = new Map<Phone, Seat>();
  /** Taken one by one by the next calls: `before` answers unknown and writes nothing, `after` writes first. */
  readonly faults: ("unknown-before" | "unknown-after")[] = [];
  /** Names that the database refuses as data. */
  readonly poison = new Set<string>();
  readonly batches: (readonly Candidate[])[] = [];

  readonly #eventId: number;

  constructor(eventId: number, sales: readonly Sale[]) {
    this.#eventId = eventId;
    this.#sales = new Map(sales.map((sale) => [sale.id, sale]));
  }

  setSale(sale: Sale): void {
    this.#sales.set(sale.id, sale);
  }

  soldOf(saleId: number): number {
    return this.#sold.get(saleId) ?? 0;
  }

  async commitBatch(saleId: number, members: readonly Candidate[]): Promise<CommitAnswer> {
    this.batches.push(members);
    await Promise.resolve();
    const fault = this.faults.shift();
    const error = new Error("connection lost");
    if (fault === "unknown-before") return { kind: "unknown", error };
    if (members.some((member) => this.poison.has(member.name))) {
      return { kind: "refused", error: new Error("invalid byte sequence") };
    }
    const outcomes = members.map((member) => this.#commit(saleId, member));
    if (fault === "unknown-after") return { kind: "unknown", error };
    return { kind: "done", outcomes, sold: this.soldOf(saleId) };
  }

  async findHolders(eventId: number, phones: readonly Phone[]): Promise<readonly (Seat | null)[]> {
    await Promise.resolve();
    if (this.faults.shift() !== undefined) throw new Error("connection lost");
    const isOurs = eventId === this.#eventId;
    return phones.map((phone) => (isOurs ? (this.#held.get(phone) ?? null) : null));
  }

  #commit(saleId: number, member: Candidate): MemberOutcome {
    const held = this.#held.get(member.phone);
    if (held !== undefined) {
      const isOwn = held.registrationId === member.registrationId;
      return { kind: isOwn ? "committed" : "holder", seat: held };
    }
    const sale = this.#sales.get(saleId);
    if (sale === undefined || member.takenAtMs >= sale.closesAtMs) return { kind: "closed" };
    if (member.takenAtMs < sale.opensAtMs) return { kind: "not-open" };
    const ordinal = this.soldOf(saleId) + 1;
    if (ordinal > sale.quota) return { kind: "full" };
    const seat = {
      registrationId: member.registrationId,
      ticketKey: member.ticketKey,
      ordinal,
    };
    this.#held.set(member.phone, seat);
    this.#sold.set(saleId, ordinal);
    return { kind: "committed", seat };
  }
}
