import { ok as assert } from "node:assert";
import type { Clock } from "../actor/clock.ts";
import { Mailbox } from "../actor/mailbox.ts";
import type { Phone } from "../attendee/phone.ts";
import { attempt } from "./attempt.ts";
import type { SendOutcome, SmsGateway } from "./ports.ts";
import { retryDelayMs } from "./retry.ts";

/** How a message ended: `refused` never went out, `unknown` may have. */
export type FinalOutcome = Exclude<SendOutcome, { readonly kind: "retry" }>;

/** A message that is worthless if late, and lives in memory only. */
export interface UrgentSms {
  readonly phone: Phone;
  readonly text: string;
  /** Called exactly once, never from within `offer`; must not throw. */
  readonly onOutcome: (outcome: FinalOutcome) => void;
}

export interface SmsSenderLimits {
  /** Messages held in all: waiting, being sent, and backing off. */
  readonly codeQueueCountMax: number;
  readonly codeSendConcurrencyMax: number;
  readonly codeSendTimeoutMs: number;
  /** No try begins later than this after the offer. */
  readonly codeSendWithinMs: number;
  readonly codeSendTriesMax: number;
  readonly codeRetryFirstMs: number;
  readonly codeRetryMaxMs: number;
}

export interface SmsSenderOptions {
  /** Null when nothing is configured to send with. */
  readonly gateway: SmsGateway | null;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter of retries. */
  readonly random: () => number;
  readonly limits: SmsSenderLimits;
}

export interface SmsSenderStats {
  readonly queued: number;
  readonly inFlight: number;
  readonly backingOff: number;
}

interface Held {
  readonly message: UrgentSms;
  readonly endsAtMs: number;
  tries: number;
  /** Tries that may have gone out, after which no refusal can say that nothing did. */
  unknownTries: number;
}

/** The same code twice harms nobody, a third time is a nuisance. */
const UNKNOWN_TRIES_MAX = 2;
const CUT_OFF: SendOutcome = { kind: "refused", reason: "cut off by a stop" };
const TOO_LATE: SendOutcome = { kind: "refused", reason: "too late to send" };

/** The bounded way from the OTP shards to the gateway: a code goes out soon or its shard is told. */
export class SmsSender {
  readonly #options: SmsSenderOptions;
  readonly #queue: Mailbox<Held>;
  readonly #backingOff = new Map<Held, () => void>();
  readonly #stop = new AbortController();
  readonly #idle = Promise.withResolvers<void>();
  #inFlight = 0;
  #isDraining = false;

  constructor(options: SmsSenderOptions) {
    this.#options = options;
    this.#queue = new Mailbox(options.limits.codeQueueCountMax);
  }

  get stats(): SmsSenderStats {
    return {
      queued: this.#queue.count,
      inFlight: this.#inFlight,
      backingOff: this.#backingOff.size,
    };
  }

  /** False at once when as many messages are held as may be, nothing can send, or a drain has begun. */
  offer(message: UrgentSms): boolean {
    const { gateway, clock, limits } = this.#options;
    if (gateway === null || this.#isDraining) return false;
    if (this.#heldCount() >= limits.codeQueueCountMax) return false;
    const endsAtMs = clock.nowMs() + limits.codeSendWithinMs;
    this.#enqueue({ message, endsAtMs, tries: 0, unknownTries: 0 });
    return true;
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

  #heldCount(): number {
    return this.#queue.count + this.#inFlight + this.#backingOff.size;
  }

  #enqueue(held: Held): void {
    const isQueued = this.#queue.offer(held);
    assert(isQueued, "the queue has room for everything that is held");
    this.#sendNext();
  }

  #sendNext(): void {
    while (this.#inFlight < this.#options.limits.codeSendConcurrencyMax) {
      const held = this.#queue.take();
      if (held === undefined) return;
      this.#inFlight += 1;
      // Rejects only when onOutcome throws, which is a bug to be seen.
      void this.#send(held);
    }
  }

  async #send(held: Held): Promise<void> {
    const outcome = await this.#try(held);
    this.#inFlight -= 1;
    const delayMs = this.#delayToNextTryMs(held, outcome);
    if (delayMs === null) this.#finish(held, outcome);
    else this.#backOff(held, delayMs);
    this.#sendNext();
  }

  async #try(held: Held): Promise<SendOutcome> {
    const { gateway, clock, limits } = this.#options;
    assert(gateway !== null, "nothing is taken without a gateway");
    if (this.#stop.signal.aborted) return CUT_OFF;
    if (clock.nowMs() >= held.endsAtMs) return TOO_LATE;
    held.tries += 1;
    const outcome = await attempt<SendOutcome>(
      (signal) => gateway.send({ to: held.message.phone, text: held.message.text }, signal),
      { clock, timeoutMs: limits.codeSendTimeoutMs, signal: this.#stop.signal },
      (reason) => ({ kind: "unknown", reason }),
    );
    if (outcome.kind === "unknown") held.unknownTries += 1;
    return outcome;
  }

  /** Null when the outcome is the last. */
  #delayToNextTryMs(held: Held, outcome: SendOutcome): number | null {
    const { clock, limits, random } = this.#options;
    if (outcome.kind === "accepted" || outcome.kind === "refused") return null;
    if (outcome.kind === "unknown" && held.unknownTries >= UNKNOWN_TRIES_MAX) return null;
    if (held.tries >= limits.codeSendTriesMax || this.#stop.signal.aborted) return null;
    const backoff = { firstMs: limits.codeRetryFirstMs, maxMs: limits.codeRetryMaxMs };
    const afterMs = outcome.kind === "retry" ? outcome.afterMs : 0;
    const delayMs = retryDelayMs(backoff, { tries: held.tries, afterMs }, random);
    return clock.nowMs() + delayMs < held.endsAtMs ? delayMs : null;
  }

  #backOff(held: Held, delayMs: number): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#backingOff.delete(held);
      this.#enqueue(held);
    });
    this.#backingOff.set(held, cancel);
  }

  #finish(held: Held, outcome: SendOutcome): void {
    held.message.onOutcome(finalOutcome(outcome, held.unknownTries > 0));
    this.#noteIdle();
  }

  #cutOff(): void {
    this.#stop.abort();
    for (const [held, cancel] of this.#backingOff) {
      cancel();
      this.#backingOff.delete(held);
      this.#finish(held, CUT_OFF);
    }
  }

  #noteIdle(): void {
    if (this.#isDraining && this.#heldCount() === 0) this.#idle.resolve();
  }
}

function finalOutcome(outcome: SendOutcome, mayBeOut: boolean): FinalOutcome {
  if (outcome.kind === "accepted") return outcome;
  return { kind: mayBeOut ? "unknown" : "refused", reason: outcome.reason };
}
