import type { SmsMessage } from "../../src/delivery/ports.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import type { Event } from "../../src/sale/event.ts";
import type { EventSnapshot } from "../../src/sale/ports.ts";
import { WaitingRoomTables } from "../support/memory-waiting-room-store.ts";
import type { Random } from "../support/random.ts";
import { Tables } from "../support/tables.ts";
import { CodeTruth } from "./code-truth.ts";
import { DeliveryTruth } from "./delivery-truth.ts";
import { Fleet } from "./fleet.ts";
import { attack } from "./hostile.ts";
import { Ledger } from "./ledger.ts";
import { LEAVINGS } from "./line-people.ts";
import type { BeaconTerms } from "./line-terms.ts";
import { BEACON_SALE_ID } from "./line-terms.ts";
import { LineTruth } from "./line-truth.ts";
import { Machine } from "./machine.ts";
import { Network } from "./network.ts";
import { comeThrough } from "./people.ts";
import { Person } from "./person.ts";
import { SimulatedMailServer } from "./providers.ts";
import { SaleTruth } from "./sale-truth.ts";
import { Schedule } from "./schedule.ts";
import { SeatTruth } from "./seat-truth.ts";
import { EVENT_ID, EVENT_SLUG, LEAD_MS, OPENS_AT_MS, simulatedEvent } from "./simulated-event.ts";
import { SimulatedPostgres } from "./simulated-postgres.ts";
import { codeIn, SimulatedSmsProvider } from "./sms-provider.ts";
import type { LossOfFirst } from "./sms-terms.ts";
import { SpendingTruth } from "./spending-truth.ts";
import type { Faults, Swarm } from "./swarm.ts";
import { NO_FAULTS } from "./swarm.ts";
import { Timeline } from "./timeline.ts";

/** After the last fault everything owed must be done within this much virtual time. */
export const HEAL_WITHIN_MS = 20 * 60_000;
/** With a line everybody has come to the end of it or of their patience. */
const LINE_ENDS_WITHIN_MS = 60 * 60_000;
/** More than the sum of what a stop may take. */
const STOP_WITHIN_MS = 60_000;
const CHECK_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 250;
/** From there on nobody who needs a code is let in. */
const CODE_WAIT_MS_MAX = 1_000;
const STEP_COUNT_MAX = 3_000_000;

export interface Violation {
  readonly invariant: number;
  readonly what: string;
}

/** One seed's world: people, processes, a database and providers, which chance breaks for a while and then heals. */
export class World {
  readonly timeline: Timeline;
  readonly #schedule: Schedule;
  readonly #random: Random;
  readonly #swarm: Swarm;
  readonly #tables: Tables;
  readonly #postgres: SimulatedPostgres;
  readonly #sms: readonly SimulatedSmsProvider[];
  readonly #mail: SimulatedMailServer;
  readonly #sales = new SaleTruth();
  readonly #seats: SeatTruth;
  readonly #delivery: DeliveryTruth;
  readonly #codes: CodeTruth;
  readonly #line: LineTruth;
  readonly #ledger: Ledger;
  readonly #network: Network;
  readonly #fleet: Fleet;
  readonly #people: Person[] = [];
  readonly #healAtMs: number;
  violation: Violation | null = null;

  constructor(random: Random, swarm: Swarm) {
    this.#random = random;
    this.#swarm = swarm;
    const leadMs = random.between(LEAD_MS.min, LEAD_MS.max) + (swarm.line?.beacon?.leadMs ?? 0);
    this.#schedule = new Schedule(OPENS_AT_MS - leadMs);
    this.#healAtMs = this.#schedule.nowMs + swarm.chaosMs;
    this.timeline = new Timeline(() => this.#schedule.nowMs);
    const fail = (invariant: number, what: string) => this.#fail(invariant, what);
    this.#seats = new SeatTruth(fail);
    this.#delivery = new DeliveryTruth(this.#schedule, fail);
    this.#tables = new Tables([simulatedEvent(swarm, random.fork())]);
    this.#noteSales();
    const midnightMs = this.#schedule.nowMs + swarm.sms.midnightAfterMs;
    const spending = new SpendingTruth({ limits: swarm.sms.budget, midnightMs, fail });
    const otpKeys = deriveOtpKeys(new Uint8Array(32).fill(7));
    const parts = { schedule: this.#schedule, faults: () => this.#faults() };
    this.#codes = new CodeTruth({
      schedule: this.#schedule,
      otpKeys,
      otpPolicy: swarm.otpPolicy,
      fail,
    });
    const rooms = new WaitingRoomTables();
    this.#line = new LineTruth({
      schedule: this.#schedule,
      swarm,
      otpKeys,
      rooms,
      sales: this.#sales,
      seats: this.#seats,
      fail,
    });
    this.#ledger = new Ledger({
      schedule: this.#schedule,
      timeline: this.timeline,
      codes: this.#codes,
      sales: this.#sales,
      seats: this.#seats,
      line: this.#line,
      fail,
    });
    this.#postgres = new SimulatedPostgres({
      ...parts,
      timeline: this.timeline,
      random: random.fork(),
      tables: this.#tables,
      rooms,
      midnightMs,
      onDurable: (rows, by) => {
        this.#seats.add(rows, this.#tables, (saleId) => this.#sales.quotaOf(saleId));
        this.#ledger.durable(rows);
        this.#noteSales();
        const running = this.#fleet.services.map(({ machine }) => machine);
        this.#line.durable(rows.length, by, running);
      },
      onChanged: () => this.#noteSales(),
      onClaimed: (claim) => this.#delivery.claimed(claim),
      onSettled: (lane, results) => this.#delivery.settled(lane, results),
      onImpossible: (error) => fail(1, String(error)),
    });
    this.#sms = swarm.sms.contracts.map((contract) => {
      const options = { ...parts, random: random.fork() };
      return new SimulatedSmsProvider(contract, options, (message) => this.#deliver(message));
    });
    this.#mail = new SimulatedMailServer({ ...parts, random: random.fork() }, (mail, by) =>
      this.#delivery.mailTaken(mail, by),
    );
    this.#network = new Network({
      ...parts,
      random: random.fork(),
      latencyMsMax: swarm.latencyMsMax,
      services: () => this.#fleet.services,
    });
    this.#fleet = new Fleet({
      ...parts,
      timeline: this.timeline,
      random: random.fork(),
      swarm,
      otpKeys,
      postgres: this.#postgres,
      sms: this.#sms,
      mail: this.#mail,
      codes: this.#codes,
      delivery: this.#delivery,
      spending,
      line: this.#line,
      strainFromMs: this.#schedule.nowMs + (swarm.strain?.afterMs ?? 0),
      fail,
    });
  }

  /** The instant by the wall clock of whoever asks. */
  get wallMs(): number {
    return this.#schedule.nowMs + (Machine.running?.wallOffsetMs ?? 0);
  }

  /** Lives through chaos and healing; stops at the first violation. */
  run(): void {
    this.#fleet.startAll();
    this.#invitePeople();
    this.#arrangeChaos();
    this.#schedule.at(this.#healAtMs, () => this.#heal());
    this.#watch();
    if (this.#swarm.line !== null) this.#watchLine();
    for (let steps = 0; this.violation === null && !this.#isOver(); steps += 1) {
      if (!this.#schedule.step()) break;
      Machine.rest();
      if (steps > STEP_COUNT_MAX) this.#fail(8, "the world goes on for ever");
    }
    if (this.violation !== null) return;
    this.#delivery.checkEnd(this.#tables, this.#swarm.faults.mailBouncedRate > 0);
    this.#stop();
  }

  /** The processes end, each having given back what it has not spent. */
  #stop(): void {
    const untilMs = this.#schedule.nowMs + STOP_WITHIN_MS;
    this.#fleet.stopAll();
    while (this.violation === null && this.#fleet.services.length > 0) {
      if (this.#schedule.nowMs > untilMs) this.#fail(8, "a process does not stop");
      this.#schedule.step();
      Machine.rest();
    }
  }

  #isOver(): boolean {
    if (this.#schedule.nowMs < this.#healAtMs) return false;
    return (
      this.#people.every(({ ended }) => ended !== null) && this.#delivery.isAllDone(this.#tables)
    );
  }

  #faults(): Faults {
    return this.#schedule.nowMs < this.#healAtMs ? this.#swarm.faults : NO_FAULTS;
  }

  #fail(invariant: number, what: string): void {
    if (this.violation !== null) return;
    this.violation = { invariant, what };
    this.timeline.note("VIOLATION", `invariant ${invariant}: ${what}`);
  }

  #invitePeople(): void {
    const {
      honestCount,
      impatientCount,
      hostileCount,
      earlyShare,
      poisonousShare,
      mistypeRate,
      chaosMs,
    } = this.#swarm;
    const startMs = this.#schedule.nowMs;
    for (let number = 1; number <= honestCount + impatientCount; number += 1) {
      const isImpatient = number > honestCount;
      const random = this.#random.fork();
      const person = this.#addPerson(number, random, random.chance(poisonousShare));
      const isEarly = random.chance(earlyShare);
      const lastMs = startMs + chaosMs * (isEarly ? 0.1 : 0.6);
      const arrivesAtMs = random.between(startMs, lastMs);
      const leaves = this.#swarm.line === null ? "never" : random.pick(LEAVINGS);
      void comeThrough(person, { arrivesAtMs, isEarly, isImpatient, mistypeRate, leaves });
    }
    const victims = [...this.#people];
    for (let index = 1; index <= hostileCount; index += 1) {
      const random = this.#random.fork();
      const attacker = this.#addPerson(honestCount + impatientCount + index, random, false);
      void attack(attacker, {
        victims,
        untilMs: this.#healAtMs,
        wrongCode: (victim, challenge) =>
          this.#codes.wrongCode(victim.phone, challenge, random.whole(0, 999_999)),
      });
    }
  }

  #addPerson(number: number, random: Random, isPoisonous: boolean): Person {
    const person = new Person({
      number,
      phone: `+88017${String(10_000_000 + number)}`,
      isPoisonous,
      line: this.#swarm.line,
      eventSlug: EVENT_SLUG,
      schedule: this.#schedule,
      random,
      network: this.#network,
      ledger: this.#ledger,
    });
    this.#people.push(person);
    return person;
  }

  #arrangeChaos(): void {
    const { faults, organiserChangesPerMinute, suppressionsPerMinute, sms, line, wallOffsetMsMax } =
      this.#swarm;
    const random = this.#random.fork();
    this.#perMinute(faults.databaseRestartsPerMinute, () => this.#postgres.crash());
    this.#perMinute(faults.smsOutagesPerMinute, () => random.pick(this.#sms).fail());
    this.#perMinute(faults.smsHangsPerMinute, () => random.pick(this.#sms).hang());
    this.#perMinute(suppressionsPerMinute, () => this.#suppress(random.pick(this.#people)));
    if (sms.lossOfFirst !== null) this.#loseFirstProvider(sms.lossOfFirst);
    const beacon = line?.beacon ?? null;
    if (beacon !== null) this.#tellBeacon(beacon, OPENS_AT_MS + beacon.toldAfterMs);
    this.#perMinute(faults.mailOutagesPerMinute, () => this.#mail.fail());
    this.#perMinute(faults.deploysPerMinute, () => this.#fleet.deploy());
    this.#perMinute(faults.wallStepsPerMinute, () => {
      const stepMsMax = wallOffsetMsMax + 60_000;
      this.#fleet.stepWallClock(random.between(-stepMsMax, stepMsMax));
    });
    this.#perMinute(organiserChangesPerMinute, () => this.#reorganise(random));
  }

  /** At random instants until the healing, as often as that on average. */
  #perMinute(rate: number, task: () => void): void {
    if (rate === 0) return;
    const random = this.#random.fork();
    const next = () => {
      const inMs = -Math.log(1 - random.fraction()) * (60_000 / rate);
      if (this.#schedule.nowMs + inMs >= this.#healAtMs) return;
      this.#schedule.after(inMs, () => {
        task();
        next();
      });
    };
    next();
  }

  #loseFirstProvider(loss: LossOfFirst): void {
    this.#schedule.after(loss.afterMs, () => {
      this.timeline.note("world", `loses the first gateway, ${loss.isSilent ? "silent" : "down"}`);
      this.#sms[0]?.lose(loss);
    });
  }

  /** As soon after the instant as the database is there. */
  #tellBeacon({ value }: Pick<BeaconTerms, "value">, atMs: number): void {
    this.#schedule.at(atMs, () => {
      if (this.#postgres.settleBeacon(BEACON_SALE_ID, value)) {
        this.timeline.note("operator", `tells the beacon: ${value ?? "missing"}`);
      } else this.#tellBeacon({ value }, this.#schedule.nowMs + CHECK_EVERY_MS);
    });
  }

  #suppress({ email, number }: Person): void {
    this.timeline.note("world", `the address of person ${number} refuses mail`);
    this.#postgres.suppress(email);
    this.#delivery.suppressed(email);
  }

  #deliver(message: SmsMessage): void {
    const code = codeIn(message);
    const person = this.#people.find(({ phone }) => phone === message.to);
    if (code !== null) person?.inbox.push({ code, atMs: this.#schedule.nowMs });
  }

  #reorganise(random: Random): void {
    const move = random.pick(["pause", "resume", "quota"] as const);
    this.#postgres.changeEvent(EVENT_ID, (current) => {
      this.timeline.note("organiser", move);
      switch (move) {
        case "pause":
          return { ...current.event, isPaused: true };
        case "resume":
          return { ...current.event, isPaused: false };
        case "quota":
          return withOtherQuota(current, random);
      }
    });
  }

  #heal(): void {
    const isResumed = this.#postgres.changeEvent(EVENT_ID, ({ event }) => ({
      ...event,
      isPaused: false,
    }));
    if (isResumed) this.timeline.note("world", "has healed");
    else this.#schedule.after(CHECK_EVERY_MS, () => this.#heal());
  }

  #noteSales(): void {
    const [snapshot] = this.#tables.loadEvents();
    if (snapshot === undefined) return;
    this.#sales.note(snapshot.event, (saleId) => this.#tables.soldOf(saleId), this.#schedule.nowMs);
  }

  /** What can only be seen by looking from time to time: answers that do not come, a world that does not heal. */
  #watch(): void {
    this.#schedule.after(CHECK_EVERY_MS, () => {
      this.#ledger.checkOpen();
      this.#fleet.checkLevels();
      const healWithinMs = this.#swarm.line === null ? HEAL_WITHIN_MS : LINE_ENDS_WITHIN_MS;
      if (this.#schedule.nowMs > this.#healAtMs + healWithinMs) this.#fail(4, this.#leftUndone());
      this.#watch();
    });
  }

  #watchLine(): void {
    this.#schedule.after(LOOK_EVERY_MS, () => {
      for (const service of this.#fleet.services) {
        const isHealed = this.#schedule.nowMs > this.#healAtMs;
        const isBlocked = this.#fleet.codeWaitMs(service.machine) > CODE_WAIT_MS_MAX;
        this.#line.see(service, !isHealed || isBlocked);
      }
      this.#watchLine();
    });
  }

  #leftUndone(): string {
    const waiting = this.#people.filter(({ ended }) => ended === null).map(({ number }) => number);
    return `${HEAL_WITHIN_MS / 60_000} minutes or more after the last fault people ${waiting.join(", ")} wait, or the outbox does`;
  }
}

/** Never below what is sold: the organiser's command refuses that. */
function withOtherQuota({ event, soldBySale }: EventSnapshot, random: Random): Event {
  const sales = event.sales.map((sale) => {
    const soldCount = soldBySale.get(sale.id) ?? 0;
    const quota = Math.max(1, soldCount, sale.quota + random.whole(-5, 5));
    return { ...sale, quota };
  });
  return { ...event, sales };
}
