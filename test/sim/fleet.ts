import type { CoreObserver } from "../../src/core-ports.ts";
import type { Levels } from "../../src/events.ts";
import type { OtpKeys } from "../../src/otp/otp-keys.ts";
import type { Random } from "../support/random.ts";
import type { CodeTruth } from "./code-truth.ts";
import type { DeliveryTruth } from "./delivery-truth.ts";
import type { LineTruth } from "./line-truth.ts";
import { Machine } from "./machine.ts";
import { PaceTruth } from "./pace-truth.ts";
import type { SimulatedMailServer } from "./providers.ts";
import { simulatedRenderer } from "./providers.ts";
import type { Purse } from "./purse.ts";
import type { Schedule } from "./schedule.ts";
import { Service } from "./service.ts";
import type { SimulatedPostgres } from "./simulated-postgres.ts";
import type { SimulatedSmsProvider, SmsWatch } from "./sms-provider.ts";
import type { SmsContract } from "./sms-terms.ts";
import type { SpendingTruth } from "./spending-truth.ts";
import type { Faults, Swarm } from "./swarm.ts";
import type { Timeline } from "./timeline.ts";

export interface FleetOptions {
  readonly schedule: Schedule;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly swarm: Swarm;
  readonly faults: () => Faults;
  readonly otpKeys: OtpKeys;
  readonly postgres: SimulatedPostgres;
  readonly sms: readonly SimulatedSmsProvider[];
  readonly mail: SimulatedMailServer;
  readonly codes: CodeTruth;
  readonly delivery: DeliveryTruth;
  readonly spending: SpendingTruth;
  readonly line: LineTruth;
  /** When the strain on event loops begins, where there is to be one. */
  readonly strainFromMs: number;
  readonly fail: (invariant: number, what: string) => void;
}

const RESTART_MS = { min: 200, max: 4_000 } as const;
const DEPLOY_OVERLAP_MS = 2_000;

/** The processes that serve, kept at their number: the dead are replaced, and now and then all are replaced by newer ones. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #levels = new Map<Machine, Levels>();
  #services: Service[] = [];
  #machineCount = 0;
  readonly #purses = new WeakMap<Service, Purse>();
  #isClosing = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  get services(): readonly Service[] {
    return this.#services;
  }

  startAll(): void {
    while (this.#isShort()) this.#start();
  }

  /** Ends all processes in good order, for good, and holds what they leave behind to what they did. */
  stopAll(): void {
    this.#isClosing = true;
    for (const service of this.#services) {
      const purse = this.#purses.get(service);
      const isSettled = service.isAccepting && purse?.isAsking === false;
      service.machine.deliver(() => {
        void service.stop().then(() => {
          if (isSettled) purse.checkEnd();
        });
      });
    }
  }

  /** A new version is started beside the old, which is then told to stop. */
  deploy(): void {
    const { swarm, schedule, timeline } = this.#options;
    const [oldest] = this.#services;
    if (oldest?.isAccepting !== true || this.#services.length > swarm.processCount) return;
    timeline.note("deploy", `replaces ${oldest.machine.name}`);
    this.#start();
    schedule.after(DEPLOY_OVERLAP_MS, () => oldest.machine.deliver(() => void oldest.stop()));
  }

  stepWallClock(byMs: number): void {
    const { random, timeline } = this.#options;
    if (this.#services.length === 0) return;
    const { machine } = random.pick(this.#services);
    machine.wallOffsetMs += byMs;
    timeline.note(machine.name, "has its wall clock stepped");
  }

  /** Invariant 8: what waits in a process stays within its bounds. */
  checkLevels(): void {
    const { swarm, fail } = this.#options;
    const { limits } = swarm;
    const claimsWaitingMax = 2 * (limits.commitWaitingCountMax + limits.shardMailboxCountMax);
    for (const [machine, { otpEntries, claimsWaiting, codesWaiting }] of this.#levels) {
      if (machine.isDead) this.#levels.delete(machine);
      const isOver =
        otpEntries() > limits.shardCount * limits.otpEntriesPerShardMax ||
        codesWaiting() > limits.codeQueueCountMax ||
        claimsWaiting() > claimsWaitingMax;
      if (isOver) fail(8, `${machine.name} holds more than its bounds allow`);
    }
  }

  /** How long a code would wait in each process. */
  codeWaitMs(machine: Machine): number {
    return this.#levels.get(machine)?.codeWaitMs() ?? Number.POSITIVE_INFINITY;
  }

  #isShort(): boolean {
    return !this.#isClosing && this.#services.length < this.#options.swarm.processCount;
  }

  #start(): void {
    this.#machineCount += 1;
    const { schedule, timeline, swarm, faults } = this.#options;
    const random = this.#options.random.fork();
    const machine = new Machine({
      name: `process ${this.#machineCount}`,
      schedule,
      timeline,
      random: random.fork(),
      faults,
      drift: random.between(-swarm.driftMax, swarm.driftMax),
      wallOffsetMs: random.between(-swarm.wallOffsetMsMax, swarm.wallOffsetMsMax),
      onDeath: () => this.#replace(service),
    });
    const service = this.#makeService(machine, random);
    this.#services.push(service);
    timeline.note(machine.name, "starts");
    machine.deliver(() => {
      void service.start().catch(() => machine.kill("at its start: no database"));
    });
  }

  #makeService(machine: Machine, random: Random): Service {
    const { schedule, swarm, faults, otpKeys, postgres, sms, mail, spending, fail } = this.#options;
    const purse = spending.openPurse(machine.name);
    const stores = postgres.storesOf(machine);
    const service = new Service({
      machine,
      stores: { ...stores, smsBudget: purse.watch(stores.smsBudget) },
      smsRoutes: sms.map((provider) => {
        const { contract } = provider;
        const watch = this.#watchSms(contract, purse, () => service);
        return { ...contract, gateway: provider.gatewayOf(machine, watch) };
      }),
      mailer: mail.mailerOf(machine),
      renderer: simulatedRenderer(machine, { schedule, random: random.fork(), faults }),
      schedule,
      random: random.fork(),
      swarm,
      otpKeys,
      strainFromMs: this.#options.strainFromMs,
      observer: this.#observe(machine),
      onFault: (error) => fail(8, `a use case threw: ${String(error)}`),
    });
    this.#purses.set(service, purse);
    return service;
  }

  #watchSms(contract: SmsContract, purse: Purse, service: () => Service): SmsWatch {
    const { codes, delivery, spending, line, fail } = this.#options;
    const pace = new PaceTruth({ contract, nowMs: () => service().nowMs, fail });
    return {
      left: (trip) => {
        const { code, message } = trip;
        if (code !== null) codes.smsLeft(service().boot, message.to, code);
        pace.left(trip);
        purse.left(trip);
      },
      taken: (trip) => {
        delivery.smsTaken(trip);
        spending.charged(trip);
      },
      answered: (trip, outcome) => {
        const { code, message } = trip;
        const isAccepted = outcome.kind === "accepted";
        if (isAccepted && code !== null) {
          codes.smsAccepted(service().boot, message.to, code);
          line.codeTaken(message.to, code, service().machine);
        }
        pace.over(trip);
        purse.answered(trip, outcome);
      },
    };
  }

  /** As whoever keeps processes alive does. */
  #replace(service: Service): void {
    const { random, schedule } = this.#options;
    service.cutAll();
    this.#services = this.#services.filter((other) => other !== service);
    if (!this.#isShort()) return;
    schedule.after(random.magnitude(RESTART_MS.min, RESTART_MS.max), () => {
      if (this.#isShort()) this.#start();
    });
  }

  #observe(machine: Machine): CoreObserver {
    const { timeline, line, fail } = this.#options;
    const ignore = () => undefined;
    return {
      admittedInVain: () => line.inVain(machine),
      batchCommitted: () => line.committed(machine),
      modeStepped: ({ from, to }) =>
        timeline.note(machine.name, `goes from measure ${from} to ${to}`),
      codeRequested: ignore,
      phoneVerified: ignore,
      registrationAnswered: ignore,
      sendTried: ignore,
      budgetReached: ignore,
      rangeShut: ignore,
      routeChanged: ({ gateway, breaker, isSilent }) => {
        timeline.note(machine.name, `${gateway} is ${isSilent ? "silent" : breaker}`);
      },
      watch: (levels) => this.#levels.set(machine, levels),
      databaseFailed: (error) => this.#checkWords(String(error)),
      commitTroubled: ({ kind, error }) => {
        this.#checkWords(error.message);
        timeline.note(machine.name, `commit ${kind}: ${error.message}`);
      },
      turnFailed: (error) => fail(9, `a turn threw: ${String(error)}`),
      sendFailed: (_lane, error) => fail(8, `a row could not be tried: ${String(error)}`),
    };
  }

  /** Invariant 10: what an operator reads names nobody. */
  #checkWords(text: string): void {
    const isPersonal = /\+?88017|Person \d|person\d+@/.test(text);
    if (isPersonal) this.#options.fail(10, `an operator reads: ${text}`);
  }
}
