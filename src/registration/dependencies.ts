import type { Clock } from "../actor/clock.ts";
import type { Deadlines } from "../actor/deadlines.ts";
import type { PhoneReader } from "../attendee/phone-reader.ts";
import type { OtpPolicy } from "../otp/otp.ts";
import type { OtpKeys } from "../otp/otp-keys.ts";
import type { OtpShards } from "../otp/otp-shards.ts";
import type { CodeOutbound } from "../otp/ports.ts";
import type { RangeConversion } from "../otp/range-conversion.ts";
import type { ProofDesk } from "../proof/proof-desk.ts";
import type { Seats } from "../quota/seats.ts";
import type { ProofDemand } from "../sale/event.ts";
import type { SourceLimits } from "../source-limit/source-limits.ts";
import type { RegistrationId, TicketKey } from "../ticket/ticket.ts";
import type { WaitingRooms } from "../waiting-room/waiting-rooms.ts";
import type { EventViews } from "./event-view.ts";
import type { TicketChangeStore } from "./ports.ts";

/** What the use cases work with. */
export interface RegistrationDependencies extends ProofDependencies {
  readonly events: EventViews;
  readonly shards: OtpShards;
  readonly otpKeys: OtpKeys;
  readonly otpPolicy: OtpPolicy;
  /** Number of this life of the process. */
  readonly boot: number;
  readonly outbound: CodeOutbound;
  readonly ranges: Pick<RangeConversion, "shutUntilMs" | "sent" | "used">;
  /** The whole SMS that carries a code. */
  readonly codeText: (code: string, locale: string) => string;
  readonly seats: Seats;
  readonly rooms: Pick<WaitingRooms, "find">;
  readonly mode: StrainMeasures;
  /** Somebody who had been let in found no seat: a broken promise. */
  readonly onAdmittedInVain: () => void;
  readonly phones: PhoneReader;
  /** The request's own deadline: what has no answer by then is told to try again. */
  readonly deadlines: Deadlines;
  readonly random: Randomness;
}

/** What the service does here to bend and not break. */
export interface StrainMeasures {
  readonly isProofRaised: boolean;
  /** No new codes before the opening. */
  readonly areVerificationsPaused: boolean;
}

/** What decides who is asked for a proof-of-work. */
export interface ProofDependencies {
  readonly proofs: ProofDesk;
  readonly sources: SourceLimits;
  /** Hashes a proof takes on average. */
  readonly proofHashCounts: Readonly<Record<Exclude<ProofDemand, "off">, number>>;
  readonly clock: Clock;
  readonly retryAfterMs: number;
}

/** What one guess at a code needs of them. */
export type CodeCheckDependencies = ProofDependencies &
  Pick<RegistrationDependencies, "boot" | "otpKeys" | "phones" | "ranges" | "shards">;

/** What changes of a ticket work with. */
export interface TicketChangeDependencies
  extends CodeCheckDependencies,
    Pick<RegistrationDependencies, "deadlines" | "random"> {
  readonly ticketChanges: TicketChangeStore;
}

/** Secrets of the right shape from a cryptographic source; tests and the simulator hand in their own. */
export interface Randomness {
  /** 128 bits. */
  challengeId(): Uint8Array;
  registrationId(): RegistrationId;
  ticketKey(): TicketKey;
}
