/** Everything a ticket shows of its event, frozen under a revision so that old tickets keep their bytes. */
export interface EventDetails {
  readonly name: string;
  readonly venue: string;
  readonly description: string;
  /** IANA name, as in `Asia/Dhaka`; dates and times on tickets and pages are told in it. */
  readonly timeZone: string;
  readonly days: readonly EventDay[];
  /** The colour of its tickets, `#rrggbb`. */
  readonly theme?: EventTheme;
  /** What tickets ask their holders to bring; lines are parted by line feeds. */
  readonly bring?: string;
  /** PNG or JPEG as a `data:` URL, drawn at the head of each ticket page. */
  readonly picture?: string;
}

export interface EventTheme {
  /** `#rrggbb` in lower case. */
  readonly accent: string;
}

/** A day on which a ticket of the event admits. */
export interface EventDay {
  /** From 1, dense, at most 16; printed in the ticket code. */
  readonly day: number;
  /** Calendar date in the event's time zone, `YYYY-MM-DD`. */
  readonly date: string;
  /** Local time at which the doors open, `HH:MM`. */
  readonly doorsAt: string;
}

/** One registration window of an event. Instants are milliseconds since the Unix epoch. */
export interface Sale {
  readonly id: number;
  /** From 1 within its event, at most 16; printed in the ticket code. */
  readonly number: number;
  readonly verifyFromMs: number;
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  readonly quota: number;
  /** Absent where the waiting room is off. */
  readonly lobby?: Lobby;
}

/** Where those gather who come before the opening: their places in the line are drawn. */
export interface Lobby {
  /** Not before `verifyFromMs` where codes are sent before the opening, nor after `opensAtMs`. */
  readonly fromMs: number;
  /**
   * The public value, named beforehand and known to nobody, that goes into the draw, as in `drand round 5512345`;
   * absent where the draw goes without one.
   */
  readonly beacon?: string;
}

/** Whether a proof-of-work is asked of everyone before a code, and which of the two. */
export type ProofDemand = "off" | "on" | "raised";

/** An event as the service runs it: its identity, what tickets show, its sales in order of opening. */
export interface Event {
  /** 1 to 65,535; printed in the ticket code. */
  readonly id: number;
  readonly slug: string;
  /** Counts changes of `details`; stored with each registration. */
  readonly revision: number;
  readonly details: EventDetails;
  /** The public host when the event was made; part of what a ticket's signature covers. */
  readonly host: string;
  /** The version of the signing key its tickets are signed with. */
  readonly keyId: number;
  readonly isPaused: boolean;
  readonly proof: ProofDemand;
  readonly sales: readonly Sale[];
}
