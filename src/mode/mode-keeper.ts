import type { Clock } from "../actor/clock.ts";
import { repeat } from "../actor/clock.ts";
import type { Cause } from "./cause.ts";
import { tellCause } from "./cause.ts";
import type { LadderState } from "./ladder.ts";
import { climb, initialLadder } from "./ladder.ts";
import { admissionFactor, isInForce, pollEveryS } from "./measures.ts";
import type { ModeStore } from "./ports.ts";
import type { Readings } from "./readings.ts";
import { NOTHING_READ } from "./readings.ts";

export interface ModeKeeperOptions {
  readonly clock: Clock;
  readonly store: ModeStore;
  /** What is measured at the moment; must not throw. */
  readonly read: () => Readings;
  readonly observer: ModeObserver;
}

/** None of it may throw. */
export interface ModeObserver {
  readonly onStep: (step: ModeStep) => void;
  readonly onStoreFailed: (error: unknown) => void;
}

/** By one level, or by more where an operator's hold begins. */
export interface ModeStep {
  readonly from: number;
  readonly to: number;
  readonly cause: Cause;
}

const SAMPLE_EVERY_MS = 1_000;

/**
 * Keeps the ladder of this process: samples, climbs, and says which measures are in force. An operator's hold is followed
 * within two seconds. While the database is away the ladder moves on, held where it was last held, and nobody is told.
 */
export class ModeKeeper {
  readonly #options: ModeKeeperOptions;
  #state: LadderState;
  #readings: Readings = NOTHING_READ;
  #heldLevel: number | null = null;
  #isTelling = false;
  #cancel: () => void = () => {};

  constructor(options: ModeKeeperOptions) {
    this.#options = options;
    this.#state = initialLadder(options.clock.nowMs());
  }

  /** Asks for a hold at once, so that one that was there before the start counts from the first sample. */
  start(): void {
    void this.#tell();
    this.#cancel = repeat(this.#options.clock, SAMPLE_EVERY_MS, () => this.#sample());
  }

  stop(): void {
    this.#cancel();
  }

  get level(): number {
    return this.#state.level;
  }

  /** Of the last sample. */
  get readings(): Readings {
    return this.#readings;
  }

  get pollEveryS(): number {
    return pollEveryS(this.level);
  }

  get isProofRaised(): boolean {
    return isInForce("proofs-raised", this.level);
  }

  get areMailsPaused(): boolean {
    return isInForce("mails-paused", this.level);
  }

  get areMailPdfsPaused(): boolean {
    return isInForce("mail-pdfs-paused", this.level);
  }

  get areVerificationsPaused(): boolean {
    return isInForce("verifications-paused", this.level);
  }

  get admissionFactor(): number {
    return admissionFactor(this.level);
  }

  #sample(): void {
    const { clock, read, observer } = this.#options;
    this.#readings = read();
    const from = this.#state.level;
    const sample = { readings: this.#readings, heldLevel: this.#heldLevel };
    this.#state = climb(this.#state, sample, clock.nowMs());
    const { level: to, cause } = this.#state;
    if (to !== from) observer.onStep({ from, to, cause });
    void this.#tell();
  }

  /** One call at a time, however slow the database is. Never rejects. */
  async #tell(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    const { store, observer } = this.#options;
    const { level, cause, sinceMs } = this.#state;
    try {
      this.#heldLevel = await store.tell({ level, cause: tellCause(cause), sinceMs });
    } catch (error) {
      observer.onStoreFailed(error);
    }
    this.#isTelling = false;
  }
}
