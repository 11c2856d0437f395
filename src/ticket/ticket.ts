/** 128 random bits, base64url (22 characters): whoever knows it holds the ticket. Minted before the commit. */
export type TicketKey = string & { readonly __brand: "TicketKey" };

/** UUID version 7 (RFC 9562), minted by the server before the commit: in order of time, which its index likes. */
export type RegistrationId = string & { readonly __brand: "RegistrationId" };

/** What the ticket code of one registration on one event day says; see `README.md` beside this file. */
export interface TicketClaim {
  readonly eventId: number;
  /** Event day, from 1. */
  readonly day: number;
  /** Number of the sale within its event, from 1. */
  readonly saleNumber: number;
  /** Dense from 1 within its sale. */
  readonly ordinal: number;
  /** Counts reissues of a ticket; 0 as first issued. */
  readonly revision: number;
  readonly registrationId: RegistrationId;
}

/** All that a ticket PDF or page shows: the PDF is a pure function of this and the template version. */
export interface TicketSheet {
  readonly registrationId: RegistrationId;
  readonly ticketKey: TicketKey;
  readonly eventId: number;
  readonly saleNumber: number;
  readonly ordinal: number;
  /** As the person typed it, normalised; at most 80 graphemes, any script. */
  readonly holderName: string;
  /** BCP 47 tag of the holder's language. */
  readonly locale: string;
  /** Host and signing-key version, frozen with the event. */
  readonly host: string;
  readonly keyId: number;
  readonly templateVersion: number;
  readonly event: {
    readonly name: string;
    readonly venue: string;
    readonly timeZone: string;
    readonly days: readonly {
      readonly day: number;
      readonly date: string;
      readonly doorsAt: string;
    }[];
    /** `#rrggbb`. */
    readonly theme?: { readonly accent: string };
    /** What to bring, in the organiser's words; lines are parted by line feeds. */
    readonly bring?: string;
    /** PNG or JPEG as a `data:` URL. */
    readonly picture?: string;
  };
}

/** Raised when the same sheet would no longer give the same bytes: layout, fonts, or the Bun that renders it. */
export const TEMPLATE_VERSION = 1;

const TICKET_KEY = /^[A-Za-z0-9_-]{22}$/;

export function parseTicketKey(text: string): TicketKey | null {
  return TICKET_KEY.test(text) ? (text as TicketKey) : null;
}
