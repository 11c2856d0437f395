import type { Email } from "../attendee/email.ts";
import type { Phone } from "../attendee/phone.ts";
import type { TicketKey } from "../ticket/ticket.ts";

/** What a holder may change after the commit; every call throws when the database is away. */
export interface TicketChangeStore {
  /** Owes the ticket's mail once more, to the address as it stands, unless the pace forbids it. */
  resendMail(key: TicketKey, pace: ResendPace): Promise<MailResent>;
  /**
   * Puts the address right once, with the new key in the place of the old: SMS and mail are owed anew, and what the
   * old key or address was still to get is not. The same correction again finds what the first one made, and
   * one to the address that stands changes nothing.
   */
  correctAddress(correction: AddressCorrection): Promise<AddressCorrected>;
}

export interface ResendPace {
  readonly countMax: number;
  /** Mails asked for within this time count. */
  readonly withinMs: number;
}

export type MailResent =
  | { readonly kind: "queued"; readonly leftCount: number }
  /** A mail of this ticket waits to be sent. */
  | { readonly kind: "under-way" }
  | { readonly kind: "spent"; readonly waitMs: number }
  | { readonly kind: "not-found" };

export interface AddressCorrection {
  readonly eventId: number;
  /** Proved to be the asker's. */
  readonly phone: Phone;
  /** The key the correction is asked under; dead where this is a repetition. */
  readonly key: TicketKey;
  readonly newKey: TicketKey;
  readonly email: Email;
}

export type AddressCorrected =
  | { readonly kind: "corrected"; readonly key: TicketKey }
  | { readonly kind: "already-corrected" }
  /** The phone holds no ticket of the event, or not the one of this key. */
  | { readonly kind: "not-found" };
