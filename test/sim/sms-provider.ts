import type { BudgetShare, SmsCost } from "../../src/delivery/budget-ports.ts";
import type { SmsGateway, SmsMessage, SmsOutcome } from "../../src/delivery/ports.ts";
import { segmentCount } from "../../src/delivery/sms-segments.ts";
import type { Machine, Settle } from "./machine.ts";
import type { ProviderOptions } from "./providers.ts";
import { Provider } from "./providers.ts";
import type { SmsContract } from "./sms-terms.ts";

/** One message on its way from a process to a provider. */
export interface SmsTrip {
  readonly contract: SmsContract;
  readonly message: SmsMessage;
  readonly share: BudgetShare;
  /** Null in a confirmation. */
  readonly code: string | null;
  readonly cost: SmsCost;
  /** True time at which the process let go of it. */
  readonly leftAtMs: number;
  /** Aborts when the process waits for the answer no longer. */
  readonly signal: AbortSignal;
}

/** What is seen of the messages of one process. */
export interface SmsWatch {
  left(trip: SmsTrip): void;
  /** The provider has it, and charges it. */
  taken(trip: SmsTrip): void;
  /** The answer reached the process, be it after it had given up. */
  answered(trip: SmsTrip, outcome: SmsOutcome): void;
}

const SECOND_MS = 1_000;
const SILENCE_MS = { min: 2_000, max: 40_000 } as const;
const THROTTLE_MS = { min: 100, max: 5_000 } as const;
const DELIVERY_MS = { min: 50, max: 4_000 } as const;
/** Above the contract: a provider's seconds are not those of its customers. */
const TOLERANCE = 1.05;

/**
 * An SMS provider that throttles what passes its contract, and more at times, loses its answer after it has accepted,
 * sends twice, lies, swallows everything for a while, goes down, and may never come back.
 */
export class SimulatedSmsProvider extends Provider {
  readonly contract: SmsContract;
  readonly #onDelivered: (message: SmsMessage) => void;
  /** What was taken within the last second, of whichever process. */
  #recent: { readonly atMs: number; readonly segments: number }[] = [];
  #isSilent = false;
  #lost: "down" | "silent" | null = null;

  /** `onDelivered`: the phone has it. */
  constructor(
    contract: SmsContract,
    options: ProviderOptions,
    onDelivered: (message: SmsMessage) => void,
  ) {
    super(options);
    this.contract = contract;
    this.#onDelivered = onDelivered;
  }

  /** Swallows everything for a while. */
  hang(): void {
    const { schedule, random } = this.options;
    this.#isSilent = true;
    schedule.after(random.magnitude(SILENCE_MS.min, SILENCE_MS.max), () => {
      this.#isSilent = false;
    });
  }

  lose({ isSilent }: { readonly isSilent: boolean }): void {
    this.#lost = isSilent ? "silent" : "down";
  }

  gatewayOf(machine: Machine, watch: SmsWatch): SmsGateway {
    const { name } = this.contract;
    return {
      name,
      send: (message, signal) => {
        const trip = this.#tripOf(message, signal);
        watch.left(trip);
        return machine.call<SmsOutcome>(`an SMS by the ${name} gateway`, ({ resolve, reject }) =>
          this.#take(trip, watch, {
            reject,
            resolve: (outcome) => {
              machine.deliver(() => watch.answered(trip, outcome));
              resolve(outcome);
            },
          }),
        );
      },
    };
  }

  #tripOf(message: SmsMessage, signal: AbortSignal): SmsTrip {
    const code = codeIn(message);
    const segments = segmentCount(message.text);
    return {
      contract: this.contract,
      message,
      share: code === null ? "others" : "codes",
      code,
      cost: { segments, micros: segments * this.contract.priceMicros },
      leftAtMs: this.options.schedule.nowMs,
      signal,
    };
  }

  #take(trip: SmsTrip, watch: SmsWatch, settle: Settle<SmsOutcome>): void {
    const { random, faults } = this.options;
    const rates = faults();
    if (this.#isSilent || this.#lost === "silent") return;
    if (this.isDown || this.#lost === "down") {
      return this.answer(settle, { kind: "retry", afterMs: 0, reason: "out of order" });
    }
    if (this.#isTooFast(trip) || random.chance(rates.smsThrottledRate)) {
      return this.answer(settle, this.#throttled());
    }
    watch.taken(trip);
    if (!random.chance(rates.smsLieRate)) this.#deliver(trip.message);
    if (random.chance(rates.smsTwiceRate)) this.#deliver(trip.message);
    if (random.chance(rates.smsLostAnswerRate)) return;
    this.answer(settle, this.accepted());
  }

  /** What is not too fast counts from now on. */
  #isTooFast({ cost }: SmsTrip): boolean {
    const { nowMs } = this.options.schedule;
    this.#recent = this.#recent.filter(({ atMs }) => atMs > nowMs - SECOND_MS);
    const sum = this.#recent.reduce((total, recent) => total + recent.segments, 0);
    if (sum >= this.contract.segmentsPerS * TOLERANCE) return true;
    this.#recent.push({ atMs: nowMs, segments: cost.segments });
    return false;
  }

  #throttled(): SmsOutcome {
    const { random } = this.options;
    const afterMs = random.chance(0.5) ? random.magnitude(THROTTLE_MS.min, THROTTLE_MS.max) : 0;
    return { kind: "throttled", afterMs, reason: "too many messages" };
  }

  #deliver(message: SmsMessage): void {
    const { schedule, random } = this.options;
    schedule.after(random.magnitude(DELIVERY_MS.min, DELIVERY_MS.max), () =>
      this.#onDelivered(message),
    );
  }
}

/** Null in a confirmation. */
export function codeIn({ text }: SmsMessage): string | null {
  return /#(\d{6})$/.exec(text)?.[1] ?? null;
}
