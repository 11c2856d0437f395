import type { RenderOutcome } from "../src/delivery/ports.ts";
import type { TicketSheet } from "../src/ticket/ticket.ts";
import type { TicketPress } from "./ticket-press.ts";

/** The PDFs of a batch in one buffer, so that one transfer carries them all between threads. */
export interface RenderedBatch {
  readonly bytes: ArrayBuffer;
  /** One for each sheet, in order. */
  readonly members: readonly RenderedMember[];
}

type RenderedMember =
  | { readonly kind: "rendered"; readonly offset: number; readonly byteCount: number }
  | { readonly kind: "failed"; readonly reason: string };

export async function renderBatch(
  sheets: readonly TicketSheet[],
  press: TicketPress,
): Promise<RenderedBatch> {
  const members: RenderedMember[] = [];
  const pdfs: Uint8Array[] = [];
  let offset = 0;
  for (const sheet of sheets) {
    const outcome = await tryRenderTicket(sheet, press);
    if (outcome.kind === "failed") {
      members.push(outcome);
      continue;
    }
    pdfs.push(outcome.pdf);
    members.push({ kind: "rendered", offset, byteCount: outcome.pdf.byteLength });
    offset += outcome.pdf.byteLength;
  }
  const bytes = new Uint8Array(offset);
  let end = 0;
  for (const pdf of pdfs) {
    bytes.set(pdf, end);
    end += pdf.byteLength;
  }
  return { bytes: bytes.buffer, members };
}

/** A sheet that cannot be drawn is an outcome of its own and costs nobody else in the batch. */
export async function tryRenderTicket(
  sheet: TicketSheet,
  press: TicketPress,
): Promise<Exclude<RenderOutcome, { readonly kind: "busy" }>> {
  try {
    return { kind: "rendered", pdf: await press.print(sheet) };
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}
