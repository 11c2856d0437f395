import { Deadlines } from "../../src/actor/deadlines.ts";
import { Ticker } from "../../src/actor/ticker.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import { phoneKey } from "../../src/attendee/phone.ts";
import { PhoneReader } from "../../src/attendee/phone-reader.ts";
import { openProofs } from "../../src/core.ts";
import { limits } from "../../src/limits.ts";
import type { Challenge, CodePurpose } from "../../src/otp/challenge.ts";
import { challengeKey, sealChallenge } from "../../src/otp/challenge.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { deriveCode } from "../../src/otp/otp-code.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import { OtpShards } from "../../src/otp/otp-shards.ts";
import { RangeConversion } from "../../src/otp/range-conversion.ts";
import type { TicketChangeDependencies } from "../../src/registration/dependencies.ts";
import type {
  AddressCorrected,
  AddressCorrection,
  MailResent,
  TicketChangeStore,
} from "../../src/registration/ports.ts";
import type { RegistrationId, TicketKey } from "../../src/ticket/ticket.ts";
import { ManualClock } from "../support/manual-clock.ts";

export const EVENT_ID = 1;
export const PHONE = "+8801712345678" as Phone;
export const ADDRESS = "203.0.113.7";
export const KEY = "AAECAwQFBgcICQoLDA0ODw" as TicketKey;
export const NEW_KEY = "EBESExQVFhcYGRobHB0eHw" as TicketKey;

/** The changes on real shards, with time and the store's answers in the test's hands. */
export class TicketChangeWorld {
  readonly clock = new ManualClock(Date.UTC(2027, 0, 10, 4));
  readonly asked: AddressCorrection[] = [];
  readonly deps: TicketChangeDependencies;
  resent: () => Promise<MailResent> = async () => ({ kind: "queued", leftCount: 2 });
  corrected: () => Promise<AddressCorrected> = async () => ({ kind: "corrected", key: NEW_KEY });
  readonly #keys = deriveOtpKeys(new Uint8Array(32).fill(7));
  #challengeCount = 0;

  constructor() {
    const shards = new OtpShards({
      policy: OTP_POLICY,
      shardCount: 4,
      entriesPerShardMax: 1_000,
      shardSeed: this.#keys.shardSeed,
      actor: {
        clock: this.clock,
        ticker: new Ticker(this.clock),
        mailboxCountMax: 100,
        turnsPerTickMax: 100,
        askTimeoutMs: 5_000,
        onFailedTurn: (error) => {
          throw error;
        },
      },
    });
    const ticketChanges: TicketChangeStore = {
      resendMail: () => this.resent(),
      correctAddress: (correction) => {
        this.asked.push(correction);
        return this.corrected();
      },
    };
    const random = {
      challengeId: () => new Uint8Array(16),
      registrationId: () => "none" as RegistrationId,
      ticketKey: () => NEW_KEY,
    };
    this.deps = {
      ...openProofs({ otpKeys: this.#keys, boot: 1, random, limits }),
      clock: this.clock,
      shards,
      ticketChanges,
      otpKeys: this.#keys,
      boot: 1,
      phones: new PhoneReader({ defaultCountry: "BD", countries: null }),
      ranges: new RangeConversion(() => {}),
      deadlines: new Deadlines(this.clock, 5_000),
      random,
      retryAfterMs: 2_000,
    };
  }

  /** A code on its way to the phone, and what a correction needs of it. */
  async codeFor(purpose: CodePurpose = "recover", phone = PHONE) {
    this.#challengeCount += 1;
    const challenge: Challenge = {
      id: new Uint8Array(16).fill(this.#challengeCount),
      eventId: EVENT_ID,
      purpose,
      issuedAtMs: this.clock.nowMs(),
      boot: 1,
    };
    const message = { challengeKey: challengeKey(challenge), source: this.#challengeCount };
    await this.deps.shards.ask(phoneKey(phone), { kind: "request", ...message });
    return {
      phone,
      asker: { address: ADDRESS, proof: null },
      challenge: sealChallenge(challenge, phone, this.#keys),
      code: deriveCode(challenge, phone, this.#keys),
    };
  }
}

export function away(): Promise<never> {
  return Promise.reject(new Error("connect ECONNREFUSED 10.0.0.1"));
}
