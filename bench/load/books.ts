import type { Sql } from "postgres";
import { type Acknowledged, checkLedger, type ToldFull } from "../../test/fault/ledger.ts";

/** What people were told, to be held against the tables. */
export class Books {
  readonly #acknowledged: Acknowledged[] = [];
  readonly #full: ToldFull[] = [];
  /** Who sent a registration and never learned what came of it. */
  readonly #unsure = new Set<string>();
  /** Phones that were told of a seat. */
  readonly #holders = new Set<string>();

  /** Who was told last; null before anyone was. */
  get latest(): Acknowledged | null {
    return this.#acknowledged.at(-1) ?? null;
  }

  acknowledge(seat: Acknowledged): void {
    this.#acknowledged.push(seat);
    this.#holders.add(seat.phone);
    this.#unsure.delete(seat.phone);
  }

  tellFull(phone: string): void {
    this.#full.push({ phone, atMs: Date.now() });
    this.#unsure.delete(phone);
  }

  /** A registration is on its way; only a seat or the word that there is none tells what became of it. */
  sent(phone: string): void {
    this.#unsure.add(phone);
  }

  /**
   * Everything people were told is true, no seat is given to anyone who did not ask, and where somebody was told that
   * the sale is full, exactly the quota is sold. Throws with the first sentence that does not hold. The sale may still go
   * on: what is told from now on is in no snapshot taken now.
   */
  async check(sql: Sql, quota: number): Promise<Checked> {
    const told = { acknowledged: [...this.#acknowledged], full: [...this.#full] };
    const soldCount = await checkLedger(sql, told);
    const rows = await sql<{ phone: string }[]>`select '+' || phone as phone from registrations`;
    const strangers = rows.filter(({ phone }) => !this.#holders.has(phone));
    const unexplained = strangers.filter(({ phone }) => !this.#unsure.has(phone));
    if (unexplained.length > 0) {
      const [example] = unexplained;
      throw new Error(
        `${unexplained.length} seats are held by people who were told otherwise, as ${example?.phone}`,
      );
    }
    if (soldCount > quota || (told.full.length > 0 && soldCount !== quota)) {
      throw new Error(`${soldCount} seats are sold of a quota of ${quota}`);
    }
    return {
      soldCount,
      acknowledgedCount: this.#holders.size,
      heldUnknownCount: strangers.length,
      lastSeatAtMs: soldCount === quota ? await lastSeatAtMs(sql) : null,
    };
  }
}

export interface Checked {
  readonly soldCount: number;
  /** People who were told of their seat. */
  readonly acknowledgedCount: number;
  /** Seats of people who never got the answer. */
  readonly heldUnknownCount: number;
  /** Since the epoch; null where the sale is not full. */
  readonly lastSeatAtMs: number | null;
}

async function lastSeatAtMs(sql: Sql): Promise<number | null> {
  const [sale] = await sql<{ atMs: number }[]>`
    select (extract(epoch from last_committed_at) * 1000)::float8 as "atMs" from sales`;
  return sale?.atMs ?? null;
}
