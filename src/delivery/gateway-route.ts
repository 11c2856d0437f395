import type { BreakerState } from "./breaker.ts";
import { Breaker } from "./breaker.ts";
import { Pace } from "./pace.ts";
import type { SmsGateway, SmsOutcome } from "./ports.ts";

/** One gateway and what its contract allows. */
export interface SmsRoute {
  readonly gateway: SmsGateway;
  readonly segmentsPerS: number;
  /** Messages under way at once. */
  readonly inFlightMax: number;
  /** Of one segment, in millionths of the currency. */
  readonly priceMicros: number;
}

export interface RouteStats {
  readonly gateway: string;
  readonly breaker: BreakerState;
  readonly isSilent: boolean;
  /** Others should take over, where there are any. */
  readonly isTroubled: boolean;
  /** Segments. */
  readonly ratePerS: number;
  readonly inFlight: number;
}

/** A gateway that has taken messages and answered none of them for so long hangs. */
const SILENCE_MS = 3_000;

/** What is known of one gateway at the moment: how fast it may go, and whether it goes at all. */
export class GatewayRoute {
  readonly route: SmsRoute;
  readonly #pace: Pace;
  readonly #breaker = new Breaker();
  #inFlight = 0;
  /** Of the latest answer, or of the first message after a rest. */
  #heardAtMs = 0;

  constructor(route: SmsRoute, nowMs: number) {
    this.route = route;
    this.#pace = new Pace(route.segmentsPerS, nowMs);
  }

  get ratePerS(): number {
    return this.#pace.ratePerS;
  }

  stats(nowMs: number): RouteStats {
    return {
      gateway: this.route.gateway.name,
      breaker: this.#breaker.state,
      isSilent: this.isSilent(nowMs),
      isTroubled: this.isTroubled(nowMs),
      ratePerS: this.#pace.ratePerS,
      inFlight: this.#inFlight,
    };
  }

  /** Milliseconds until a message may go; 0 for now, null while only an answer can make room. */
  waitMs(nowMs: number): number | null {
    if (this.#inFlight >= this.route.inFlightMax) return null;
    return Math.max(this.#pace.waitMs(nowMs), this.#breaker.waitMs(nowMs));
  }

  /** Others should take over, where there are any. */
  isTroubled(nowMs: number): boolean {
    return this.#breaker.state !== "closed" || this.#pace.isPaused(nowMs) || this.isSilent(nowMs);
  }

  isSilent(nowMs: number): boolean {
    return this.#inFlight > 0 && nowMs - this.#heardAtMs >= SILENCE_MS;
  }

  /** A message goes; true where it is the one that probes a gateway out of order. */
  begin(segmentCount: number, nowMs: number): boolean {
    if (this.#inFlight === 0) this.#heardAtMs = nowMs;
    this.#inFlight += 1;
    this.#pace.take(segmentCount);
    return this.#breaker.begin();
  }

  end(outcome: SmsOutcome, isProbe: boolean, nowMs: number): void {
    this.#inFlight -= 1;
    switch (outcome.kind) {
      case "throttled":
        this.#pace.throttled(outcome.afterMs, nowMs);
        this.#heard(isProbe, nowMs);
        break;
      case "accepted":
      case "refused":
        this.#heard(isProbe, nowMs);
        break;
      case "retry":
        this.#heardAtMs = nowMs;
        this.#breaker.failed(isProbe, nowMs);
        break;
      case "unknown":
        this.#breaker.failed(isProbe, nowMs);
        break;
    }
  }

  #heard(isProbe: boolean, nowMs: number): void {
    this.#heardAtMs = nowMs;
    this.#breaker.answered(isProbe);
  }
}
