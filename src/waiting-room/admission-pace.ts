/** How hard the service and its gateways work at the moment. */
export interface Pressure {
  /** Claims that wait for a commit. */
  readonly claimsWaiting: number;
  /** p99 of how late the event loop runs, ms. */
  readonly loopLagMs: number;
  /** How long a code offered now would wait for its turn (ms); Infinity where nobody can say. */
  readonly codeWaitMs: number;
  /** Codes the gateways take in a second. */
  readonly codesPerS: number;
  /** 1, or less where the service holds admission down. */
  readonly factor: number;
}

export interface PaceLimits {
  readonly admitPerSMin: number;
  readonly admitPerSMax: number;
  /** As many as a commit or two take. */
  readonly admitClaimsWaitingMax: number;
  readonly admitLoopLagMsMax: number;
  readonly admitCodeWaitMsMax: number;
}

/** How many may be let in now. */
export interface Allowance {
  readonly countMax: number;
  /** Of those, how many who still need a code. */
  readonly unverifiedCountMax: number;
}

/** What a step is multiplied by: down at once when the service falls behind, up slowly while it keeps up. */
const DOWN = 0.7;
const UP_PER_S = 1.2;

/**
 * Additive increase would take minutes to find out what the service can do, so it rises by a share:
 * a fifth each second while nothing waits, and falls by a third in the step in which something does.
 */
export class AdmissionPace {
  readonly #limits: PaceLimits;
  #perS: number;
  /** Parts of a person that earlier steps were due. */
  #due = 0;

  constructor(limits: PaceLimits) {
    this.#limits = limits;
    this.#perS = limits.admitPerSMin;
  }

  get perS(): number {
    return this.#perS;
  }

  /** `unaskedCount`: people let in without a code, who may ask for one at any moment. */
  step(elapsedMs: number, pressure: Pressure, unaskedCount: number): Allowance {
    const { admitPerSMin, admitPerSMax } = this.#limits;
    const elapsedS = elapsedMs / 1_000;
    const factor = this.#isStrained(pressure) ? DOWN : UP_PER_S ** elapsedS;
    this.#perS = Math.min(admitPerSMax, Math.max(admitPerSMin, this.#perS * factor));
    this.#due = Math.min(this.#due, 1) + this.#perS * pressure.factor * elapsedS;
    const countMax = Math.floor(this.#due);
    this.#due -= countMax;
    return { countMax, unverifiedCountMax: this.#codesLeft(pressure, unaskedCount) };
  }

  #isStrained({ claimsWaiting, loopLagMs }: Pressure): boolean {
    const { admitClaimsWaitingMax, admitLoopLagMsMax } = this.#limits;
    return claimsWaiting > admitClaimsWaitingMax || loopLagMs > admitLoopLagMsMax;
  }

  /** Were all of them to ask now, the last one's code would leave within the longest wait. */
  #codesLeft({ codeWaitMs, codesPerS }: Pressure, unaskedCount: number): number {
    const leftMs = this.#limits.admitCodeWaitMsMax - codeWaitMs;
    return Math.max(0, Math.floor((leftMs / 1_000) * codesPerS) - unaskedCount);
  }
}
