import type { Clock } from "../actor/clock.ts";
import { confirmationDelivery } from "./confirmation-delivery.ts";
import type { LaneLimits, LaneStats, RelayObserver } from "./lane-relay.ts";
import { LaneRelay } from "./lane-relay.ts";
import { mailDelivery } from "./mail-delivery.ts";
import type { Mailer, OutboxStore, SmsGateway, TicketRenderer } from "./ports.ts";

export interface OutboxRelayLimits {
  readonly outboxClaimCountMax: number;
  readonly outboxLeaseMs: number;
  readonly outboxPollMs: number;
  readonly outboxTriesMax: number;
  readonly outboxRetryFirstMs: number;
  readonly outboxRetryMaxMs: number;
  readonly smsSendConcurrencyMax: number;
  readonly mailSendConcurrencyMax: number;
  readonly codeSendTimeoutMs: number;
  readonly mailSendTimeoutMs: number;
  readonly renderTimeoutMs: number;
}

export interface OutboxRelayOptions {
  readonly store: OutboxStore;
  /** Null when nothing is configured to send with: the lane's rows wait. */
  readonly gateway: SmsGateway | null;
  readonly mailer: Mailer | null;
  readonly renderer: TicketRenderer;
  /** The origin of the links, as in `https://tickets.example`. */
  readonly publicUrl: string;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter of retries. */
  readonly random: () => number;
  readonly limits: OutboxRelayLimits;
  readonly observer: RelayObserver;
}

/**
 * Sends what the outbox owes, at least once, through lanes that know nothing of each other: a mailer that
 * stalls holds up no SMS. What no lane finishes is met again by whoever runs when its lease has ended.
 */
export class OutboxRelay {
  readonly #lanes: readonly LaneRelay[];

  constructor(options: OutboxRelayOptions) {
    this.#lanes = [confirmationLane(options), mailLane(options)].filter((lane) => lane !== null);
  }

  /** Of the lanes that have something to send with. */
  get stats(): readonly LaneStats[] {
    return this.#lanes.map((lane) => lane.stats);
  }

  start(): void {
    for (const lane of this.#lanes) lane.start();
  }

  /** A hint that a commit has written new rows; missing one costs at most a poll. */
  wake(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  /** Claims nothing more and ends when what is under way is sent and written down; the signal cuts it off. */
  async drain(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.drain(signal)));
  }
}

function confirmationLane(options: OutboxRelayOptions): LaneRelay | null {
  const { gateway, clock, publicUrl, limits } = options;
  if (gateway === null) return null;
  return new LaneRelay({
    ...options,
    lane: "confirmation-sms",
    limits: laneLimits(limits, limits.smsSendConcurrencyMax),
    deliver: confirmationDelivery({
      gateway,
      clock,
      publicUrl,
      sendTimeoutMs: limits.codeSendTimeoutMs,
    }),
  });
}

function mailLane(options: OutboxRelayOptions): LaneRelay | null {
  const { mailer, renderer, clock, publicUrl, limits } = options;
  if (mailer === null) return null;
  return new LaneRelay({
    ...options,
    lane: "mail",
    limits: laneLimits(limits, limits.mailSendConcurrencyMax),
    deliver: mailDelivery({
      mailer,
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
