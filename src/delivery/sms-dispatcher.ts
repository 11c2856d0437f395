import { ok as assert } from "node:assert";
import type { Clock } from "../actor/clock.ts";
import { attempt } from "./attempt.ts";
import type { BudgetShare } from "./budget-ports.ts";
import type { SmsLane } from "./fair-lanes.ts";
import { FairLanes, SMS_LANES } from "./fair-lanes.ts";
import type { RouteStats, SmsRoute } from "./gateway-route.ts";
import { GatewayRoute } from "./gateway-route.ts";
import type { SendOutcome, SmsMessage, SmsOutcome } from "./ports.ts";
import type { SmsBudget, TakenCost } from "./sms-budget.ts";
import { segmentCount } from "./sms-segments.ts";

/** One SMS that is to go when its turn comes. */
export interface SmsOrder extends SmsMessage {
  readonly lane: SmsLane;
  /** No try begins at or after this instant (ms since the epoch). */
  readonly untilMs: number;
}

/** `late`: the instant passed, or the lane was cut off, before the message went. */
export type DispatchOutcome = SendOutcome | { readonly kind: "late" };

/** The purse of every SMS; without limits it is asked for leave all the same. */
export type SmsSpending = Pick<SmsBudget, "take" | "putBack">;

export interface SmsDispatcherOptions {
  /** In the order of preference; the next takes over while one is in trouble. */
  readonly routes: readonly SmsRoute[];
  readonly spending: SmsSpending;
  readonly clock: Clock;
  readonly limits: {
    readonly codeQueueCountMax: number;
    readonly confirmationHeldCountMax: number;
    readonly codeSendTimeoutMs: number;
  };
  /** A gateway changed between being in order and in trouble; must not throw. */
  readonly onRouteChanged: (stats: RouteStats) => void;
}

interface Waiting extends SmsOrder {
  readonly segmentCount: number;
  readonly resolve: (outcome: DispatchOutcome) => void;
}

/** While something waits that no timer of its own calls for. */
const LOOK_EVERY_MS = 250;
/** The second gateway helps out where the first alone would take longer. */
const OVERFLOW_MS = 10_000;
/** A trouble shorter than that is waited out; in a longer one few messages are kept, which probe the gateways. */
const OUTAGE_MS = 10_000;
const PROBE_COUNT_MAX = 20;
const LATE: DispatchOutcome = { kind: "late" };
const SHARES: Readonly<Record<SmsLane, BudgetShare>> = { code: "codes", confirmation: "others" };

/**
 * The one way of every SMS to the gateways: at each one's contracted rate, the most urgent first, each lane with a share
 * of its own, by the next gateway where one is in trouble, and never beyond what may be spent.
 */
export class SmsDispatcher {
  readonly #options: SmsDispatcherOptions;
  readonly #routes: readonly GatewayRoute[];
  readonly #lanes: FairLanes<Waiting>;
  readonly #stops: Readonly<Record<SmsLane, AbortController>> = {
    code: new AbortController(),
    confirmation: new AbortController(),
  };
  /** Until when a lane has nothing to spend. */
  readonly #spentUntilMs: Record<SmsLane, number> = { code: 0, confirmation: 0 };
  readonly #troubled = new Set<GatewayRoute>();
  /** Since when no gateway at all is in order; null while one is. */
  #outageSinceMs: number | null = null;
  #cancelLook: (() => void) | null = null;

  constructor(options: SmsDispatcherOptions) {
    this.#options = options;
    const nowMs = options.clock.nowMs();
    this.#routes = options.routes.map((route) => new GatewayRoute(route, nowMs));
    const { codeQueueCountMax, confirmationHeldCountMax } = options.limits;
    this.#lanes = new FairLanes({
      code: codeQueueCountMax,
      confirmation: confirmationHeldCountMax,
    });
  }

  get stats(): readonly RouteStats[] {
    const nowMs = this.#options.clock.nowMs();
    return this.#routes.map((route) => route.stats(nowMs));
  }

  waitingCount(lane: SmsLane): number {
    return this.#lanes.waitingCount(lane);
  }

  /** The outcome of one try, once its turn has come; callers bound how many they have under way. */
  send(order: SmsOrder): Promise<DispatchOutcome> {
    return new Promise((resolve) => {
      const waiting = { ...order, segmentCount: segmentCount(order.text), resolve };
      if (this.#stops[order.lane].signal.aborted) return resolve(LATE);
      const isQueued = this.#lanes.offer(waiting);
      assert(isQueued, "callers hold no more than the lane has room for");
      this.#pump();
    });
  }

  /**
   * How long a message offered now would wait for its turn, in milliseconds. Infinity where nobody can say: in an outage
   * of all gateways, on a paused lane, and where nothing may be spent any more.
   */
  expectedWaitMs(lane: SmsLane): number {
    const nowMs = this.#options.clock.nowMs();
    if (this.#lanes.isPaused(lane) || this.#routes.length === 0) return Number.POSITIVE_INFINITY;
    const spentMs = Math.max(0, this.#spentUntilMs[lane] - nowMs);
    const ratePerS = this.#healthyRatePerS(nowMs);
    if (ratePerS > 0) {
      return spentMs + (1_000 * this.#lanes.waitingSegments(lane)) / ratePerS;
    }
    const isLong = this.#outageSinceMs !== null && nowMs - this.#outageSinceMs > OUTAGE_MS;
    if (isLong && this.#lanes.waitingCount(lane) >= PROBE_COUNT_MAX)
      return Number.POSITIVE_INFINITY;
    return spentMs + Math.min(...this.#routes.map((route) => route.waitMs(nowMs) ?? LOOK_EVERY_MS));
  }

  setPaused(lane: SmsLane, isPaused: boolean): void {
    if (isPaused === this.#lanes.isPaused(lane)) return;
    this.#lanes.setPaused(lane, isPaused);
    this.#pump();
  }

  /** Whoever was told to wait for something to spend asks again. */
  refilled(): void {
    for (const lane of SMS_LANES) this.#spentUntilMs[lane] = 0;
    this.#pump();
  }

  /** Sends nothing more of the lane: what waits is late, and what is under way is given up. */
  cutOff(lane: SmsLane): void {
    this.#stops[lane].abort();
    for (;;) {
      const order = this.#lanes.take(lane);
      if (order === undefined) return;
      order.resolve(LATE);
    }
  }

  #pump(): void {
    const { clock } = this.#options;
    const nowMs = clock.nowMs();
    for (;;) {
      const lane = this.#lanes.nextLane((candidate) => nowMs < this.#spentUntilMs[candidate]);
      if (lane === null) break;
      const route = this.#readyRoute(lane, nowMs);
      const order = this.#lanes.take(lane);
      assert(order !== undefined, "a lane whose turn it is has an order");
      if (nowMs >= order.untilMs) order.resolve(LATE);
      else if (route === null) {
        this.#lanes.putBack(order);
        break;
      } else this.#begin(order, route, nowMs);
    }
    this.#noteTrouble(nowMs);
    this.#lookLater(nowMs);
  }

  /** The first that is in order and has room, or a later one where those before it are in trouble or far behind. */
  #readyRoute(lane: SmsLane, nowMs: number): GatewayRoute | null {
    let silent: GatewayRoute | null = null;
    for (const route of this.#routes) {
      const isReady = route.waitMs(nowMs) === 0;
      const isSilent = route.isSilent(nowMs);
      if (isReady && !isSilent) return route;
      if (isReady) silent ??= route;
      const backlogMs = (1_000 * this.#lanes.waitingSegments(lane)) / route.ratePerS;
      if (!route.isTroubled(nowMs) && backlogMs < OVERFLOW_MS) return null;
    }
    return silent;
  }

  #begin(order: Waiting, route: GatewayRoute, nowMs: number): void {
    const { lane, segmentCount: segments } = order;
    const cost = { segments, micros: segments * route.route.priceMicros };
    const taken = this.#options.spending.take(SHARES[lane], cost);
    if (taken.kind !== "taken") {
      const untilMs = taken.kind === "spent" ? taken.resumesAtMs : taken.untilMs;
      this.#spentUntilMs[lane] = untilMs ?? nowMs + LOOK_EVERY_MS;
      return this.#lanes.putBack(order);
    }
    this.#lanes.went(order);
    const isProbe = route.begin(segments, nowMs);
    // Cannot reject: `attempt` turns what goes wrong into an outcome.
    void this.#try(order, route).then((outcome) => {
      this.#end({ order, route, isProbe, taken }, outcome);
    });
  }

  #try({ to, text, lane }: Waiting, { route }: GatewayRoute): Promise<SmsOutcome> {
    const { clock, limits } = this.#options;
    return attempt<SmsOutcome>(
      (signal) => route.gateway.send({ to, text }, signal),
      { clock, timeoutMs: limits.codeSendTimeoutMs, signal: this.#stops[lane].signal },
      (reason) => ({ kind: "unknown", reason }),
    );
  }

  #end({ order, route, isProbe, taken }: Trial, outcome: SmsOutcome): void {
    route.end(outcome, isProbe, this.#options.clock.nowMs());
    const { lane } = order;
    switch (outcome.kind) {
      case "accepted": {
        const providerId = `${route.route.gateway.name}/${outcome.providerId}`;
        order.resolve({ kind: "accepted", providerId });
        break;
      }
      case "unknown":
        order.resolve(outcome);
        break;
      case "refused":
      case "retry":
        this.#options.spending.putBack(taken);
        order.resolve(outcome);
        break;
      case "throttled":
        this.#options.spending.putBack(taken);
        if (this.#stops[lane].signal.aborted) order.resolve(LATE);
        else this.#lanes.putBack(order);
        break;
    }
    this.#pump();
  }

  #healthyRatePerS(nowMs: number): number {
    return this.#routes.reduce(
      (sum, route) => (route.isTroubled(nowMs) ? sum : sum + route.ratePerS),
      0,
    );
  }

  #noteTrouble(nowMs: number): void {
    for (const route of this.#routes) {
      const isTroubled = route.isTroubled(nowMs);
      if (isTroubled === this.#troubled.has(route)) continue;
      if (isTroubled) this.#troubled.add(route);
      else this.#troubled.delete(route);
      this.#options.onRouteChanged(route.stats(nowMs));
    }
    const isOutage = this.#troubled.size === this.#routes.length;
    this.#outageSinceMs = isOutage ? (this.#outageSinceMs ?? nowMs) : null;
  }

  /** Comes back when the next message may go, and now and then while any waits. */
  #lookLater(nowMs: number): void {
    this.#cancelLook?.();
    this.#cancelLook = null;
    if (SMS_LANES.every((lane) => this.#lanes.waitingCount(lane) === 0)) return;
    const waitsMs = this.#routes.map((route) => route.waitMs(nowMs) || LOOK_EVERY_MS);
    const delayMs = Math.min(LOOK_EVERY_MS, ...waitsMs);
    this.#cancelLook = this.#options.clock.after(delayMs, () => {
      this.#cancelLook = null;
      this.#pump();
    });
  }
}

interface Trial {
  readonly order: Waiting;
  readonly route: GatewayRoute;
  readonly isProbe: boolean;
  readonly taken: TakenCost;
}
