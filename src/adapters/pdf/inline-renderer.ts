import { tryRenderTicket } from "../../../workers/ticket-batch.ts";
import { TicketPress } from "../../../workers/ticket-press.ts";
import type { RenderOutcome, TicketRenderer } from "../../delivery/ports.ts";
import type { KeyRing } from "../../ticket/signing-key.ts";
import type { TicketSheet } from "../../ticket/ticket.ts";

/** Draws on the calling thread: for tests, the simulator and commands. A server uses the pool. */
export class InlineRenderer implements TicketRenderer {
  readonly #press: TicketPress;

  constructor(ring: KeyRing) {
    this.#press = new TicketPress(ring);
  }

  render(sheet: TicketSheet): Promise<RenderOutcome> {
    return tryRenderTicket(sheet, this.#press);
  }
}
