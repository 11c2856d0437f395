import type { ProofChallenge } from "../proof/proof-challenge.ts";
import type { Seat } from "../quota/ports.ts";
import type { AddressCorrected } from "./ports.ts";

/** Why nothing is given out now. */
export type SaleRefusal =
  | { readonly kind: "not-open"; readonly opensInS: number | null }
  | { readonly kind: "sale-full" }
  | { readonly kind: "sale-closed" }
  | { readonly kind: "sale-paused"; readonly retryAfterS: number };

/** The service cannot take the request now; the same request may succeed after the wait. */
export type Unavailable =
  | { readonly kind: "overloaded"; readonly retryAfterS: number }
  | { readonly kind: "gateway-unavailable"; readonly retryAfterS: number }
  | { readonly kind: "draining"; readonly retryAfterS: number };

export type InvalidInput =
  | { readonly kind: "invalid-phone" }
  | { readonly kind: "country-not-served" }
  | { readonly kind: "invalid-name" }
  | { readonly kind: "invalid-email" };

export type CodeRefusal =
  | { readonly kind: "code-wrong"; readonly attemptsLeft: number }
  | { readonly kind: "code-expired" }
  | { readonly kind: "code-exhausted" }
  | { readonly kind: "challenge-invalid" };

/** What must be brought first: a proof-of-work, or another than was brought. */
export type ProofRefusal =
  | { readonly kind: "proof-required" }
  | { readonly kind: "proof-invalid" }
  /** Nobody else who waited instead of proving is let in from there now. */
  | { readonly kind: "rate-limited"; readonly retryAfterS: number };

/** What the waiting line asks for first. */
export type LineRefusal =
  | { readonly kind: "pass-required" }
  /** Not a place of this phone in this sale's line. */
  | { readonly kind: "pass-invalid" }
  | {
      readonly kind: "not-your-turn";
      readonly retryAfterS: number;
      /** The time of the place is over: only another one helps. */
      readonly isLapsed: boolean;
    };

export type JoinLineOutcome =
  | {
      readonly kind: "in-line";
      readonly pass: string;
      /** Null until the lobby is drawn. */
      readonly place: number | null;
      /** What was given for it. */
      readonly cost: "verification" | "proof";
      /** How much longer a seat is kept, in whole seconds; null where it is not the turn of this place. */
      readonly keptForS: number | null;
    }
  | LineRefusal
  | { readonly kind: "no-waiting-room" }
  | { readonly kind: "verification-invalid" }
  | { readonly kind: "event-not-found" }
  | InvalidInput
  | ProofRefusal
  | SaleRefusal
  | Unavailable;

/** A broken invariant; logged where it happened, told as an internal error. */
export interface Failed {
  readonly kind: "failed";
}

export type RequestProofOutcome =
  | {
      readonly kind: "proof";
      readonly challenge: ProofChallenge;
      /** From when on it is taken unsolved. */
      readonly waitS: number;
    }
  | { readonly kind: "proof-not-asked" }
  | { readonly kind: "event-not-found" }
  | InvalidInput;

export type RequestCodeOutcome =
  | {
      readonly kind: "sent";
      readonly challenge: string;
      readonly expiresInS: number;
      readonly resendInS: number;
      /** How long the SMS waits for its turn. */
      readonly leavesInS: number;
    }
  | { readonly kind: "resend-too-soon"; readonly retryAfterS: number }
  | { readonly kind: "rate-limited"; readonly retryAfterS: number }
  | { readonly kind: "challenge-invalid" }
  | { readonly kind: "code-expired" }
  | { readonly kind: "code-exhausted" }
  | { readonly kind: "event-not-found" }
  | InvalidInput
  | ProofRefusal
  | LineRefusal
  | SaleRefusal
  | Unavailable
  | Failed;

export type VerifyOutcome =
  | { readonly kind: "verified"; readonly verification: string }
  | { readonly kind: "event-not-found" }
  | InvalidInput
  | CodeRefusal
  | ProofRefusal
  | LineRefusal
  | SaleRefusal
  | Unavailable
  | Failed;

export type ConfirmOutcome =
  | { readonly kind: "registered"; readonly seat: Seat }
  | { readonly kind: "holder"; readonly seat: Seat }
  | { readonly kind: "verification-invalid" }
  | { readonly kind: "event-not-found" }
  | InvalidInput
  | CodeRefusal
  | ProofRefusal
  | LineRefusal
  | Exclude<SaleRefusal, { readonly kind: "sale-paused" }>
  /** After the code was right a `503` carries what is needed to try again without another code. */
  | (Unavailable & { readonly verification?: string })
  | { readonly kind: "sale-paused"; readonly retryAfterS: number; readonly verification?: string }
  | Failed;

export type ResendMailOutcome =
  | { readonly kind: "mail-queued"; readonly mailsLeftToday: number }
  | { readonly kind: "rate-limited"; readonly retryAfterS: number }
  | { readonly kind: "not-found" }
  | Unavailable;

export type CorrectAddressOutcome =
  | AddressCorrected
  | InvalidInput
  | CodeRefusal
  | ProofRefusal
  | Unavailable
  | Failed;
