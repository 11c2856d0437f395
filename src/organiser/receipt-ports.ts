/** What the database holds of one sale, of one instant. */
export interface SaleTotals {
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  readonly quota: number;
  readonly seats: number;
  /** Instants of commits: RFC 3339 in UTC with microseconds; null where no seat was given out. */
  readonly firstSeatAt: string | null;
  readonly lastSeatAt: string | null;
  /** Seats by whole minutes since the opening, from 0, in order; minutes without a seat are left out. */
  readonly minutes: readonly MinuteCount[];
  /** In hexadecimal; `registrationLine` has the lines. */
  readonly listSha256: string;
  /** Null where the waiting room was off. */
  readonly line: LineTotals | null;
}

export type MinuteCount = readonly [minute: number, seats: number];

export interface LineTotals {
  /** Places given out in all. A lapsed place that was asked for again counts twice. */
  readonly places: number;
  /** Those of the lobby, whose order was drawn. */
  readonly lobby: number;
  /** Those of the lobby that cost a verified phone; the rest cost a proof-of-work. */
  readonly verified: number;
}

export interface ReceiptStore {
  /** Null for a sale that is not there; throws when the database is away. */
  findTotals(saleId: number): Promise<SaleTotals | null>;
}
