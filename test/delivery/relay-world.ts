import type { OutboxRelayLimits } from "../../src/delivery/outbox-relay.ts";
import { OutboxRelay } from "../../src/delivery/outbox-relay.ts";
import type {
  Mail,
  OutboxItem,
  OutboxLane,
  OutboxResult,
  OutboxStore,
  RenderOutcome,
  SmsMessage,
} from "../../src/delivery/ports.ts";
import type { SmsSpending } from "../../src/delivery/sms-dispatcher.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { MemoryOutboxStore } from "../support/memory-outbox-store.ts";
import { accept, makeDispatcher, makeRow, Scripted, UNLIMITED_SPENDING } from "./make.ts";

export const relayLimits: OutboxRelayLimits = {
  outboxClaimCountMax: 50,
  outboxLeaseMs: 120_000,
  outboxPollMs: 1_000,
  outboxTriesMax: 5,
  outboxRetryFirstMs: 2_000,
  outboxRetryMaxMs: 10_000,
  codeSendTimeoutMs: 10_000,
  mailSendTimeoutMs: 60_000,
  renderTimeoutMs: 10_000,
};

/** Confirmations, and mails, under way at once. */
export const SMS_COUNT_MAX = 8;
export const MAIL_COUNT_MAX = 4;

/** A store that outlives relays, a scripted provider for each lane, and time that stands still. */
export class RelayWorld {
  readonly clock = new ManualClock();
  readonly store = new MemoryOutboxStore(this.clock);
  readonly gateway = new Scripted<SmsMessage>(accept);
  readonly mailer = new Scripted<Mail>(accept);
  readonly settled: [OutboxLane, OutboxResult["kind"]][] = [];
  readonly faults: string[] = [];
  spending: SmsSpending = UNLIMITED_SPENDING;
  /** No more than are sent at once, unless a test says so. */
  mailHeldCountMax = MAIL_COUNT_MAX;
  render: () => RenderOutcome | Promise<RenderOutcome> = () => ({
    kind: "rendered",
    pdf: new Uint8Array([37, 80, 68, 70]),
  });

  addRows(count: number): void {
    for (let id = 1; id <= count; id += 1) this.store.add(makeRow(id));
  }

  /** One process's relay; what it was doing when it is dropped is what a crash leaves behind. */
  makeRelay(
    changes: Partial<OutboxRelayLimits> = {},
    store: OutboxStore = this.store,
  ): OutboxRelay {
    const { spending } = this;
    const dispatcher = makeDispatcher(this.clock, this.gateway, {}, { spending });
    return new OutboxRelay({
      store,
      sms: { dispatcher, heldCountMax: SMS_COUNT_MAX },
      mail: {
        mailer: this.mailer,
        inFlightMax: MAIL_COUNT_MAX,
        heldCountMax: this.mailHeldCountMax,
        perSecond: null,
      },
      renderer: { render: async () => await this.render() },
      publicUrl: "https://tickets.example",
      clock: this.clock,
      random: () => 1,
      limits: { ...relayLimits, ...changes },
      observer: {
        settled: (lane, kind) => this.settled.push([lane, kind]),
        deliveryFailed: (lane) => this.faults.push(`${lane} delivery`),
        storeFailed: (lane) => this.faults.push(`${lane} store`),
      },
    });
  }

  /** A store whose `settle` never arrives: the process dies between sending and writing it down. */
  crashingStore(): OutboxStore {
    return {
      claim: (lane, want) => this.store.claim(lane, want),
      setPaused: (lane, isPaused) => this.store.setPaused(lane, isPaused),
      settle: (): Promise<void> => new Promise(() => {}),
    };
  }

  idsSentBySms(): number[] {
    return this.gateway.sent.map(({ to }) => Number(to.slice(-7)) - 2_000_000);
  }

  /** The file names of each mail. */
  attachmentsSent(): string[][] {
    return this.mailer.sent.map(({ attachments }) => attachments.map(({ filename }) => filename));
  }

  /** Claims in another process's name. */
  async claimElsewhere(lane: OutboxLane, countMax: number): Promise<readonly OutboxItem[]> {
    return await this.store.claim(lane, { countMax, leaseMs: relayLimits.outboxLeaseMs });
  }
}
