import type { Clock } from "../../src/actor/clock.ts";
import type {
  BlockAnswer,
  BlockWish,
  BudgetShare,
  BudgetStore,
  RecentBlocks,
  ReservedBlock,
  SmsCost,
} from "../../src/delivery/budget-ports.ts";

const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;

interface BlockRow extends SmsCost {
  readonly id: number;
  readonly share: BudgetShare;
  readonly reservedAtMs: number;
}

/** The table `sms_blocks` and what the adapter does to it, at an instant. */
export class BudgetTable {
  #rows: BlockRow[] = [];
  #newestId = 0;

  reserve(wish: BlockWish, nowMs: number): BlockAnswer {
    const dayStartMs = nowMs - (nowMs % DAY_MS);
    const day = { codes: this.#sum("codes", dayStartMs), others: this.#sum("others", dayStartMs) };
    const news = this.#news(wish.news, nowMs);
    const room = (unit: keyof SmsCost) =>
      Math.min(
        wish.most[unit],
        wish.shareMax[unit] - day[wish.share][unit],
        wish.allMax[unit] - day.codes[unit] - day.others[unit],
      );
    const cost = { segments: room("segments"), micros: room("micros") };
    const isEnough = cost.segments >= wish.least.segments && cost.micros >= wish.least.micros;
    const block = isEnough ? { id: this.#insert(wish.share, cost, nowMs), cost } : null;
    const dayEndsInMs = dayStartMs + DAY_MS - nowMs;
    return { block, day, dayEndsInMs, news, newestId: this.#newestId };
  }

  giveBack(rests: readonly ReservedBlock[]): void {
    for (const { id, cost } of rests) {
      const block = this.#rows.find((row) => row.id === id);
      if (block === undefined) continue;
      const negative = { segments: -cost.segments, micros: -cost.micros };
      this.#insert(block.share, negative, block.reservedAtMs);
    }
  }

  /** Makes every row so much older. */
  age(byMs: number): void {
    this.#rows = this.#rows.map((row) => ({ ...row, reservedAtMs: row.reservedAtMs - byMs }));
  }

  #insert(share: BudgetShare, cost: SmsCost, reservedAtMs: number): number {
    this.#newestId += 1;
    this.#rows.push({ id: this.#newestId, share, reservedAtMs, ...cost });
    return this.#newestId;
  }

  #sum(share: BudgetShare, fromMs: number): SmsCost {
    const rows = this.#rows.filter((row) => row.share === share && row.reservedAtMs >= fromMs);
    return sumOf(rows);
  }

  #news({ afterId, ageMsMax }: BlockWish["news"], nowMs: number): readonly RecentBlocks[] {
    return this.#rows
      .filter(({ id, segments, micros }) => id > afterId && segments >= 0 && micros >= 0)
      .filter(({ reservedAtMs }) => nowMs - reservedAtMs < ageMsMax)
      .map(({ share, reservedAtMs, segments, micros }) => ({
        share,
        ageMs: Math.floor((nowMs - reservedAtMs) / SECOND_MS) * SECOND_MS,
        cost: { segments, micros },
      }));
  }
}

/** The table as a process reaches it, unless it is away. */
export class MemoryBudgetStore implements BudgetStore {
  /** Set to make every call throw, as a database that is away does. */
  isAway = false;
  /** Set to have calls take effect and their answers lost on the way. */
  isDeaf = false;
  reserveCalls = 0;
  readonly #table: BudgetTable;
  readonly #clock: Clock;

  constructor(table: BudgetTable, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  async reserve(wish: BlockWish): Promise<BlockAnswer> {
    this.reserveCalls += 1;
    return this.#reach(() => this.#table.reserve(wish, this.#clock.nowMs()));
  }

  async giveBack(rests: readonly ReservedBlock[]): Promise<void> {
    this.#reach(() => this.#table.giveBack(rests));
  }

  #reach<Answer>(call: () => Answer): Answer {
    if (this.isAway) throw new Error("the database is away");
    const answer = call();
    if (this.isDeaf) throw new Error("the connection was lost");
    return answer;
  }
}

function sumOf(costs: readonly SmsCost[]): SmsCost {
  return costs.reduce(
    (sum, { segments, micros }) => ({
      segments: sum.segments + segments,
      micros: sum.micros + micros,
    }),
    { segments: 0, micros: 0 },
  );
}
