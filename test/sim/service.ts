import { DisciplinedClock } from "../../src/actor/disciplined-clock.ts";
import type { Core } from "../../src/core.ts";
import { openCore } from "../../src/core.ts";
import type { CoreObserver } from "../../src/core-ports.ts";
import type { SmsRoute } from "../../src/delivery/gateway-route.ts";
import type { Mailer, TicketRenderer } from "../../src/delivery/ports.ts";
import type { OtpKeys } from "../../src/otp/otp-keys.ts";
import type { SaleView } from "../../src/registration/event-view.ts";
import type { RegistrationId, TicketKey } from "../../src/ticket/ticket.ts";
import type { DrawStage } from "../../src/waiting-room/draw-course.ts";
import type { LineView } from "../../src/waiting-room/waiting-room.ts";
import { noTicketChanges } from "../support/no-ticket-changes.ts";
import type { Random } from "../support/random.ts";
import type { Machine } from "./machine.ts";
import type { Schedule } from "./schedule.ts";
import { EVENT_ID, EVENT_SLUG } from "./simulated-event.ts";
import type { Stores } from "./simulated-postgres.ts";
import type { Swarm } from "./swarm.ts";

export interface ServiceOptions {
  readonly machine: Machine;
  readonly stores: Stores;
  readonly smsRoutes: readonly SmsRoute[];
  readonly mailer: Mailer;
  readonly renderer: TicketRenderer;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly swarm: Swarm;
  readonly otpKeys: OtpKeys;
  /** When the strain on event loops begins, where there is to be one. */
  readonly strainFromMs: number;
  readonly observer: CoreObserver;
  /** A use case threw, which none may. */
  readonly onFault: (error: unknown) => void;
}

/** What everyone may see of the current sale. */
export interface Look {
  readonly sale: SaleView;
  /** Null where no line is kept. */
  readonly line: LineView | null;
}

/** A request that the service has and has not answered. */
interface OpenRequest {
  readonly cut: () => void;
}

const CLOCK_SYNC_MS = 5_000;
const HEX = 16;
const ANSWER_RISK = 3;
const SECOND_SEGMENT = ".".repeat(150);

/** The code under test in one life of a process: the real core on simulated ports, and a door for requests. */
export class Service {
  readonly machine: Machine;
  readonly #options: ServiceOptions;
  readonly #requests = new Set<OpenRequest>();
  #core: Core | null = null;
  #clock: DisciplinedClock | null = null;
  #boot = 0;
  #isAccepting = false;
  #seenAtMs = Number.NEGATIVE_INFINITY;
  #onIdle: (() => void) | null = null;
  #isStopping = false;

  constructor(options: ServiceOptions) {
    this.machine = options.machine;
    this.#options = options;
  }

  get isAccepting(): boolean {
    return this.#isAccepting && !this.machine.isDead;
  }

  /** By its own idea of time, which it has once it runs. */
  get nowMs(): number {
    return this.#clock?.nowMs() ?? Number.NaN;
  }

  /** Null where nothing is on sale any more, and before it runs. */
  look(): Look | null {
    return this.#core === null ? null : lookAt(this.#core);
  }

  /** As far as it is public. */
  async draw(): Promise<DrawStage | null> {
    return this.#core === null ? null : drawOf(this.#core);
  }

  /** Whether codes before the opening are put off. */
  get areVerificationsPaused(): boolean {
    return this.#core?.mode.areVerificationsPaused ?? false;
  }

  /** Number of this life, as challenges carry it. */
  get boot(): number {
    return this.#boot;
  }

  /** True time no later than that of which it knows what the organiser wants. */
  get seenAtMs(): number {
    return this.#seenAtMs;
  }

  /** As main.ts does; throws when the database is away. */
  async start(): Promise<void> {
    const { machine, stores, swarm } = this.#options;
    const filling = swarm.sms.codeSegments === 1 ? "" : SECOND_SEGMENT;
    this.#clock = await DisciplinedClock.start({
      readReferenceMs: stores.readClock,
      base: machine,
      syncEveryMs: CLOCK_SYNC_MS,
      onDrift: () => undefined,
    });
    this.#boot = await stores.nextBoot();
    this.#core = await openCore(this.#ports(this.#clock), {
      boot: this.#boot,
      otpKeys: this.#options.otpKeys,
      otpPolicy: swarm.otpPolicy,
      codeText: (code) => `Your code is ${code}${filling}\n@tickets.example #${code}`,
      phonePolicy: { defaultCountry: "BD", countries: null },
      publicUrl: "https://tickets.example",
      smsBudget: swarm.sms.budget,
      limits: swarm.limits,
    });
    this.#isAccepting = true;
  }

  /** SIGTERM: takes nothing more, answers what it has, drains, ends. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#isAccepting = false;
    if (this.#requests.size > 0) {
      const { schedule, swarm } = this.#options;
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
        schedule.after(swarm.limits.requestDrainTimeoutMs, resolve);
      });
    }
    await this.#core?.[Symbol.asyncDispose]();
    this.#clock?.[Symbol.dispose]();
    this.machine.kill("by its own end");
  }

  /** Whoever waits for an answer sees the connection close. */
  cutAll(): void {
    for (const request of this.#requests) request.cut();
    this.#requests.clear();
  }

  serve<Outcome>(
    what: string,
    run: (core: Core) => Promise<Outcome>,
    on: { readonly answer: (outcome: Outcome) => void; readonly cut: () => void },
  ): void {
    const core = this.#core;
    if (core === null || !this.isAccepting) return on.cut();
    const request: OpenRequest = { cut: on.cut };
    this.#requests.add(request);
    this.machine.deliver(() => {
      const answer = (outcome: Outcome) =>
        this.machine.act(
          `the answer to ${what}`,
          () => {
            this.#requests.delete(request);
            on.answer(outcome);
            if (this.#requests.size === 0) this.#onIdle?.();
          },
          ANSWER_RISK,
        );
      void run(core).then(answer, this.#options.onFault);
    });
  }

  #loopLagMs(): number {
    const { schedule, swarm } = this.#options;
    const { strain } = swarm;
    if (strain === null) return 0;
    const sinceMs = schedule.nowMs - this.#options.strainFromMs;
    return sinceMs >= 0 && sinceMs < strain.forMs ? strain.loopLagMs : 0;
  }

  #ports(clock: DisciplinedClock): Parameters<typeof openCore>[0] {
    const { stores, smsRoutes, mailer, renderer, random, observer, schedule } = this.#options;
    return {
      clock,
      registrations: stores.registrations,
      ticketChanges: noTicketChanges,
      events: {
        loadEvents: async () => {
          const askedAtMs = schedule.nowMs;
          const events = await stores.events.loadEvents();
          this.#seenAtMs = askedAtMs;
          return events;
        },
      },
      outbox: stores.outbox,
      smsRoutes,
      smsBudget: stores.smsBudget,
      waitingRooms: stores.waitingRooms,
      modes: { tell: async () => null },
      loopLagMs: () => this.#loopLagMs(),
      lanes: { isPaused: async () => false },
      mail: { mailer, inFlightMax: 5, heldCountMax: 20, perSecond: null },
      renderer,
      random: {
        challengeId: () => randomBytes(random, 16),
        registrationId: () => uuid(random),
        ticketKey: () => ticketKey(random),
        jitter: () => random.fraction(),
        seed: () => randomBytes(random, 32),
      },
      observer,
    };
  }
}

/** The tick, as a page gets it. */
export function lookAt({ catalogue }: Core): Look | null {
  const view = catalogue.find(EVENT_SLUG);
  if (view === null || view.current === null) return null;
  return { sale: view.current, line: view.line };
}

/** What is published of the current sale's draw. */
export async function drawOf({ catalogue, draws }: Core): Promise<DrawStage | null> {
  const sale = catalogue.find(EVENT_SLUG)?.current?.sale;
  return sale?.lobby === undefined ? null : draws.stageOf(EVENT_ID, sale);
}

function randomBytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.whole(0, 255));
}

function uuid(random: Random): RegistrationId {
  const hex = Array.from({ length: 32 }, () => random.whole(0, HEX - 1).toString(HEX)).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") as RegistrationId;
}

function ticketKey(random: Random): TicketKey {
  return Buffer.from(randomBytes(random, 16)).toString("base64url") as TicketKey;
}
