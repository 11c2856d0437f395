import type { Clock } from "../actor/clock.ts";
import type { Phone } from "../attendee/phone.ts";
import type { SendOutcome } from "./ports.ts";
import { retryDelayMs } from "./retry.ts";
import type { DispatchOutcome, SmsDispatcher } from "./sms-dispatcher.ts";

/** How a message ended: `refused` never went out, `unknown` may have. */
export type FinalOutcome = Exclude<SendOutcome, { readonly kind: "retry" }>;

/** A message that is worthless if late, and lives in memory only. */
export interface UrgentSms {
  readonly phone: Phone;
  readonly text: string;
  /** No try begins at or after this instant (ms since the epoch). */
  readonly untilMs: number;
  /** Called exactly once, never from within `offer`; must not throw. */
  readonly onOutcome: (outcome: FinalOutcome) => void;
}

export type OfferAnswer =
  /** It leaves after the wait, as far as can be told. */
  | { readonly kind: "taken"; readonly waitMs: number }
  | { readonly kind: "refused"; readonly retryAfterMs: number };

export interface SmsSenderLimits {
  /** Messages held in all: waiting for their turn, being sent, and backing off. */
  readonly codeQueueCountMax: number;
  /** A message that would wait longer is not taken. */
  readonly codeWaitMsMax: number;
  /** After which whoever is refused may come again, where nobody knows better. */
  readonly codeComeBackMs: number;
  readonly codeSendTriesMax: number;
  readonly codeRetryFirstMs: number;
  readonly codeRetryMaxMs: number;
}

export interface SmsSenderOptions {
  readonly dispatcher: Pick<SmsDispatcher, "send" | "expectedWaitMs" | "cutOff">;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter of retries. */
  readonly random: () => number;
  readonly limits: SmsSenderLimits;
}

export interface SmsSenderStats {
  /** With the dispatcher: waiting for their turn or being sent. */
  readonly dispatched: number;
  readonly backingOff: number;
}

interface Held {
  readonly message: UrgentSms;
  tries: number;
  /** Tries that may have gone out, after which no refusal can say that nothing did. */
  unknownTries: number;
}

/** The same code twice harms nobody, a third time is a nuisance. */
const UNKNOWN_TRIES_MAX = 2;
const CUT_OFF: FinalOutcome = { kind: "refused", reason: "cut off by a stop" };
const TOO_LATE: FinalOutcome = { kind: "refused", reason: "too late to send" };

/** The bounded way from the OTP shards to the gateways: a code goes out soon or its shard is told. */
export class SmsSender {
  readonly #options: SmsSenderOptions;
  readonly #backingOff = new Map<Held, () => void>();
  readonly #idle = Promise.withResolvers<void>();
  #dispatchedCount = 0;
  #isDraining = false;
  #isCutOff = false;

  constructor(options: SmsSenderOptions) {
    this.#options = options;
  }

  get stats(): SmsSenderStats {
    return { dispatched: this.#dispatchedCount, backingOff: this.#backingOff.size };
  }

  /** Refused at once where it would wait too long, as many are held as may be, or a drain has begun. */
  offer(message: UrgentSms): OfferAnswer {
    const { dispatcher, limits } = this.#options;
    const heldCount = this.#dispatchedCount + this.#backingOff.size;
    if (this.#isDraining || heldCount >= limits.codeQueueCountMax) return this.#comeBackAfter(0);
    const waitMs = dispatcher.expectedWaitMs("code");
    if (waitMs > limits.codeWaitMsMax) return this.#comeBackAfter(waitMs);
    this.#dispatch({ message, tries: 0, unknownTries: 0 });
    return { kind: "taken", waitMs };
  }

  /** Takes nothing more and ends when every message has its outcome; the signal cuts off what is left. */
  async drain(signal: AbortSignal): Promise<void> {
    this.#isDraining = true;
    const cutOff = () => this.#cutOff();
    if (signal.aborted) cutOff();
    else signal.addEventListener("abort", cutOff, { once: true });
    this.#noteIdle();
    await this.#idle.promise;
    signal.removeEventListener("abort", cutOff);
  }

  /** When half of what may wait has been sent. */
  #comeBackAfter(waitMs: number): OfferAnswer {
    const { codeComeBackMs, codeWaitMsMax } = this.#options.limits;
    const retryAfterMs = Number.isFinite(waitMs)
      ? Math.max(codeComeBackMs, waitMs - codeWaitMsMax / 2)
      : codeComeBackMs;
    return { kind: "refused", retryAfterMs };
  }

  #dispatch(held: Held): void {
    const { phone, text, untilMs } = held.message;
    this.#dispatchedCount += 1;
    held.tries += 1;
    // Rejects only when onOutcome throws, which is a bug to be seen.
    void this.#options.dispatcher
      .send({ to: phone, text, lane: "code", untilMs })
      .then((outcome) => this.#tried(held, outcome));
  }

  #tried(held: Held, outcome: DispatchOutcome): void {
    this.#dispatchedCount -= 1;
    if (outcome.kind === "unknown") held.unknownTries += 1;
    const delayMs = this.#delayToNextTryMs(held, outcome);
    if (delayMs === null) this.#finish(held, outcome);
    else this.#backOff(held, delayMs);
  }

  /** Null when the outcome is the last. */
  #delayToNextTryMs(held: Held, outcome: DispatchOutcome): number | null {
    const { clock, limits, random } = this.#options;
    if (outcome.kind !== "retry" && outcome.kind !== "unknown") return null;
    if (outcome.kind === "unknown" && held.unknownTries >= UNKNOWN_TRIES_MAX) return null;
    if (held.tries >= limits.codeSendTriesMax || this.#isCutOff) return null;
    const backoff = { firstMs: limits.codeRetryFirstMs, maxMs: limits.codeRetryMaxMs };
    const afterMs = outcome.kind === "retry" ? outcome.afterMs : 0;
    const delayMs = retryDelayMs(backoff, { tries: held.tries, afterMs }, random);
    return clock.nowMs() + delayMs < held.message.untilMs ? delayMs : null;
  }

  #backOff(held: Held, delayMs: number): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#backingOff.delete(held);
      this.#dispatch(held);
    });
    this.#backingOff.set(held, cancel);
  }

  #finish(held: Held, outcome: DispatchOutcome): void {
    const last = outcome.kind === "late" ? (this.#isCutOff ? CUT_OFF : TOO_LATE) : outcome;
    held.message.onOutcome(finalOutcome(last, held.unknownTries > 0));
    this.#noteIdle();
  }

  #cutOff(): void {
    this.#isCutOff = true;
    for (const [held, cancel] of this.#backingOff) {
      cancel();
      this.#backingOff.delete(held);
      this.#finish(held, CUT_OFF);
    }
    this.#options.dispatcher.cutOff("code");
  }

  #noteIdle(): void {
    if (this.#isDraining && this.#dispatchedCount + this.#backingOff.size === 0) {
      this.#idle.resolve();
    }
  }
}

function finalOutcome(outcome: SendOutcome, mayBeOut: boolean): FinalOutcome {
  if (outcome.kind === "accepted") return outcome;
  return { kind: mayBeOut ? "unknown" : "refused", reason: outcome.reason };
}
