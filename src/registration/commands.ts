import type { CodePurpose } from "../otp/challenge.ts";
import type { TicketKey } from "../ticket/ticket.ts";
import type {
  ConfirmOutcome,
  CorrectAddressOutcome,
  JoinLineOutcome,
  RequestCodeOutcome,
  RequestProofOutcome,
  ResendMailOutcome,
  VerifyOutcome,
} from "./outcome.ts";

/** Where a request came from, and what it brings to be let in. */
export interface Asker {
  /** The client's IP address by the trust mode. */
  readonly address: string;
  /** A solved proof-of-work, or one that was waited for. */
  readonly proof: string | null;
  /** A place in the waiting line. */
  readonly pass?: string | null;
}

/** Fields as they came over the wire, checked for type and length only. */
export interface RequestCodeCommand extends Asker {
  readonly eventSlug: string;
  readonly phone: string;
  /** The earlier request's challenge makes this a resend. */
  readonly challenge: string | null;
  readonly purpose: CodePurpose;
  readonly locale: string;
}

export interface RequestProofCommand {
  readonly eventSlug: string;
  readonly phone: string;
  readonly address: string;
}

export interface VerifyCommand extends Asker {
  readonly eventSlug: string;
  readonly phone: string;
  readonly challenge: string;
  readonly code: string;
}

export interface JoinLineCommand {
  readonly eventSlug: string;
  readonly price:
    | { readonly kind: "verification"; readonly verification: string }
    /** With the asker's proof. */
    | { readonly kind: "phone"; readonly phone: string }
    /** A place that is had already: only how long its seat is kept is asked. */
    | ShownPass;
  readonly asker: Asker;
}

export interface ShownPass {
  readonly kind: "pass";
  readonly pass: string;
  readonly phone: string;
}

export interface ConfirmCommand {
  readonly eventSlug: string;
  /** May be null for a `recover` challenge, where only a holder gets an answer. */
  readonly name: string | null;
  readonly email: string | null;
  readonly locale: string;
  readonly proof: PhoneProof;
  readonly asker: Asker;
}

export type PhoneProof =
  | {
      readonly kind: "code";
      readonly phone: string;
      readonly challenge: string;
      readonly code: string;
    }
  | { readonly kind: "verification"; readonly verification: string };

export interface ResendMailCommand {
  readonly key: TicketKey;
}

export interface CorrectAddressCommand {
  readonly key: TicketKey;
  readonly email: string;
  readonly phone: string;
  /** Of a `recover` code. */
  readonly challenge: string;
  readonly code: string;
  readonly asker: Asker;
}

/** The use cases, bound to their actors and stores. None of them throws for an expected outcome. */
export interface Registration {
  requestCode(command: RequestCodeCommand): Promise<RequestCodeOutcome>;
  verify(command: VerifyCommand): Promise<VerifyOutcome>;
  confirm(command: ConfirmCommand): Promise<ConfirmOutcome>;
}

export type JoinLine = (command: JoinLineCommand) => Promise<JoinLineOutcome>;

/** Answers at once: nothing is looked up and nothing kept. */
export type RequestProof = (command: RequestProofCommand) => RequestProofOutcome;

/** What a holder may change of a ticket; no more than the use cases do these throw for an expected outcome. */
export interface TicketChanges {
  resendMail(command: ResendMailCommand): Promise<ResendMailOutcome>;
  correctAddress(command: CorrectAddressCommand): Promise<CorrectAddressOutcome>;
}
