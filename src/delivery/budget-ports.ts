/** Who a message is paid for: one-time codes, or confirmations and everything else. */
export type BudgetShare = "codes" | "others";

/** What an SMS costs, or many may: money in millionths of the currency. Whole numbers, but Infinity where nothing limits. */
export interface SmsCost {
  readonly segments: number;
  readonly micros: number;
}

/** A part of the day's budget, or what is left of one: nobody but who reserved it may spend it. */
export interface ReservedBlock {
  readonly id: number;
  readonly cost: SmsCost;
}

export interface BlockWish {
  readonly share: BudgetShare;
  /** Less than this is of no use, and none is granted. */
  readonly least: SmsCost;
  readonly most: SmsCost;
  /** What one UTC day may hold: of this share, and of both together. */
  readonly shareMax: SmsCost;
  readonly allMax: SmsCost;
  /** Which blocks of others to tell of: newer than the id, and no older than the age. */
  readonly news: { readonly afterId: number; readonly ageMsMax: number };
}

export interface BlockAnswer {
  /** Null where the day has not even the least left. */
  readonly block: ReservedBlock | null;
  /** All that was reserved of the day before, and not given back. */
  readonly day: Readonly<Record<BudgetShare, SmsCost>>;
  /** By the store's own clock. */
  readonly dayEndsInMs: number;
  readonly news: readonly RecentBlocks[];
  /** For `news.afterId` of the next wish. */
  readonly newestId: number;
}

/** What others reserved within one second, as it was reserved, whatever of it they gave back since. */
export interface RecentBlocks {
  readonly share: BudgetShare;
  /** Reserved at least so long before the answer. */
  readonly ageMs: number;
  readonly cost: SmsCost;
}

export interface BudgetStore {
  /**
   * Takes a block out of the day's budget; callers in all processes go one after another. Throws when the store is
   * away; a block that was reserved all the same is lost, as after a crash.
   */
  reserve(wish: BlockWish): Promise<BlockAnswer>;
  /**
   * Returns what is left of blocks to the days they were taken out of. A call that threw may have taken effect and must
   * not be repeated: what is given back twice is spent twice.
   */
  giveBack(rests: readonly ReservedBlock[]): Promise<void>;
}
