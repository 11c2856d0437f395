import type { ActorOptions } from "./actor/actor.ts";
import { repeat } from "./actor/clock.ts";
import { Deadlines } from "./actor/deadlines.ts";
import { Ticker } from "./actor/ticker.ts";
import { aborted, within } from "./actor/within.ts";
import { PhoneReader } from "./attendee/phone-reader.ts";
import { codesWaitingShare, openOutbound } from "./core-outbound.ts";
import type { CorePorts, CoreSettings } from "./core-ports.ts";
import type { SmsDispatcher } from "./delivery/sms-dispatcher.ts";
import type { Limits } from "./limits.ts";
import { ModeKeeper } from "./mode/mode-keeper.ts";
import type { Readings } from "./mode/readings.ts";
import { RecentTimes } from "./mode/recent-times.ts";
import { OtpShards } from "./otp/otp-shards.ts";
import { RangeConversion } from "./otp/range-conversion.ts";
import { ProofDesk } from "./proof/proof-desk.ts";
import { Seats } from "./quota/seats.ts";
import type {
  JoinLine,
  Registration,
  RequestProof,
  TicketChanges,
} from "./registration/commands.ts";
import { confirm } from "./registration/confirm.ts";
import { correctAddress } from "./registration/correct-address.ts";
import type {
  Randomness,
  RegistrationDependencies,
  TicketChangeDependencies,
} from "./registration/dependencies.ts";
import { EventCatalogue } from "./registration/event-catalogue.ts";
import { joinLine } from "./registration/join-line.ts";
import { requestCode } from "./registration/request-code.ts";
import { requestProof } from "./registration/request-proof.ts";
import { resendMail } from "./registration/resend-mail.ts";
import { verify } from "./registration/verify.ts";
import { SourceLimits } from "./source-limit/source-limits.ts";
import { DrawRecords } from "./waiting-room/draw-records.ts";
import { WaitingRooms } from "./waiting-room/waiting-rooms.ts";

export interface Core extends AsyncDisposable {
  readonly catalogue: EventCatalogue;
  readonly registration: Registration;
  readonly requestProof: RequestProof;
  readonly joinLine: JoinLine;
  /** The measures that are in force. */
  readonly mode: ModeKeeper;
  readonly draws: DrawRecords;
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
  const answers = new RecentTimes();
  const mode: ModeKeeper = openMode(ports, () => ({
    "answer-p99": answers.quantileMs(0.99, clock.nowMs()),
    "loop-lag": ports.loopLagMs(),
    "claims-waiting": seats.waitingCount / limits.commitWaitingCountMax,
    "codes-waiting": codesWaitingShare({ dispatcher, sender }, limits),
    "sms-spend": budget.spentOfDay(),
  }));
  const { relay, sender, dispatcher, budget } = openOutbound(ports, settings, mode, opening);
  const actor: ActorOptions = {
    clock,
    ticker: new Ticker(clock),
    mailboxCountMax: limits.shardMailboxCountMax,
    turnsPerTickMax: limits.shardTurnsPerTickMax,
    askTimeoutMs: limits.askTimeoutMs,
    onFailedTurn: (error) => observer.turnFailed(error),
  };
  const shards = openShards(settings, actor);
  const seats = openSeats(ports, { actor, limits, onCommitted: () => relay.wake() });
  const { rooms, draws } = openWaitingRooms(ports, settings, { seats, dispatcher, mode });
  // What the database never answers must not hold up the stop for ever: those who asked were told 503.
  const deferDrain = (parts: { drain(): Promise<void> }) =>
    opening.defer(() =>
      within(clock, limits.seatsDrainTimeoutMs, (signal) =>
        Promise.race([parts.drain(), aborted(signal)]),
      ),
    );
  deferDrain(rooms);
  opening.defer(() => rooms.stop());
  const catalogue = new EventCatalogue({
    store: ports.events,
    seats,
    rooms,
    clock,
    pollMs: limits.eventPollMs,
    onError: (error) => observer.databaseFailed(error),
  });
  await catalogue.start();
  opening.defer(() => catalogue.stop());
  const sweepShardEveryMs = limits.otpSweepEveryMs / limits.shardCount;
  opening.defer(repeat(clock, sweepShardEveryMs, () => shards.sweepNext(clock.nowMs())));
  deferDrain(seats);
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
    line: () => rooms.totals(),
    mode,
  });
  mode.start();
  opening.defer(() => mode.stop());
  const ranges = new RangeConversion((shut) => observer.rangeShut(shut));
  const useCases = bindUseCases(
    { events: catalogue, shards, seats, rooms, ranges, mode, outbound: sender, ...proofParts },
    { ports, answers },
    settings,
  );
  const resources = opening.move();
  const dispose = () => resources.disposeAsync();
  return { catalogue, draws, mode, ...useCases, [Symbol.asyncDispose]: dispose };
}

function openMode({ clock, modes, observer }: CorePorts, read: () => Readings): ModeKeeper {
  return new ModeKeeper({
    clock,
    store: modes,
    read,
    observer: {
      onStep: (step) => observer.modeStepped(step),
      onStoreFailed: (error) => observer.databaseFailed(error),
    },
  });
}

function openShards({ otpPolicy, otpKeys, limits }: CoreSettings, actor: ActorOptions): OtpShards {
  return new OtpShards({
    policy: otpPolicy,
    shardCount: limits.shardCount,
    entriesPerShardMax: limits.otpEntriesPerShardMax,
    shardSeed: otpKeys.shardSeed,
    actor,
  });
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

function openWaitingRooms(
  { waitingRooms: store, clock, random, smsRoutes, loopLagMs, observer }: CorePorts,
  { otpKeys, limits }: CoreSettings,
  {
    seats,
    dispatcher,
    mode,
  }: {
    readonly seats: Seats;
    readonly dispatcher: SmsDispatcher;
    readonly mode: ModeKeeper;
  },
): { readonly rooms: WaitingRooms; readonly draws: DrawRecords } {
  const randomSeed = () => random.seed();
  const rooms = new WaitingRooms({
    store,
    clock,
    mac: otpKeys.pass,
    randomSeed,
    limits,
    onError: (error) => observer.databaseFailed(error),
    soldOf: (eventId, saleId) => seats.soldOf(eventId, saleId),
    pressure: () => ({
      claimsWaiting: seats.waitingCount,
      loopLagMs: loopLagMs(),
      codeWaitMs: dispatcher.expectedWaitMs("code"),
      codesPerS: smsRoutes.reduce((sum, { segmentsPerS }) => sum + segmentsPerS, 0),
      factor: mode.admissionFactor,
    }),
  });
  return { rooms, draws: new DrawRecords({ rooms, store, clock, randomSeed }) };
}

/** What remembers, in this life of the process. */
type Actors = Pick<
  RegistrationDependencies,
  "events" | "shards" | "seats" | "rooms" | "ranges" | "mode" | "outbound"
> &
  ProofParts;

type ProofParts = Pick<RegistrationDependencies, "proofs" | "sources" | "proofHashCounts">;

/** The use cases as http calls them, each counted by its answer. */
function bindUseCases(
  actors: Actors,
  {
    ports: { clock, random, observer, ticketChanges },
    answers,
  }: { readonly ports: CorePorts; readonly answers: RecentTimes },
  { boot, otpKeys, otpPolicy, codeText, phonePolicy, limits }: CoreSettings,
): Pick<Core, "registration" | "requestProof" | "joinLine" | "ticketChanges"> {
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
    onAdmittedInVain: () => observer.admittedInVain(),
    retryAfterMs: limits.retryAfterMs,
  };
  /** What is refused for want of strength is answered at once, and would hide how long the rest takes. */
  async function timed<Outcome extends { readonly kind: string }>(
    run: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const startMs = clock.nowMs();
    const outcome = await run();
    const endMs = clock.nowMs();
    if (outcome.kind !== "overloaded") answers.record(endMs - startMs, endMs);
    return outcome;
  }
  const registration: Registration = {
    async requestCode(command) {
      const outcome = await timed(() => requestCode(command, dependencies));
      observer.codeRequested(outcome.kind);
      return outcome;
    },
    async verify(command) {
      const outcome = await timed(() => verify(command, dependencies));
      observer.phoneVerified(outcome.kind);
      return outcome;
    },
    async confirm(command) {
      const outcome = await timed(() => confirm(command, dependencies));
      observer.registrationAnswered(outcome.kind);
      return outcome;
    },
  };
  return {
    registration,
    requestProof: (command) => requestProof(command, dependencies),
    joinLine: (command) => joinLine(command, dependencies),
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
