import { Deadlines } from "../../src/actor/deadlines.ts";
import { Ticker } from "../../src/actor/ticker.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import { PhoneReader } from "../../src/attendee/phone-reader.ts";
import { openProofs } from "../../src/core.ts";
import { limits } from "../../src/limits.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import { OtpShards } from "../../src/otp/otp-shards.ts";
import type { CodeMessage } from "../../src/otp/ports.ts";
import { RangeConversion } from "../../src/otp/range-conversion.ts";
import type { Candidate } from "../../src/quota/ports.ts";
import { Seats } from "../../src/quota/seats.ts";
import type {
  ConfirmCommand,
  JoinLine,
  Registration,
  RequestProof,
  VerifyCommand,
} from "../../src/registration/commands.ts";
import { confirm } from "../../src/registration/confirm.ts";
import type { Randomness, RegistrationDependencies } from "../../src/registration/dependencies.ts";
import { EventCatalogue } from "../../src/registration/event-catalogue.ts";
import { joinLine } from "../../src/registration/join-line.ts";
import { requestCode } from "../../src/registration/request-code.ts";
import { requestProof } from "../../src/registration/request-proof.ts";
import { verify } from "../../src/registration/verify.ts";
import type { Event, Sale } from "../../src/sale/event.ts";
import type { RegistrationId, TicketKey } from "../../src/ticket/ticket.ts";
import type { Pressure } from "../../src/waiting-room/admission-pace.ts";
import { WaitingRooms } from "../../src/waiting-room/waiting-rooms.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemoryRegistrationStore } from "./memory-registration-store.ts";
import { MemoryWaitingRoomStore, WaitingRoomTables } from "./memory-waiting-room-store.ts";
import { Tables } from "./tables.ts";

const MINUTE_MS = 60_000;
export const OPENS_AT_MS = Date.UTC(2027, 0, 10, 4);

/** Proofs that a test solves in a moment. */
export const PROOF_LIMITS = { proofHashCount: 20, proofRaisedHashCount: 200 };
const ADDRESS = "203.0.113.7";

export function makeSale(changes: Partial<Sale> = {}): Sale {
  return {
    id: 11,
    number: 1,
    verifyFromMs: OPENS_AT_MS - 60 * MINUTE_MS,
    opensAtMs: OPENS_AT_MS,
    closesAtMs: OPENS_AT_MS + 60 * MINUTE_MS,
    quota: 3,
    ...changes,
  };
}

export function makeEvent(changes: Partial<Event> = {}): Event {
  return {
    id: 1,
    slug: "mela",
    revision: 1,
    host: "tickets.example",
    keyId: 1,
    isPaused: false,
    proof: "off",
    details: {
      name: "Winter Mela",
      venue: "Suhrawardy Udyan",
      description: "",
      timeZone: "Asia/Dhaka",
      days: [{ day: 1, date: "2027-02-05", doorsAt: "15:00" }],
    },
    sales: [makeSale()],
    ...changes,
  };
}

/** The use cases on real actors, with time, seats and the gateway in the test's hands. */
export class RegistrationWorld {
  readonly clock: ManualClock;
  readonly tables: Tables;
  readonly store: MemoryRegistrationStore;
  readonly sent: CodeMessage[] = [];
  readonly registration: Registration;
  readonly requestProof: RequestProof;
  readonly joinLine: JoinLine;
  readonly rooms: WaitingRooms;
  readonly waitingRoomTables = new WaitingRoomTables();
  /** What the ladder has in force. */
  readonly mode = { isProofRaised: false, areVerificationsPaused: false };
  /** People who had been let in and found no seat. */
  admittedInVainCount = 0;
  /** What the waiting rooms are told of the service's strength. */
  pressure: Pressure = {
    claimsWaiting: 0,
    loopLagMs: 0,
    codeWaitMs: 0,
    codesPerS: 1_000,
    factor: 1,
  };
  readonly catalogue: EventCatalogue;
  readonly shards: OtpShards;
  event: Event;
  isGatewayFull = false;
  readonly ranges = new RangeConversion(() => {});
  #count = 0;

  private constructor(event: Event, startMs: number, boot: number) {
    this.event = event;
    this.clock = new ManualClock(startMs);
    this.tables = new Tables([event]);
    this.store = new MemoryRegistrationStore(this.tables, this.clock);
    const keys = deriveOtpKeys(new Uint8Array(32).fill(7));
    const actor = {
      clock: this.clock,
      ticker: new Ticker(this.clock),
      mailboxCountMax: 1_000,
      turnsPerTickMax: 10_000,
      askTimeoutMs: 5_000,
      onFailedTurn: (error: unknown) => {
        throw error;
      },
    };
    this.shards = new OtpShards({
      policy: OTP_POLICY,
      shardCount: 4,
      entriesPerShardMax: 4_000,
      shardSeed: keys.shardSeed,
      actor,
    });
    const seats = new Seats({
      store: this.store,
      actor,
      commit: {
        batchCountMax: 100,
        waitingCountMax: 10_000,
        retryFirstMs: 50,
        retryMaxMs: 1_000,
        onTrouble: () => {},
      },
      stallShedMs: 1_000,
      claimTimeoutMs: 10_000,
      onCommitted: () => {},
      holderLookup: { batchCountMax: 100, waitingCountMax: 10_000 },
    });
    this.rooms = new WaitingRooms({
      store: new MemoryWaitingRoomStore(this.waitingRoomTables, this.clock),
      clock: this.clock,
      mac: keys.pass,
      randomSeed: () => new Uint8Array(32).fill(boot),
      limits,
      onError: (error) => {
        throw error;
      },
      soldOf: (eventId, saleId) => seats.soldOf(eventId, saleId),
      pressure: () => this.pressure,
    });
    this.catalogue = new EventCatalogue({
      store: { loadEvents: async () => this.tables.loadEvents() },
      seats,
      rooms: this.rooms,
      clock: this.clock,
      pollMs: 500,
      onError: (error) => {
        throw error;
      },
    });
    const dependencies = this.#dependencies({ keys, seats, boot });
    this.requestProof = (command) => requestProof(command, dependencies);
    this.joinLine = (command) => joinLine(command, dependencies);
    this.registration = {
      requestCode: (command) => requestCode(command, dependencies),
      verify: (command) => verify(command, dependencies),
      confirm: (command) => confirm(command, dependencies),
    };
  }

  static async open({
    event = makeEvent(),
    startMs = OPENS_AT_MS,
    boot = 1,
  } = {}): Promise<RegistrationWorld> {
    const world = new RegistrationWorld(event, startMs, boot);
    await world.catalogue.start();
    return world;
  }

  /** The organiser's change, as seen after the next poll. */
  async change(event: Event): Promise<void> {
    this.event = event;
    this.tables.changeEvent(event);
    await this.clock.advance(500);
  }

  async askCode(phone: string, changes: Record<string, unknown> = {}) {
    return this.registration.requestCode({
      eventSlug: this.event.slug,
      phone,
      challenge: null,
      purpose: "register",
      locale: "en",
      address: ADDRESS,
      proof: null,
      ...changes,
    });
  }

  /** The code most lately sent to the phone, read from its text. */
  codeOf(phone: string): string {
    const message = this.sent.findLast((sent) => sent.phone === phone);
    const code = /#(\d{6})$/.exec(message?.text ?? "")?.[1];
    if (code === undefined) throw new Error(`no code was sent to ${phone}`);
    return code;
  }

  /** Asks for a code and answers what a confirmation needs of it. */
  async proofFor(phone: string): Promise<ConfirmCommand["proof"] & { readonly kind: "code" }> {
    const asked = await this.askCode(phone);
    if (asked.kind !== "sent") throw new Error(`no code: ${asked.kind}`);
    return { kind: "code", phone, challenge: asked.challenge, code: this.codeOf(phone) };
  }

  verify(guess: Pick<VerifyCommand, "phone" | "challenge" | "code">, proof: string | null = null) {
    const eventSlug = this.event.slug;
    return this.registration.verify({ eventSlug, ...guess, address: ADDRESS, proof });
  }

  confirm(proof: ConfirmCommand["proof"], changes: Partial<ConfirmCommand> = {}) {
    return this.registration.confirm({
      eventSlug: this.event.slug,
      name: "Rahim Uddin",
      email: "rahim@example.org",
      locale: "en",
      proof,
      asker: { address: ADDRESS, proof: null },
      ...changes,
    });
  }

  /** A member for the store itself, past the use cases. */
  candidate(phone: string): Candidate {
    const { registrationId, ticketKey } = this.#ids();
    const name = "Rahim Uddin" as Candidate["name"];
    const email = "rahim@example.org" as Candidate["email"];
    const takenAtMs = this.clock.nowMs();
    return {
      registrationId,
      ticketKey,
      phone: phone as Phone,
      name,
      email,
      locale: "en",
      takenAtMs,
    };
  }

  #ids() {
    this.#count += 1;
    const registrationId = `registration-${this.#count}` as RegistrationId;
    return { registrationId, ticketKey: `key-${this.#count}` as TicketKey };
  }

  #random(): Randomness {
    return {
      challengeId: () => {
        this.#count += 1;
        const id = new Uint8Array(16);
        new DataView(id.buffer).setUint32(2, this.#count);
        return id;
      },
      registrationId: () => this.#ids().registrationId,
      ticketKey: () => this.#ids().ticketKey,
    };
  }

  #dependencies(
    parts: Pick<RegistrationDependencies, "seats" | "boot"> & {
      readonly keys: RegistrationDependencies["otpKeys"];
    },
  ): RegistrationDependencies {
    const random = this.#random();
    const { keys: otpKeys, boot } = parts;
    return {
      ...openProofs({ otpKeys, boot, random, limits: { ...limits, ...PROOF_LIMITS } }),
      events: this.catalogue,
      shards: this.shards,
      otpKeys,
      otpPolicy: OTP_POLICY,
      boot,
      outbound: {
        offer: (message) => {
          if (this.isGatewayFull) return { kind: "refused", retryAfterMs: 2_000 };
          this.sent.push(message);
          return { kind: "taken", waitMs: 0 };
        },
      },
      codeText: (code) => `Your code\n@tickets.example #${code}`,
      ranges: this.ranges,
      seats: parts.seats,
      rooms: this.rooms,
      mode: this.mode,
      onAdmittedInVain: () => {
        this.admittedInVainCount += 1;
      },
      phones: new PhoneReader({ defaultCountry: "BD", countries: null }),
      clock: this.clock,
      deadlines: new Deadlines(this.clock, 5_000),
      random,
      retryAfterMs: 2_000,
    };
  }
}
