import { createHash } from "node:crypto";
import type { TicketSheet } from "../../ticket/ticket.ts";

/**
 * Tells sheets apart. Rows of the database each bring their event along, with a picture of up to 90 kB in it: it is
 * in no key, and sheets that follow one another share it, so that a batch of them carries it to a thread once.
 */
export class SheetKeys {
  #event: TicketSheet["event"] | null = null;
  #eventText = "";
  #eventDigest = "";

  /** The sheet as it is to be sent, and a short text that no other sheet has. */
  identify(sheet: TicketSheet): { readonly key: string; readonly sheet: TicketSheet } {
    const event = this.#share(sheet.event);
    const key = `${this.#eventDigest} ${JSON.stringify({ ...sheet, event: null })}`;
    return { key, sheet: event === sheet.event ? sheet : { ...sheet, event } };
  }

  #share(event: TicketSheet["event"]): TicketSheet["event"] {
    if (this.#event === event) return event;
    const text = JSON.stringify(event);
    if (this.#event !== null && this.#eventText === text) return this.#event;
    this.#event = event;
    this.#eventText = text;
    this.#eventDigest = createHash("sha256").update(text).digest("base64");
    return event;
  }
}
