import type { SmsTrip } from "./sms-provider.ts";
import type { SmsContract } from "./sms-terms.ts";

export interface PaceTruthOptions {
  readonly contract: SmsContract;
  /** By the clock of the process. */
  readonly nowMs: () => number;
  readonly fail: (invariant: number, what: string) => void;
}

const SECOND_MS = 1_000;

/** Invariant 8 of one process at one gateway: what the contract allows in a second, and at once. */
export class PaceTruth {
  readonly #options: PaceTruthOptions;
  /** What went within the last second. */
  #recent: { readonly atMs: number; readonly segments: number }[] = [];
  readonly #underWay = new Set<SmsTrip>();

  constructor(options: PaceTruthOptions) {
    this.#options = options;
  }

  /** A message goes whole: only its first segment needs room. */
  left(trip: SmsTrip): void {
    const { contract, nowMs, fail } = this.#options;
    const { segmentsPerS, inFlightMax, name } = contract;
    const atMs = nowMs();
    this.#recent = this.#recent.filter((recent) => recent.atMs > atMs - SECOND_MS);
    const sum = this.#recent.reduce((total, { segments }) => total + segments, 0);
    if (sum + 1 > segmentsPerS) fail(8, `the ${name} gateway takes ${segmentsPerS} segments/s`);
    this.#recent.push({ atMs, segments: trip.cost.segments });
    this.#underWay.add(trip);
    trip.signal.addEventListener("abort", () => this.over(trip));
    if (this.#underWay.size > inFlightMax) {
      fail(8, `the ${name} gateway has ${this.#underWay.size} messages of ${inFlightMax} at once`);
    }
  }

  /** Answered, or given up. */
  over(trip: SmsTrip): void {
    this.#underWay.delete(trip);
  }
}
