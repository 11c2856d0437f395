import type { Phone } from "../../src/attendee/phone.ts";
import type { RegistrationRow, Tables } from "../support/tables.ts";

/**
 * What has become durable, counted apart from the tables: invariants 1, 2 and 4, at every COMMIT. Of one event.
 */
export class SeatTruth {
  readonly #fail: (invariant: number, what: string) => void;
  readonly #byPhone = new Map<Phone, RegistrationRow>();
  readonly #bySale = new Map<number, RegistrationRow[]>();
  #outboxCount = 0;

  constructor(fail: (invariant: number, what: string) => void) {
    this.#fail = fail;
  }

  get registrations(): Iterable<RegistrationRow> {
    return this.#byPhone.values();
  }

  heldBy(phone: Phone): RegistrationRow | null {
    return this.#byPhone.get(phone) ?? null;
  }

  /** Takes what a COMMIT made durable, with what it should have kept to. */
  add(rows: readonly RegistrationRow[], tables: Tables, quotaOf: (saleId: number) => number): void {
    for (const row of rows) {
      const ofSale = this.#bySale.get(row.saleId) ?? [];
      this.#bySale.set(row.saleId, ofSale);
      const last = ofSale.at(-1);
      if (row.ordinal !== (last?.ordinal ?? 0) + 1) {
        this.#fail(1, `ordinal ${row.ordinal} follows ${last?.ordinal ?? 0}`);
      }
      if (row.ordinal > quotaOf(row.saleId))
        this.#fail(1, `seat ${row.ordinal} is beyond the quota`);
      if (last !== undefined && last.committedAtMs > row.committedAtMs) {
        this.#fail(1, "the instant of the commit went back along the ordinals");
      }
      if (this.#byPhone.has(row.phone)) this.#fail(2, `${row.name} holds two seats`);
      this.#byPhone.set(row.phone, row);
      ofSale.push(row);
    }
    const outboxCount = [...tables.outboxRows].length;
    if (outboxCount !== this.#outboxCount + rows.length) {
      this.#fail(
        4,
        `${rows.length} seats came with ${outboxCount - this.#outboxCount} outbox rows`,
      );
    }
    this.#outboxCount = outboxCount;
  }
}
