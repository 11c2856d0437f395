/** How hard the service and its gateways work at the moment. */
export interface Pressure {
  /** Claims that wait for a commit. */
  readonly claimsWaiting: number;
  /** How late the event loop runs at its 90th percentile, ms. */
  readonly loopLagMs: number;
  /** How long a code offered now would wait for its turn (ms); Infinity where nobody can say. */
  readonly codeWaitMs: number;
  /** Codes the gateways take in a second. */
  readonly codesPerS: number;
  /** 1, or less where the service holds admission down. */
  readonly factor: number;
}

export interface PaceLimits {
  /** What it begins with. */
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

/**
 * Whoever is let in is work for half a minute to come: a code now, a seat and a ticket when the form is filled in. A pace
 * that rose by more than a hundredth in two seconds would be far past what the service can do before that showed.
 */
const UP_PER_S = 1.005;
/** Beyond that many times its limit, worse is no different. */
const STRAIN_MAX = 20;

/**
 * How many people a second are let in. It rises while the service has time to spare and falls while it has none, the
 * faster the further it is from its limits, and rests where one of them is just met: whoever was let in is served at once.
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
    const room = 1 - this.#strain(pressure);
    const perS = this.#perS * UP_PER_S ** (room * elapsedS);
    this.#perS = Math.min(admitPerSMax, Math.max(admitPerSMin, perS));
    this.#due = Math.min(this.#due, 1) + this.#perS * pressure.factor * elapsedS;
    const countMax = Math.floor(this.#due);
    this.#due -= countMax;
    return { countMax, unverifiedCountMax: this.#codesLeft(pressure, unaskedCount) };
  }

  /** 1 where the service does all it can do in time, 0 where it does nothing. */
  #strain({ claimsWaiting, loopLagMs }: Pressure): number {
    const { admitClaimsWaitingMax, admitLoopLagMsMax } = this.#limits;
    const strain = Math.max(claimsWaiting / admitClaimsWaitingMax, loopLagMs / admitLoopLagMsMax);
    return Math.min(STRAIN_MAX, strain);
  }

  /** Were all of them to ask now, the last one's code would leave within the longest wait. */
  #codesLeft({ codeWaitMs, codesPerS }: Pressure, unaskedCount: number): number {
    const leftMs = this.#limits.admitCodeWaitMsMax - codeWaitMs;
    return Math.max(0, Math.floor((leftMs / 1_000) * codesPerS) - unaskedCount);
  }
}
