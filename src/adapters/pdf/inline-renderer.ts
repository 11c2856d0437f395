import { tryRenderTicket } from "../../../workers/ticket-batch.ts";
import { TicketFonts } from "../../../workers/ticket-fonts.ts";
import type { RenderOutcome, TicketRenderer } from "../../delivery/ports.ts";
import type { KeyRing } from "../../ticket/signing-key.ts";
import type { TicketSheet } from "../../ticket/ticket.ts";

/** Draws on the calling thread: for tests, the simulator and commands. A server uses the pool. */
export class InlineRenderer implements TicketRenderer {
  readonly #ring: KeyRing;
  readonly #fonts = new TicketFonts();

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  render(sheet: TicketSheet): Promise<RenderOutcome> {
    return tryRenderTicket(sheet, this.#ring, this.#fonts);
  }
}
