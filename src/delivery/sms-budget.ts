import type { Clock } from "../actor/clock.ts";
import type { BudgetLimit, BudgetReached } from "./budget-alerts.ts";
import { BudgetAlerts } from "./budget-alerts.ts";
import type { Block } from "./budget-hand.ts";
import { BudgetHand } from "./budget-hand.ts";
import type { BudgetSpan, BudgetUnit, SmsBudgetLimits, SpanMax } from "./budget-limits.ts";
import { BUDGET_SHARES, BUDGET_UNITS, blockCost, limitOf, spanMax } from "./budget-limits.ts";
import type { BudgetShare, BudgetStore, SmsCost } from "./budget-ports.ts";
import type { AnsweredWish } from "./budget-supply.ts";
import { BlockSupply } from "./budget-supply.ts";
import { SpendWindow } from "./budget-window.ts";

export interface SmsBudgetOptions {
  readonly limits: SmsBudgetLimits;
  readonly store: BudgetStore;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter of retries. */
  readonly random: () => number;
  readonly observer: SmsBudgetObserver;
}

/** Never called from within `take` but for `onReached`; none of it may throw. */
export interface SmsBudgetObserver {
  /** Whoever was told to wait for a block of the share asks again: it came, or the day has none left. */
  readonly onRoom: (share: BudgetShare) => void;
  readonly onReached: (reached: BudgetReached) => void;
  /** Until it answers, a share goes no further than the block in hand. */
  readonly onStoreFailed: (error: unknown) => void;
}

export type TakeOutcome =
  | TakenCost
  /** Until the instant (ms since the epoch), or where it is null, until `onRoom`. */
  | { readonly kind: "wait"; readonly untilMs: number | null }
  /** The share's part of the day is spent until the instant (ms since the epoch), or until `onRoom` where some comes back. */
  | { readonly kind: "spent"; readonly resumesAtMs: number };

/** Leave to send once, now; `putBack` takes it. */
export interface TakenCost {
  readonly kind: "taken";
  readonly share: BudgetShare;
  readonly cost: SmsCost;
  readonly atMs: number;
  /** Null where nothing is limited. */
  readonly block: Block | null;
}

/** Where one limit stands in all processes. Reserved stands against it; of that, spent is gone for good. */
export interface LimitState {
  readonly limit: BudgetLimit;
  readonly max: number;
  readonly spent: Readonly<Record<BudgetShare, number>>;
  readonly reserved: Readonly<Record<BudgetShare, number>>;
}

export interface SmsBudgetState {
  /** Of the limits there are. */
  readonly limits: readonly LimitState[];
  readonly isStoreAway: boolean;
}

type SharedCost = Readonly<Record<BudgetShare, SmsCost>>;

/** Of a share for which the store had no block. */
interface Spent {
  readonly untilMs: number;
  /** Somebody else may give back before the day ends. */
  readonly askAgainAtMs: number;
}

const NOT_SPENT: Spent = { untilMs: 0, askAgainAtMs: 0 };
const SPENT_ASK_AGAIN_MS = 60_000;
const NOTHING: SmsCost = { segments: 0, micros: 0 };
const NOTHING_EACH: SharedCost = { codes: NOTHING, others: NOTHING };
const WAIT_FOR_BLOCK: TakeOutcome = { kind: "wait", untilMs: null };
/** Of a threshold in the limits per minute, which a sale may pass again and again. */
const MINUTE_ALERT_QUIET_MS = 600_000;

/**
 * What may be spent on SMS per minute and per day, in segments and in money. A day's money is reserved in the store in
 * blocks before any of it is spent, so a crash loses up to one and a half blocks of each share (3 % of the day's budget
 * in all) and overspends nothing, whatever other processes do. The minutes are counted here; what others reserved
 * counts as spent from then on for two minutes, so that after a restart at full speed the first messages wait for a
 * minute or two, and of two processes that would fill a minute alone the second gets what the first leaves. A message is spent at the instant of `take`; without limits the store is never asked.
 */
export class SmsBudget {
  readonly #options: SmsBudgetOptions;
  readonly #minuteMax: SpanMax;
  readonly #dayMax: SpanMax;
  readonly #isLimited: boolean;
  readonly #counts: Readonly<Record<BudgetUnit, boolean>>;
  readonly #window: SpendWindow;
  readonly #hands = { codes: new BudgetHand(), others: new BudgetHand() };
  readonly #supply: BlockSupply;
  readonly #alerts: BudgetAlerts;
  /** Reserved of the day by everyone, as of the last answer. */
  #day: SharedCost = NOTHING_EACH;
  #dayEndsAtMs = 0;
  readonly #spent = { codes: NOT_SPENT, others: NOT_SPENT };

  constructor(options: SmsBudgetOptions) {
    const { limits, observer } = options;
    const block = blockCost(limits);
    this.#options = options;
    this.#counts = { segments: block.segments > 0, micros: block.micros > 0 };
    this.#isLimited = this.#counts.segments || this.#counts.micros;
    this.#minuteMax = spanMax(limits, "minute");
    this.#dayMax = spanMax(limits, "day");
    this.#window = new SpendWindow(this.#minuteMax);
    this.#alerts = new BudgetAlerts(observer.onReached);
    this.#supply = new BlockSupply({
      ...options,
      hands: this.#hands,
      onAnswer: (answered) => this.#learn(answered),
      onStoreFailed: observer.onStoreFailed,
    });
  }

  /** Takes all of the cost or nothing, within the call. */
  take(share: BudgetShare, cost: SmsCost): TakeOutcome {
    const atMs = this.#options.clock.nowMs();
    if (!this.#isLimited) return { kind: "taken", share, cost, atMs, block: null };
    const counted = this.#counted(cost);
    const roomAtMs = this.#window.roomAtMs(share, counted, atMs);
    if (roomAtMs > atMs) {
      this.#judgeMinute(share, counted, atMs);
      return { kind: "wait", untilMs: roomAtMs };
    }
    const hand = this.#hands[share];
    const block = hand.spend(counted, atMs);
    const spent = this.#spent[share];
    if ((block === null || hand.isLow()) && atMs >= spent.askAgainAtMs) {
      this.#supply.want(share, counted);
    }
    if (block === null) {
      return atMs < spent.untilMs ? { kind: "spent", resumesAtMs: spent.untilMs } : WAIT_FOR_BLOCK;
    }
    this.#window.add(share, counted, atMs);
    this.#judgeMinute(share, NOTHING, atMs);
    return { kind: "taken", share, cost: counted, atMs, block };
  }

  /** For a message that surely did not go out, once: not for one whose fate is unknown. */
  putBack({ share, cost, atMs, block }: TakenCost): void {
    if (block === null) return;
    this.#hands[share].putBack(block, cost);
    this.#window.remove(share, cost, atMs);
    if (this.#spent[share].untilMs > 0) this.#supply.want(share, cost);
  }

  state(): SmsBudgetState {
    const nowMs = this.#options.clock.nowMs();
    const reservedToday = nowMs < this.#dayEndsAtMs ? this.#day : NOTHING_EACH;
    const minute = this.#minute(nowMs);
    return {
      limits: [
        ...this.#limitStates("day", this.#spentOf(reservedToday, nowMs), reservedToday),
        ...this.#limitStates("minute", minute, minute),
      ],
      isStoreAway: this.#supply.isStoreAway,
    };
  }

  /** The largest share of a limit of the day that is spent; 0 where there is none. */
  spentOfDay(): number {
    const ofDay = this.state().limits.filter(({ limit }) => limit.endsWith("-day"));
    return Math.max(
      0,
      ...ofDay.map(({ reserved, max }) => (reserved.codes + reserved.others) / max),
    );
  }

  /** On a stop, after the last message: gives back what is left in hand, so that only a crash loses any. */
  async giveBack(): Promise<void> {
    await this.#supply.drain();
  }

  #learn({ share, least, answer, nowMs }: AnsweredWish): void {
    const { block, dayEndsInMs } = answer;
    for (const { share: spender, cost, ageMs } of answer.news) {
      this.#window.addReserved(spender, { cost: this.#counted(cost), ageMs }, nowMs);
    }
    this.#day = block === null ? answer.day : plus(answer.day, share, block.cost);
    this.#dayEndsAtMs = nowMs + dayEndsInMs;
    this.#spent[share] = block === null ? this.#spentAt(nowMs) : NOT_SPENT;
    const wanted = block === null ? plus(this.#day, share, least) : this.#day;
    const use = { span: "day", max: this.#dayMax, ...wanted } as const;
    const times = { nowMs, quietMs: dayEndsInMs };
    for (const each of BUDGET_SHARES) this.#alerts.judge(use, each, times);
    this.#options.observer.onRoom(share);
  }

  #spentAt(nowMs: number): Spent {
    const untilMs = this.#dayEndsAtMs;
    return { untilMs, askAgainAtMs: Math.min(untilMs, nowMs + SPENT_ASK_AGAIN_MS) };
  }

  #judgeMinute(share: BudgetShare, turnedAway: SmsCost, nowMs: number): void {
    const wanted = plus(this.#minute(nowMs), share, turnedAway);
    const use = { span: "minute", max: this.#minuteMax, ...wanted } as const;
    this.#alerts.judge(use, share, { nowMs, quietMs: MINUTE_ALERT_QUIET_MS });
  }

  #minute(nowMs: number): SharedCost {
    const codes = this.#window.spent("codes", nowMs);
    return { codes, others: this.#window.spent("others", nowMs) };
  }

  /** Without what is still in hand. */
  #spentOf(reserved: SharedCost, nowMs: number): SharedCost {
    const spent = (share: BudgetShare) => {
      const rest = this.#hands[share].rest(nowMs);
      const { segments, micros } = reserved[share];
      return { segments: segments - rest.segments, micros: micros - rest.micros };
    };
    return { codes: spent("codes"), others: spent("others") };
  }

  #limitStates(span: BudgetSpan, spent: SharedCost, reserved: SharedCost): readonly LimitState[] {
    return BUDGET_UNITS.flatMap((unit) => {
      const max = limitOf(this.#options.limits, unit, span);
      const each = ({ codes, others }: SharedCost) => ({
        codes: codes[unit],
        others: others[unit],
      });
      if (max === null) return [];
      return [{ limit: `${unit}-${span}`, max, spent: each(spent), reserved: each(reserved) }];
    });
  }

  /** A unit without limits is not counted, and no block holds any of it. */
  #counted(cost: SmsCost): SmsCost {
    const { segments, micros } = this.#counts;
    return { segments: segments ? cost.segments : 0, micros: micros ? cost.micros : 0 };
  }
}

function plus(each: SharedCost, share: BudgetShare, more: SmsCost): SharedCost {
  if (more === NOTHING) return each;
  const { segments, micros } = each[share];
  const sum = { segments: segments + more.segments, micros: micros + more.micros };
  return share === "codes" ? { ...each, codes: sum } : { ...each, others: sum };
}
