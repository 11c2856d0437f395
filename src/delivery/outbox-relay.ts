import type { Clock } from "../actor/clock.ts";
import { confirmationDelivery } from "./confirmation-delivery.ts";
import type { LaneLimits, LaneStats, RelayObserver } from "./lane-relay.ts";
import { LaneRelay } from "./lane-relay.ts";
import { mailDelivery } from "./mail-delivery.ts";
import { Pace } from "./pace.ts";
import type { Mailer, OutboxStore, TicketRenderer } from "./ports.ts";
import { Slots } from "./slots.ts";
import type { SmsDispatcher } from "./sms-dispatcher.ts";

export interface OutboxRelayLimits {
  readonly outboxClaimCountMax: number;
  readonly outboxLeaseMs: number;
  readonly outboxPollMs: number;
  readonly outboxTriesMax: number;
  readonly outboxRetryFirstMs: number;
  readonly outboxRetryMaxMs: number;
  readonly codeSendTimeoutMs: number;
  readonly mailSendTimeoutMs: number;
  readonly renderTimeoutMs: number;
}

export interface OutboxRelayOptions {
  readonly store: OutboxStore;
  /** Null when nothing is configured to send with: the lane's rows wait. */
  readonly sms: SmsWay | null;
  readonly mail: MailWay | null;
  /** False while no further mail is taken in hand; absent for always. */
  readonly mayMail?: () => boolean;
  readonly renderer: TicketRenderer;
  /** The origin of the links, as in `https://tickets.example`. */
  readonly publicUrl: string;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter of retries. */
  readonly random: () => number;
  readonly limits: OutboxRelayLimits;
  readonly observer: RelayObserver;
}

export interface SmsWay {
  readonly dispatcher: Pick<SmsDispatcher, "send" | "cutOff" | "expectedWaitMs">;
  /** Confirmations with the dispatcher at once, waiting for their turn or being sent. */
  readonly heldCountMax: number;
}

export interface MailWay {
  readonly mailer: Mailer;
  /** Mails being sent at once. */
  readonly inFlightMax: number;
  /** With those that are drawn meanwhile, so that no connection waits for a ticket or a claim. */
  readonly heldCountMax: number;
  /** What the provider takes; null for as fast as it answers. */
  readonly perSecond: number | null;
}

/** Well within a lease. */
const WORTH_CLAIMING_MS = 60_000;
/** Nobody feels it, and a hundred commits a second are looked for in twenty claims of each lane. */
const HINT_AFTER_MS = 50;

/**
 * Sends what the outbox owes, at least once, through lanes that know nothing of each other: a mailer that
 * stalls holds up no SMS. What no lane finishes is met again by whoever runs when its lease has ended.
 */
export class OutboxRelay {
  readonly #lanes: readonly LaneRelay[];
  readonly #dispatcher: SmsWay["dispatcher"] | null;
  readonly #clock: Clock;
  #cancelHint: (() => void) | null = null;

  constructor(options: OutboxRelayOptions) {
    this.#clock = options.clock;
    this.#dispatcher = options.sms?.dispatcher ?? null;
    this.#lanes = [confirmationLane(options), mailLane(options)].filter((lane) => lane !== null);
  }

  /** Of the lanes that have something to send with. */
  get stats(): readonly LaneStats[] {
    return this.#lanes.map((lane) => lane.stats);
  }

  start(): void {
    for (const lane of this.#lanes) lane.start();
  }

  /** A hint that a commit has written new rows, for all that come meanwhile; missing one costs at most a poll. */
  wake(): void {
    this.#cancelHint ??= this.#clock.after(HINT_AFTER_MS, () => {
      this.#cancelHint = null;
      for (const lane of this.#lanes) lane.wake();
    });
  }

  /** Claims nothing more and ends when what is under way is sent and written down; the signal cuts it off. */
  async drain(signal: AbortSignal): Promise<void> {
    this.#cancelHint?.();
    const cutOff = () => this.#dispatcher?.cutOff("confirmation");
    if (signal.aborted) cutOff();
    else signal.addEventListener("abort", cutOff, { once: true });
    await Promise.all(this.#lanes.map((lane) => lane.drain(signal)));
    signal.removeEventListener("abort", cutOff);
  }
}

function confirmationLane(options: OutboxRelayOptions): LaneRelay | null {
  const { sms, publicUrl, limits } = options;
  if (sms === null) return null;
  const { dispatcher, heldCountMax } = sms;
  return new LaneRelay({
    ...options,
    lane: "confirmation-sms",
    limits: laneLimits(limits, heldCountMax),
    mayClaim: () => dispatcher.expectedWaitMs("confirmation") < WORTH_CLAIMING_MS,
    deliver: confirmationDelivery({
      dispatcher,
      publicUrl,
      sendTimeoutMs: limits.codeSendTimeoutMs,
    }),
  });
}

function mailLane(options: OutboxRelayOptions): LaneRelay | null {
  const { mail, renderer, clock, publicUrl, limits } = options;
  if (mail === null) return null;
  const { mailer, inFlightMax, heldCountMax, perSecond } = mail;
  return new LaneRelay({
    ...options,
    lane: "mail",
    limits: laneLimits(limits, heldCountMax),
    mayClaim: options.mayMail ?? (() => true),
    deliver: mailDelivery({
      mailer,
      slots: new Slots(inFlightMax),
      pace: perSecond === null ? null : new Pace(perSecond, clock.nowMs()),
      renderer,
      clock,
      publicUrl,
      sendTimeoutMs: limits.mailSendTimeoutMs,
      renderTimeoutMs: limits.renderTimeoutMs,
      repeatAfterMs: limits.outboxRetryFirstMs,
    }),
  });
}

function laneLimits(limits: OutboxRelayLimits, concurrencyMax: number): LaneLimits {
  return {
    claimCountMax: limits.outboxClaimCountMax,
    concurrencyMax,
    leaseMs: limits.outboxLeaseMs,
    pollMs: limits.outboxPollMs,
    triesMax: limits.outboxTriesMax,
    backoff: { firstMs: limits.outboxRetryFirstMs, maxMs: limits.outboxRetryMaxMs },
  };
}
