import { ok as assert } from "node:assert";
import type { Clock } from "../actor/clock.ts";
import type { OutboxItem, OutboxLane, OutboxResult, OutboxStore, SendOutcome } from "./ports.ts";
import type { Backoff } from "./retry.ts";
import { retryDelayMs } from "./retry.ts";

/** One try of one row: must come back by `untilMs`, and soon after the signal aborts. */
export type Deliver = (item: OutboxItem, bounds: DeliveryBounds) => Promise<SendOutcome>;

export interface DeliveryBounds {
  /** Nothing may be under way after this instant (ms since the epoch): the lease ends. */
  readonly untilMs: number;
  readonly signal: AbortSignal;
}

export interface LaneLimits {
  readonly claimCountMax: number;
  readonly concurrencyMax: number;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly triesMax: number;
  readonly backoff: Backoff;
}

/** What an operator wants to count or read; none of it may throw. */
export interface RelayObserver {
  /** A row's result is stored. */
  settled(lane: OutboxLane, kind: OutboxResult["kind"]): void;
  /** A row could not even be tried; it is put off like a failed try. */
  deliveryFailed(lane: OutboxLane, error: unknown): void;
  /** The outbox could not be read or written; it is asked again later. */
  storeFailed(lane: OutboxLane, error: unknown): void;
}

export interface LaneOptions {
  readonly lane: OutboxLane;
  readonly store: OutboxStore;
  readonly deliver: Deliver;
  /** False while nothing claimed could go out: rows then wait in the store, where they cost no tries. */
  readonly mayClaim: () => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: LaneLimits;
  readonly observer: RelayObserver;
}

export interface LaneStats {
  readonly lane: OutboxLane;
  readonly inFlight: number;
  /** Sent or failed, and not yet written down. */
  readonly unsettled: number;
}

interface Finished {
  readonly item: OutboxItem;
  readonly result: OutboxResult;
}

/** Left of a lease for writing the result down. */
const SETTLE_MS = 5_000;
const STORE_BACKOFF_POLLS_MAX = 30;
const REASON_LENGTH_MAX = 200;

/**
 * One lane of the outbox. It works in rounds: write down what is finished, claim as many rows as there are free
 * places, start them all. A round waits until half the places are free, which keeps the round trips few under
 * load, or until the poll comes round, so that a send that stalls holds up the others for no longer than that.
 */
export class LaneRelay {
  readonly #options: LaneOptions;
  readonly #stop = new AbortController();
  #finished: Finished[] = [];
  #inFlight = 0;
  /** False once a claim came back short, until a hint. */
  #mayHaveMore = true;
  #storeFailures = 0;
  #isDraining = false;
  #beginRound: (() => void) | null = null;
  #running: Promise<void> | null = null;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get stats(): LaneStats {
    const { lane } = this.#options;
    return { lane, inFlight: this.#inFlight, unsettled: this.#finished.length };
  }

  start(): void {
    assert(this.#running === null, "a lane starts once");
    this.#running = this.#run();
  }

  /** A hint that there are new rows. The poll is the truth. */
  wake(): void {
    this.#mayHaveMore = true;
    this.#poke();
  }

  /**
   * Claims nothing more, lets what is under way finish, and writes it down. The signal cuts the sends off
   * and leaves one try at writing down; what that misses is met again when its lease ends.
   */
  async drain(signal: AbortSignal): Promise<void> {
    this.#isDraining = true;
    const cutOff = () => {
      this.#stop.abort();
      this.#poke();
    };
    if (signal.aborted) cutOff();
    else signal.addEventListener("abort", cutOff, { once: true });
    this.#poke();
    await this.#running;
    signal.removeEventListener("abort", cutOff);
  }

  async #run(): Promise<void> {
    while (!this.#isDrained()) {
      await this.#nextRound();
      await this.#round();
    }
  }

  #isDrained(): boolean {
    return this.#isDraining && this.#inFlight === 0 && this.#finished.length === 0;
  }

  #nextRound(): Promise<void> {
    if (this.#isRoundDue()) return Promise.resolve();
    const { clock, limits } = this.#options;
    const waitMs = this.#storeFailures > 0 ? this.#backoffMs() : limits.pollMs;
    return new Promise((resolve) => {
      const begin = () => {
        this.#beginRound = null;
        cancel();
        resolve();
      };
      const cancel = clock.after(waitMs, begin);
      this.#beginRound = begin;
    });
  }

  #poke(): void {
    if (this.#isRoundDue()) this.#beginRound?.();
  }

  #isRoundDue(): boolean {
    if (this.#isDrained() || (this.#stop.signal.aborted && this.#inFlight === 0)) return true;
    if (this.#storeFailures > 0) return false;
    if (this.#inFlight > this.#options.limits.concurrencyMax / 2) return false;
    return this.#finished.length > 0 || (this.#mayHaveMore && !this.#isDraining);
  }

  async #round(): Promise<void> {
    const { lane, observer } = this.#options;
    try {
      await this.#settleFinished();
      if (!this.#isDraining) await this.#claimFree();
      this.#storeFailures = 0;
    } catch (error) {
      this.#storeFailures += 1;
      observer.storeFailed(lane, error);
      if (this.#stop.signal.aborted) this.#finished = [];
    }
  }

  async #settleFinished(): Promise<void> {
    const { lane, store, observer } = this.#options;
    const batch = [...this.#finished];
    if (batch.length === 0) return;
    await store.settle(lane, batch);
    this.#finished.splice(0, batch.length);
    for (const { result } of batch) observer.settled(lane, result.kind);
  }

  async #claimFree(): Promise<void> {
    const { lane, store, clock, limits, mayClaim } = this.#options;
    const countMax = Math.min(limits.claimCountMax, limits.concurrencyMax - this.#inFlight);
    if (countMax === 0) return;
    if (!mayClaim()) {
      // The poll asks again.
      this.#mayHaveMore = false;
      return;
    }
    // Both before the call: the lease may begin at once, and a hint may come while it runs.
    const untilMs = clock.nowMs() + limits.leaseMs - SETTLE_MS;
    this.#mayHaveMore = false;
    const items = await store.claim(lane, { countMax, leaseMs: limits.leaseMs });
    if (items.length === countMax) this.#mayHaveMore = true;
    // #deliver never rejects: what goes wrong with a row becomes its result.
    for (const item of items) void this.#deliver(item, untilMs);
  }

  async #deliver(item: OutboxItem, untilMs: number): Promise<void> {
    this.#inFlight += 1;
    const outcome = await this.#tryOnce(item, untilMs);
    this.#inFlight -= 1;
    this.#finished.push({ item, result: this.#resultOf(outcome, item) });
    this.#poke();
  }

  async #tryOnce(item: OutboxItem, untilMs: number): Promise<SendOutcome> {
    const { lane, deliver, clock, limits, observer } = this.#options;
    // A row that kills the process is claimed again and again, and never gets as far as a result.
    if (item.tries > limits.triesMax) return { kind: "refused", reason: "given up" };
    if (clock.nowMs() >= untilMs) return { kind: "retry", afterMs: 0, reason: "claimed too late" };
    try {
      return await deliver(item, { untilMs, signal: this.#stop.signal });
    } catch (error) {
      observer.deliveryFailed(lane, error);
      return { kind: "retry", afterMs: 0, reason: "a fault in the service" };
    }
  }

  #resultOf(outcome: SendOutcome, item: OutboxItem): OutboxResult {
    const { clock, limits, random } = this.#options;
    switch (outcome.kind) {
      case "accepted":
        return { kind: "sent", providerId: storable(outcome.providerId) };
      case "refused":
        return { kind: "failed", reason: storable(outcome.reason) };
      case "unknown":
        return { kind: "unknown", reason: storable(outcome.reason) };
      case "retry": {
        const reason = storable(outcome.reason);
        if (item.tries >= limits.triesMax) return { kind: "failed", reason };
        const afterMs = Math.min(outcome.afterMs, limits.backoff.maxMs);
        const delayMs = retryDelayMs(limits.backoff, { tries: item.tries, afterMs }, random);
        return { kind: "retry", dueAtMs: clock.nowMs() + delayMs, reason };
      }
    }
  }

  #backoffMs(): number {
    const { limits, random } = this.#options;
    const backoff = { firstMs: limits.pollMs, maxMs: limits.pollMs * STORE_BACKOFF_POLLS_MAX };
    return retryDelayMs(backoff, { tries: this.#storeFailures, afterMs: 0 }, random);
  }
}

/** A provider's words as a row can hold them: PostgreSQL takes no NUL, and would refuse the whole batch for it. */
function storable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").slice(0, REASON_LENGTH_MAX);
}
