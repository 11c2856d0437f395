import type { KeyRing } from "../src/ticket/signing-key.ts";
import type { TicketSheet } from "../src/ticket/ticket.ts";
import { ticketCodes } from "../src/ticket/ticket-codes.ts";
import { TicketFonts } from "./ticket-fonts.ts";
import { stampTicket } from "./ticket-stamp.ts";
import { makeTicketTemplate, type TicketTemplate } from "./ticket-template.ts";

/**
 * Events and languages of one thread at a time. A template is some 20 kB and as much again as the event's picture;
 * one that was let go is made again in 50 ms.
 */
export const TEMPLATE_COUNT_MAX = 64;

/**
 * Prints tickets: what an event's tickets have in common is drawn once, and each is stamped into it. The same
 * sheet gives the same bytes on any thread, whatever was printed before it.
 */
export class TicketPress {
  readonly #ring: KeyRing;
  readonly #fonts = new TicketFonts();
  /** The one unused for longest is first. */
  readonly #templates = new Map<string, Promise<TicketTemplate>>();
  #event: TicketSheet["event"] | null = null;
  #eventText = "";

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  get templateCount(): number {
    return this.#templates.size;
  }

  /** One page for each event day. Rejects when the ring lacks the event's key. */
  async print(sheet: TicketSheet): Promise<Uint8Array> {
    const codes = ticketCodes(sheet, this.#ring);
    return stampTicket(sheet, codes, await this.#template(sheet), this.#fonts);
  }

  #template(sheet: TicketSheet): Promise<TicketTemplate> {
    const key = this.#templateKey(sheet);
    const known = this.#templates.get(key);
    const template = known ?? makeTicketTemplate(sheet, this.#fonts);
    this.#templates.delete(key);
    this.#templates.set(key, template);
    if (known !== undefined) return known;
    // Whoever awaits it learns why; the next ticket tries again.
    template.catch(() => this.#templates.delete(key));
    for (const oldest of this.#templates.keys()) {
      if (this.#templates.size <= TEMPLATE_COUNT_MAX) break;
      this.#templates.delete(oldest);
    }
    return template;
  }

  /** All that a template shows. The tickets of a batch mostly share their event, with a picture in it. */
  #templateKey({ eventId, locale, host, event }: TicketSheet): string {
    if (event !== this.#event) {
      this.#event = event;
      this.#eventText = JSON.stringify(event);
    }
    return `${eventId} ${host} ${locale} ${this.#eventText}`;
  }
}
