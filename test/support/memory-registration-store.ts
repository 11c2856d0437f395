import type { Clock } from "../../src/actor/clock.ts";
import { DataRefusedError } from "../../src/adapters/postgres/errors.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import type { Candidate, CommitAnswer, RegistrationStore, Seat } from "../../src/quota/ports.ts";
import type { Tables } from "./tables.ts";

/** One process's way to tables in memory, which answer at once; faults are queued by the test. */
export class MemoryRegistrationStore implements RegistrationStore {
  /** Taken one by one by the next calls: `before` answers unknown and writes nothing, `after` writes first. */
  readonly faults: ("unknown-before" | "unknown-after")[] = [];
  /** Names that the database refuses as data. */
  readonly poison = new Set<string>();
  readonly batches: (readonly Candidate[])[] = [];
  readonly #tables: Tables;
  readonly #clock: Pick<Clock, "nowMs">;

  constructor(tables: Tables, clock: Pick<Clock, "nowMs">) {
    this.#tables = tables;
    this.#clock = clock;
  }

  async commitBatch(saleId: number, members: readonly Candidate[]): Promise<CommitAnswer> {
    this.batches.push(members);
    await Promise.resolve();
    const fault = this.faults.shift();
    const error = new Error("connection lost");
    if (fault === "unknown-before") return { kind: "unknown", error };
    const answer = this.#commit(saleId, members);
    return fault === "unknown-after" ? { kind: "unknown", error } : answer;
  }

  async findHolders(eventId: number, phones: readonly Phone[]): Promise<readonly (Seat | null)[]> {
    await Promise.resolve();
    if (this.faults.shift() !== undefined) throw new Error("connection lost");
    return this.#tables.findHolders(eventId, phones);
  }

  #commit(saleId: number, members: readonly Candidate[]): CommitAnswer {
    try {
      if (members.some(({ name }) => this.poison.has(name)))
        throw new DataRefusedError("22021", "");
      const plan = this.#tables.planCommit(saleId, members, this.#clock.nowMs());
      this.#tables.apply(plan);
      return { kind: "done", outcomes: plan.outcomes, sold: plan.sold };
    } catch (error) {
      if (error instanceof DataRefusedError) return { kind: "refused", error };
      throw error;
    }
  }
}
