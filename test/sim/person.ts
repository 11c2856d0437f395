import type { Email } from "../../src/attendee/email.ts";
import type { ConfirmCommand } from "../../src/registration/commands.ts";
import type {
  ConfirmOutcome,
  RequestCodeOutcome,
  VerifyOutcome,
} from "../../src/registration/outcome.ts";
import type { Random } from "../support/random.ts";
import type { Ledger } from "./ledger.ts";
import type { Cut, Network } from "./network.ts";
import type { Schedule } from "./schedule.ts";

export interface PersonOptions {
  readonly number: number;
  /** In E.164; people spell it in many ways. */
  readonly phone: string;
  readonly isPoisonous: boolean;
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

/** Nobody here solves proofs: `swarm.ts` lets every source fail as often as it likes. */
const ASKER = { address: "203.0.0.7", proof: null };

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
  /** How it ended for them; null while they still try. */
  ended: string | null = null;

  constructor(options: PersonOptions) {
    this.number = options.number;
    this.phone = options.phone;
    this.email = `person${options.number}@example.org` as Email;
    this.isPoisonous = options.isPoisonous;
    this.random = options.random;
    this.schedule = options.schedule;
    this.#options = options;
  }

  sleep(ms: number): Promise<void> {
    return this.schedule.sleep(ms);
  }

  askCode(
    changes: {
      readonly challenge?: string;
      readonly phone?: string;
      readonly purpose?: "register" | "recover";
    } = {},
  ): Promise<RequestCodeOutcome | Cut> {
    const { network, ledger, eventSlug, random } = this.#options;
    const phone = changes.phone ?? this.phone;
    const command = {
      eventSlug,
      phone: spelling(phone, random),
      challenge: changes.challenge ?? null,
      purpose: changes.purpose ?? "register",
      locale: "en",
      address: `203.0.${random.whole(0, ADDRESS_COUNT - 1)}.7`,
      proof: null,
    } as const;
    return network.send(
      `a code request of ${this.number}`,
      (registration) => registration.requestCode(command),
      ledger.watchCodeRequest({ person: this, phone, command }),
    );
  }

  verify(guess: { challenge: string; code: string; phone?: string }): Promise<VerifyOutcome | Cut> {
    const { network, ledger, eventSlug } = this.#options;
    const command = { eventSlug, phone: this.phone, ...guess, ...ASKER };
    return network.send(
      `a verification of ${this.number}`,
      (registration) => registration.verify(command),
      ledger.watchVerification({ person: this, command }),
    );
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
      asker: ASKER,
    };
    return network.send(
      `a registration of ${this.number}`,
      (registration) => registration.confirm(command),
      ledger.watchConfirmation({ person: this, command }),
    );
  }
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
