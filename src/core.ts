import type { ActorOptions } from "./actor/actor.ts";
import type { Clock } from "./actor/clock.ts";
import { repeat } from "./actor/clock.ts";
import { Deadlines } from "./actor/deadlines.ts";
import { Ticker } from "./actor/ticker.ts";
import type { PhonePolicy } from "./attendee/phone.ts";
import { PhoneReader } from "./attendee/phone-reader.ts";
import type { SmsBudgetLimits } from "./delivery/budget-limits.ts";
import type { BudgetStore } from "./delivery/budget-ports.ts";
import type { SmsRoute } from "./delivery/gateway-route.ts";
import type { MailWay } from "./delivery/outbox-relay.ts";
import { OutboxRelay } from "./delivery/outbox-relay.ts";
import type { LaneSwitches, OutboxStore, TicketRenderer } from "./delivery/ports.ts";
import { SmsBudget } from "./delivery/sms-budget.ts";
import { SmsDispatcher } from "./delivery/sms-dispatcher.ts";
import { SmsSender } from "./delivery/sms-sender.ts";
import type { Events } from "./events.ts";
import type { Limits } from "./limits.ts";
import type { OtpPolicy } from "./otp/otp.ts";
import type { OtpKeys } from "./otp/otp-keys.ts";
import { OtpShards } from "./otp/otp-shards.ts";
import { RangeConversion } from "./otp/range-conversion.ts";
import { ProofDesk } from "./proof/proof-desk.ts";
import type { RegistrationStore } from "./quota/ports.ts";
import { Seats } from "./quota/seats.ts";
import type { Registration, RequestProof, TicketChanges } from "./registration/commands.ts";
import { confirm } from "./registration/confirm.ts";
import { correctAddress } from "./registration/correct-address.ts";
import type {
  Randomness,
  RegistrationDependencies,
  TicketChangeDependencies,
} from "./registration/dependencies.ts";
import { EventCatalogue } from "./registration/event-catalogue.ts";
import type { TicketChangeStore } from "./registration/ports.ts";
import { requestCode } from "./registration/request-code.ts";
import { requestProof } from "./registration/request-proof.ts";
import { resendMail } from "./registration/resend-mail.ts";
import { verify } from "./registration/verify.ts";
import type { EventStore } from "./sale/ports.ts";
import { SourceLimits } from "./source-limit/source-limits.ts";

/** The outside world as the core needs it: the adapters of a real process, or the simulator's. */
export interface CorePorts {
  readonly clock: Clock;
  readonly registrations: RegistrationStore;
  readonly ticketChanges: TicketChangeStore;
  readonly events: EventStore;
  readonly outbox: OutboxStore;
  /** In the order of preference; empty when nothing is configured to send with. */
  readonly smsRoutes: readonly SmsRoute[];
  readonly smsBudget: BudgetStore;
  /** What operators switch off and on. */
  readonly lanes: LaneSwitches;
  /** Null when nothing is configured to send with. */
  readonly mail: MailWay | null;
  readonly renderer: TicketRenderer;
  readonly random: Randomness & {
    /** Uniform in [0, 1): the jitter of retries. */
    readonly jitter: () => number;
  };
  readonly observer: CoreObserver;
}

export interface CoreSettings {
  /** Number of this life of the process. */
  readonly boot: number;
  readonly otpKeys: OtpKeys;
  readonly otpPolicy: OtpPolicy;
  /** The whole SMS that carries a code. */
  readonly codeText: (code: string, locale: string) => string;
  readonly phonePolicy: PhonePolicy;
  readonly publicUrl: string;
  readonly smsBudget: SmsBudgetLimits;
  readonly limits: Limits;
}

/** What an operator wants to count or read of the core. */
export type CoreObserver = Pick<
  Events,
  | "batchCommitted"
  | "budgetReached"
  | "codeRequested"
  | "commitTroubled"
  | "databaseFailed"
  | "phoneVerified"
  | "rangeShut"
  | "registrationAnswered"
  | "routeChanged"
  | "sendFailed"
  | "sendTried"
  | "turnFailed"
  | "watch"
>;

export interface Core extends AsyncDisposable {
  readonly catalogue: EventCatalogue;
  readonly registration: Registration;
  readonly requestProof: RequestProof;
  readonly ticketChanges: TicketChanges;
}

/**
 * Everything that decides, wired up on its ports: what a real process runs and what the simulator runs.
 * Throws when the database is away. Disposing of it drains in the order of the data: turns, commits, codes, outbox.
 */
export async function openCore(ports: CorePorts, settings: CoreSettings): Promise<Core> {
  await using opening = new AsyncDisposableStack();
  const { clock, observer } = ports;
  const { limits } = settings;
  const { relay, sender, dispatcher, budget } = openDelivery(ports, settings, opening);
  const actor: ActorOptions = {
    clock,
    ticker: new Ticker(clock),
    mailboxCountMax: limits.shardMailboxCountMax,
    turnsPerTickMax: limits.shardTurnsPerTickMax,
    askTimeoutMs: limits.askTimeoutMs,
    onFailedTurn: (error) => observer.turnFailed(error),
  };
  const shards = new OtpShards({
    policy: settings.otpPolicy,
    shardCount: limits.shardCount,
    entriesPerShardMax: limits.otpEntriesPerShardMax,
    shardSeed: settings.otpKeys.shardSeed,
    actor,
  });
  const seats = openSeats(ports, { actor, limits, onCommitted: () => relay.wake() });
  const catalogue = new EventCatalogue({
    store: ports.events,
    seats,
    clock,
    pollMs: limits.eventPollMs,
    onError: (error) => observer.databaseFailed(error),
  });
  await catalogue.start();
  opening.defer(() => catalogue.stop());
  const sweepShardEveryMs = limits.otpSweepEveryMs / limits.shardCount;
  opening.defer(repeat(clock, sweepShardEveryMs, () => shards.sweepNext(clock.nowMs())));
  // A commit that the database never answers must not hold up the stop for ever: its claims were told 503.
  opening.defer(() =>
    within(clock, limits.seatsDrainTimeoutMs, (signal) =>
      Promise.race([seats.drain(), aborted(signal)]),
    ),
  );
  opening.defer(() => shards.drain());
  const proofParts = openProofs({ ...settings, random: ports.random });
  observer.watch({
    otpEntries: () => shards.entryCount,
    claimsWaiting: () => seats.waitingCount,
    codesWaiting: () => sender.stats.dispatched + sender.stats.backingOff,
    codeWaitMs: () => dispatcher.expectedWaitMs("code"),
    gateways: () => dispatcher.stats,
    smsBudget: () => budget.state(),
    proofsUsed: () => proofParts.proofs.usedCount,
  });
  const ranges = new RangeConversion((shut) => observer.rangeShut(shut));
  const useCases = bindUseCases(
    { events: catalogue, shards, seats, ranges, outbound: sender, ...proofParts },
    ports,
    settings,
  );
  const resources = opening.move();
  return { catalogue, ...useCases, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

function openDelivery(
  ports: CorePorts,
  { limits, publicUrl, smsBudget }: CoreSettings,
  opening: AsyncDisposableStack,
): {
  readonly relay: OutboxRelay;
  readonly sender: SmsSender;
  readonly dispatcher: SmsDispatcher;
  readonly budget: SmsBudget;
} {
  const { clock, smsRoutes, mail, renderer, outbox, random, observer } = ports;
  const budget = new SmsBudget({
    limits: smsBudget,
    store: ports.smsBudget,
    clock,
    random: random.jitter,
    observer: {
      onRoom: () => dispatcher.refilled(),
      onReached: (reached) => observer.budgetReached(reached),
      onStoreFailed: (error) => observer.databaseFailed(error),
    },
  });
  const dispatcher = new SmsDispatcher({
    routes: smsRoutes,
    spending: budget,
    clock,
    limits,
    onRouteChanged: (stats) => observer.routeChanged(stats),
  });
  const relay = new OutboxRelay({
    store: outbox,
    sms: smsRoutes.length === 0 ? null : { dispatcher, heldCountMax: heldCount(smsRoutes, limits) },
    mail,
    renderer,
    publicUrl,
    clock,
    random: random.jitter,
    limits,
    observer: {
      settled: (lane, kind) => observer.sendTried(lane, kind),
      deliveryFailed: (lane, error) => observer.sendFailed(lane, error),
      storeFailed: (_lane, error) => observer.databaseFailed(error),
    },
  });
  const sender = new SmsSender({ dispatcher, clock, random: random.jitter, limits });
  relay.start();
  opening.defer(() =>
    within(clock, limits.budgetDrainTimeoutMs, (signal) =>
      Promise.race([budget.giveBack(), aborted(signal)]),
    ),
  );
  opening.defer(() => within(clock, limits.relayDrainTimeoutMs, (signal) => relay.drain(signal)));
  opening.defer(() => within(clock, limits.codeDrainTimeoutMs, (signal) => sender.drain(signal)));
  opening.defer(followCodeLane(ports, dispatcher, limits));
  return { relay, sender, dispatcher, budget };
}

/** A code lane that an operator pauses sends nothing within a poll; while the database is away it stays as it was. */
function followCodeLane(
  { clock, lanes, observer }: CorePorts,
  dispatcher: SmsDispatcher,
  { outboxPollMs }: Limits,
): () => void {
  const look = () =>
    void lanes.isPaused("code").then(
      (isPaused) => dispatcher.setPaused("code", isPaused),
      (error) => observer.databaseFailed(error),
    );
  look();
  return repeat(clock, outboxPollMs, look);
}

/** Confirmations claimed at once: what the gateways take in some two seconds. */
function heldCount(routes: readonly SmsRoute[], limits: Limits): number {
  const perSecond = routes.reduce((sum, { segmentsPerS }) => sum + segmentsPerS, 0);
  const { confirmationHeldCountMin, confirmationHeldCountMax } = limits;
  return Math.min(confirmationHeldCountMax, Math.max(confirmationHeldCountMin, 2 * perSecond));
}

function openSeats(
  { registrations, observer }: CorePorts,
  {
    actor,
    limits,
    onCommitted,
  }: {
    readonly actor: ActorOptions;
    readonly limits: Limits;
    readonly onCommitted: () => void;
  },
): Seats {
  return new Seats({
    store: registrations,
    actor: { ...actor, turnsPerTickMax: limits.quotaTurnsPerTickMax },
    commit: {
      batchCountMax: limits.commitBatchCountMax,
      waitingCountMax: limits.commitWaitingCountMax,
      retryFirstMs: limits.commitRetryFirstMs,
      retryMaxMs: limits.commitRetryMaxMs,
      onTrouble: (answer) => observer.commitTroubled(answer),
    },
    stallShedMs: limits.commitStallShedMs,
    claimTimeoutMs: limits.askTimeoutMs,
    onCommitted: (batch) => {
      observer.batchCommitted(batch);
      onCommitted();
    },
    holderLookup: {
      batchCountMax: limits.holderBatchCountMax,
      waitingCountMax: limits.holderWaitingCountMax,
    },
  });
}

/** What remembers, in this life of the process. */
type Actors = Pick<
  RegistrationDependencies,
  "events" | "shards" | "seats" | "ranges" | "outbound"
> &
  ProofParts;

type ProofParts = Pick<RegistrationDependencies, "proofs" | "sources" | "proofHashCounts">;

/** The use cases as http calls them, each counted by its answer. */
function bindUseCases(
  actors: Actors,
  { clock, random, observer, ticketChanges }: CorePorts,
  { boot, otpKeys, otpPolicy, codeText, phonePolicy, limits }: CoreSettings,
): Pick<Core, "registration" | "requestProof" | "ticketChanges"> {
  const dependencies: RegistrationDependencies & TicketChangeDependencies = {
    ...actors,
    boot,
    otpKeys,
    otpPolicy,
    codeText,
    phones: new PhoneReader(phonePolicy),
    clock,
    deadlines: new Deadlines(clock, limits.askTimeoutMs),
    random,
    ticketChanges,
    retryAfterMs: limits.retryAfterMs,
  };
  const registration: Registration = {
    async requestCode(command) {
      const outcome = await requestCode(command, dependencies);
      observer.codeRequested(outcome.kind);
      return outcome;
    },
    async verify(command) {
      const outcome = await verify(command, dependencies);
      observer.phoneVerified(outcome.kind);
      return outcome;
    },
    async confirm(command) {
      const outcome = await confirm(command, dependencies);
      observer.registrationAnswered(outcome.kind);
      return outcome;
    },
  };
  return {
    registration,
    requestProof: (command) => requestProof(command, dependencies),
    ticketChanges: {
      resendMail: (command) => resendMail(command, dependencies),
      correctAddress: (command) => correctAddress(command, dependencies),
    },
  };
}

/** What decides who is asked for a proof-of-work, and takes it. */
export function openProofs({
  otpKeys,
  boot,
  random,
  limits,
}: Pick<CoreSettings, "otpKeys" | "boot" | "limits"> & {
  readonly random: Randomness;
}): ProofParts {
  return {
    proofs: new ProofDesk({
      mac: otpKeys.proof,
      phoneMac: otpKeys.phone,
      boot,
      randomId: () => random.challengeId(),
      usedCountMax: limits.proofUsedCountMax,
    }),
    sources: new SourceLimits({
      mac: otpKeys.source,
      narrow: {
        tokenCountMax: limits.sourceFailureCountMax,
        refillEveryMs: limits.sourceFailureEveryMs,
      },
      wide: {
        tokenCountMax: limits.sourceNetworkFailureCountMax,
        refillEveryMs: limits.sourceNetworkFailureEveryMs,
      },
      waiterCountMax: limits.sourceWaiterCountMax,
      cellsPerRow: limits.sourceCellCount,
    }),
    proofHashCounts: { on: limits.proofHashCount, raised: limits.proofRaisedHashCount },
  };
}

/** Runs a drain whose signal aborts after the time given, and leaves no timer behind. */
async function within(
  clock: Clock,
  timeoutMs: number,
  drain: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const cancel = clock.after(timeoutMs, () => controller.abort());
  try {
    await drain(controller.signal);
  } finally {
    cancel();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}
