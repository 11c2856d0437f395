import type { Email } from "../attendee/email.ts";
import type { PersonName } from "../attendee/person-name.ts";
import type { Phone } from "../attendee/phone.ts";
import type { RegistrationId, TicketKey } from "../ticket/ticket.ts";

/** Someone whose phone is proved and who asks for a seat; ids are minted before the first commit is tried. */
export interface Candidate {
  readonly registrationId: RegistrationId;
  readonly ticketKey: TicketKey;
  readonly phone: Phone;
  readonly name: PersonName;
  readonly email: Email;
  /** BCP 47 tag: the language of SMS, mail and ticket. */
  readonly locale: string;
  /** The instant the quota actor took the request, ms since the epoch by the disciplined clock. */
  readonly takenAtMs: number;
}

/** A seat that is held, as its holder is told of it. */
export interface Seat {
  readonly registrationId: RegistrationId;
  readonly ticketKey: TicketKey;
  readonly ordinal: number;
}

/** What the commit made of one member of a batch. */
export type MemberOutcome =
  | { readonly kind: "committed"; readonly seat: Seat }
  /** The phone holds a seat of the event already (or won it earlier in the same batch). */
  | { readonly kind: "holder"; readonly seat: Seat }
  | { readonly kind: "full" }
  | { readonly kind: "not-open" }
  | { readonly kind: "closed" };

/** How one call of the commit function ended. */
export type CommitAnswer =
  /** One outcome per member, in the members' order, and the seats given out of the sale after it. */
  | { readonly kind: "done"; readonly outcomes: readonly MemberOutcome[]; readonly sold: number }
  /** PostgreSQL refused the data itself (SQLSTATE classes 22 and 23): nothing is written. */
  | { readonly kind: "refused"; readonly error: Error }
  /** Nobody knows whether it is written: run it again with the same ids. */
  | { readonly kind: "unknown"; readonly error: Error };

/** The seats of all events, as the core needs them. */
export interface RegistrationStore {
  /** Makes one call and one try; never throws for a database that is away. */
  commitBatch(saleId: number, members: readonly Candidate[]): Promise<CommitAnswer>;
  /** The seat each phone holds in the event, or null, in the phones' order; throws when the database is away. */
  findHolders(eventId: number, phones: readonly Phone[]): Promise<readonly (Seat | null)[]>;
}
