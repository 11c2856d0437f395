import type { Email } from "../../src/attendee/email.ts";
import type { ConfirmCommand, JoinLineCommand } from "../../src/registration/commands.ts";
import type {
  ConfirmOutcome,
  JoinLineOutcome,
  RequestCodeOutcome,
  RequestProofOutcome,
  VerifyOutcome,
} from "../../src/registration/outcome.ts";
import type { DrawStage } from "../../src/waiting-room/draw-course.ts";
import { solved } from "../proof/make.ts";
import type { Random } from "../support/random.ts";
import type { Ledger } from "./ledger.ts";
import type { LineTerms } from "./line-terms.ts";
import type { Cut, Network } from "./network.ts";
import { UNWATCHED } from "./network.ts";
import type { Schedule } from "./schedule.ts";
import type { Look } from "./service.ts";
import { drawOf, lookAt } from "./service.ts";

export interface PersonOptions {
  readonly number: number;
  /** In E.164; people spell it in many ways. */
  readonly phone: string;
  readonly isPoisonous: boolean;
  readonly line: LineTerms | null;
  readonly eventSlug: string;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly network: Network;
  readonly ledger: Ledger;
}

interface Sms {
  readonly code: string;
  readonly atMs: number;
}

/** PostgreSQL refuses a longer one, so a row with it is poisonous to its batch. */
const LOCALE_TOO_LONG = "x".repeat(36);
const ADDRESS_COUNT = 8;

/** Proofs are asked for places in a line only: `swarm.ts` lets every source fail as often as it likes. */
const ADDRESS = "203.0.0.7";

/** Someone with a phone, who speaks to the service through the network and is watched by the ledger. */
export class Person {
  readonly number: number;
  readonly phone: string;
  readonly email: Email;
  readonly isPoisonous: boolean;
  readonly random: Random;
  readonly schedule: Schedule;
  readonly inbox: Sms[] = [];
  readonly #options: PersonOptions;
  #requestCount = 0;
  /** The place in the line, and what its number was told to be. */
  pass: string | null = null;
  place: number | null = null;
  /** Has let the turn go by once. */
  wasAway = false;
  /** The beginning of the world. */
  readonly sinceMs: number;
  /** How it ended for them; null while they still try. */
  ended: string | null = null;

  constructor(options: PersonOptions) {
    this.number = options.number;
    this.phone = options.phone;
    this.email = `person${options.number}@example.org` as Email;
    this.isPoisonous = options.isPoisonous;
    this.random = options.random;
    this.schedule = options.schedule;
    this.sinceMs = options.schedule.nowMs;
    this.#options = options;
  }

  /** Null where the sales have no waiting room. */
  get line(): LineTerms | null {
    return this.#options.line;
  }

  sleep(ms: number): Promise<void> {
    return this.schedule.sleep(ms);
  }

  askCode(
    changes: {
      readonly challenge?: string;
      readonly phone?: string;
      readonly purpose?: "register" | "recover";
      readonly pass?: string;
    } = {},
  ): Promise<RequestCodeOutcome | Cut> {
    const { network, ledger, eventSlug, random } = this.#options;
    const pass = changes.pass ?? this.pass;
    const phone = changes.phone ?? this.phone;
    const command = {
      eventSlug,
      phone: spelling(phone, random),
      challenge: changes.challenge ?? null,
      purpose: changes.purpose ?? "register",
      locale: "en",
      address: `203.0.${random.whole(0, ADDRESS_COUNT - 1)}.7`,
      proof: null,
      pass,
    } as const;
    return network.send(
      `a code request of ${this.number}`,
      ({ registration }) => registration.requestCode(command),
      ledger.watchCodeRequest({ person: this, phone, command }),
    );
  }

  verify(guess: { challenge: string; code: string; phone?: string }): Promise<VerifyOutcome | Cut> {
    const { network, ledger, eventSlug } = this.#options;
    const command = { eventSlug, phone: this.phone, ...guess, ...this.#asker() };
    return network.send(
      `a verification of ${this.number}`,
      ({ registration }) => registration.verify(command),
      ledger.watchVerification({ person: this, command }),
    );
  }

  /** As a page does while it waits. */
  look(): Promise<Seen | Cut> {
    return this.#options.network.send<Seen>(
      `a look of ${this.number}`,
      async (core) => ({ kind: "seen", look: lookAt(core), draw: await drawOf(core) }),
      UNWATCHED,
    );
  }

  /** A place in the line for a verification, or else for a proof-of-work. */
  async joinLine(
    verification: string | null,
  ): Promise<JoinLineOutcome | RequestProofOutcome | Cut> {
    if (verification !== null) return this.#join({ kind: "verification", verification }, null);
    const { network, eventSlug } = this.#options;
    const phone = spelling(this.phone, this.random);
    const asked = await network.send<RequestProofOutcome>(
      `a proof for ${this.number}`,
      async ({ requestProof }) => requestProof({ eventSlug, phone, address: ADDRESS }),
      UNWATCHED,
    );
    return asked.kind === "proof"
      ? this.#join({ kind: "phone", phone }, solved(asked.challenge))
      : asked;
  }

  /** `isLookUp` asks for the ticket only, as someone who lost it does. */
  confirm(
    proof: ConfirmCommand["proof"],
    { isLookUp = false } = {},
  ): Promise<ConfirmOutcome | Cut> {
    const { network, ledger, eventSlug } = this.#options;
    this.#requestCount += 1;
    const command: ConfirmCommand = {
      eventSlug,
      // Tells in the database whose request a row came from.
      name: isLookUp ? null : `Person ${this.number} request ${this.#requestCount}`,
      email: isLookUp ? null : this.email,
      locale: this.isPoisonous ? LOCALE_TOO_LONG : "en",
      proof,
      asker: this.#asker(),
    };
    return network.send(
      `a registration of ${this.number}`,
      ({ registration }) => registration.confirm(command),
      ledger.watchConfirmation({ person: this, command }),
    );
  }

  #join(price: JoinLineCommand["price"], proof: string | null): Promise<JoinLineOutcome | Cut> {
    const { network, ledger, eventSlug } = this.#options;
    const command = { eventSlug, price, asker: { address: ADDRESS, proof } };
    return network.send(
      `a place for ${this.number}`,
      ({ joinLine }) => joinLine(command),
      ledger.watchJoin(this),
    );
  }

  #asker() {
    return { address: ADDRESS, proof: null, pass: this.pass };
  }
}

/** What a page sees of the sale and its draw. */
export interface Seen {
  readonly kind: "seen";
  readonly look: Look | null;
  readonly draw: DrawStage | null;
}

/** One of the ways in which people type a number. */
function spelling(phone: string, random: Random): string {
  const local = `0${phone.slice(4)}`;
  return random.pick([
    phone,
    phone,
    local,
    `00${phone.slice(1)}`,
    `${phone.slice(0, 4)} ${phone.slice(4, 8)}-${phone.slice(8)}`,
    local.replace(/\d/g, (digit) => String.fromCharCode(0x09e6 + Number(digit))),
  ]);
}
