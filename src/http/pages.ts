import type { DeliveryStatus } from "../delivery/ports.ts";
import type { Language } from "../language/language.ts";
import type { Receipt, ReceiptStatement } from "../organiser/receipt.ts";
import type { EventView } from "../registration/event-view.ts";
import type { Event } from "../sale/event.ts";
import type { TicketSheet } from "../ticket/ticket.ts";
import type { InboxMessage } from "./inbox.ts";

/** The pages people see, each a whole HTML document without inline scripts or styles. */
export interface Pages extends ReceiptPages {
  index(views: readonly EventView[], language: Language): string;
  attendee(view: EventView, language: Language): string;
  ticket(page: TicketPage, language: Language): string;
  /** For developers, in English. */
  inbox(messages: readonly InboxMessage[]): string;
  problem(page: ProblemPage, language: Language): string;
  /** Scripts, styles and pictures the pages name, by path as in `/assets/attend-3f9c.js`. */
  readonly assets: ReadonlyMap<string, Asset>;
}

export interface TicketPage {
  readonly sheet: TicketSheet;
  readonly codes: readonly TicketDayCodes[];
  /** Null for an event that is served no more. */
  readonly eventSlug: string | null;
  /** Null while the database cannot tell; the page's script asks again. */
  readonly delivery: DeliveryStatus | null;
  /** Paths on this host, as in `/t/{key}/tickets.pdf`. */
  readonly pdfPath: string;
  readonly statusPath: string;
}

/** What the barcodes of one event day hold. */
export interface TicketDayCodes {
  /** The event day, from 1. */
  readonly day: number;
  readonly ticketCode: string;
  readonly shortCode: string;
}

export interface ProblemPage {
  readonly status: number;
  /** Stable, as in `not_found`. */
  readonly code: string;
  readonly title: string;
  /** A sentence the reader can act on. */
  readonly detail: string;
}

export interface Asset {
  readonly content: string | Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** The pages of a receipt, each a whole HTML document without inline scripts or styles. */
export interface ReceiptPages {
  receipt(page: ReceiptPage, language: Language): string;
  /** In place of the receipt of a sale that has not ended. */
  receiptAhead(page: ReceiptAheadPage, language: Language): string;
}

export interface ReceiptPage {
  readonly event: Event;
  readonly statement: ReceiptStatement;
  readonly receipt: Receipt;
  /** Path of the signed statement on this host. */
  readonly jsonPath: string;
}

export interface ReceiptAheadPage {
  readonly event: Event;
  readonly saleNumber: number;
}
