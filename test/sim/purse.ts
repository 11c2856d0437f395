import type { SmsBudgetLimits } from "../../src/delivery/budget-limits.ts";
import { BUDGET_SHARES, BUDGET_UNITS } from "../../src/delivery/budget-limits.ts";
import type { BudgetShare, BudgetStore, SmsCost } from "../../src/delivery/budget-ports.ts";
import type { SmsOutcome } from "../../src/delivery/ports.ts";
import type { SmsTrip } from "./sms-provider.ts";

export interface PurseOptions {
  /** Of the process. */
  readonly name: string;
  readonly limits: SmsBudgetLimits;
  readonly fail: (invariant: number, what: string) => void;
}

/** What a process has reserved and not given back, against what it let go of. */
export class Purse {
  readonly #options: PurseOptions;
  readonly #blocks = new Map<number, BudgetShare>();
  readonly #held = new Sums();
  /** Left, and not heard to have been turned away. */
  readonly #spentLeast = new Sums();
  /** The same, with what was turned away after the process had given up. */
  readonly #spentMost = new Sums();
  #callCount = 0;

  constructor(options: PurseOptions) {
    this.#options = options;
  }

  /** Hears every answer of the store that the process hears. */
  watch(store: BudgetStore): BudgetStore {
    return {
      reserve: (wish) =>
        this.#during(async () => {
          const answer = await store.reserve(wish);
          if (answer.block !== null) {
            this.#blocks.set(answer.block.id, wish.share);
            this.#held.add(wish.share, answer.block.cost, 1);
          }
          return answer;
        }),
      giveBack: (rests) =>
        this.#during(() => {
          for (const { id, cost } of rests) {
            this.#held.add(this.#blocks.get(id) ?? "codes", cost, -1);
          }
          this.#check();
          return store.giveBack(rests);
        }),
    };
  }

  left({ share, cost }: SmsTrip): void {
    this.#spentLeast.add(share, cost, 1);
    this.#spentMost.add(share, cost, 1);
    this.#check();
  }

  answered({ share, cost, signal }: SmsTrip, { kind }: SmsOutcome): void {
    if (kind === "accepted" || kind === "unknown") return;
    this.#spentLeast.add(share, cost, -1);
    if (!signal.aborted) this.#spentMost.add(share, cost, -1);
  }

  /** True while an answer of the store is on its way: whoever ends now loses what it brings. */
  get isAsking(): boolean {
    return this.#callCount > 0;
  }

  /** Of a process that ended by itself, having given back what it had: nothing more stands as spent than went out. */
  checkEnd(): void {
    const { name, fail } = this.#options;
    this.#compare((held, _least, most) => {
      if (held > most) fail(12, `${name} spent ${most}, and ${held} stand`);
    });
  }

  #check(): void {
    const { name, fail } = this.#options;
    this.#compare((held, least) => {
      if (least > held) fail(12, `${name} spends ${least} and holds ${held}`);
    });
  }

  #compare(judge: (held: number, least: number, most: number) => void): void {
    const { limits } = this.#options;
    for (const unit of BUDGET_UNITS) {
      if (limits[`${unit}PerMinute`] === null && limits[`${unit}PerDay`] === null) continue;
      for (const share of BUDGET_SHARES) {
        const of = (sums: Sums) => sums.of(share)[unit];
        judge(of(this.#held), of(this.#spentLeast), of(this.#spentMost));
      }
    }
  }

  async #during<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    this.#callCount += 1;
    try {
      return await call();
    } finally {
      this.#callCount -= 1;
    }
  }
}

class Sums {
  readonly #sums = {
    codes: { segments: 0, micros: 0 },
    others: { segments: 0, micros: 0 },
  };

  of(share: BudgetShare): SmsCost {
    return this.#sums[share];
  }

  add(share: BudgetShare, cost: SmsCost, sign: 1 | -1): void {
    this.#sums[share].segments += sign * cost.segments;
    this.#sums[share].micros += sign * cost.micros;
  }
}
