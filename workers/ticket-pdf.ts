import { workerData } from "node:worker_threads";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { parseKeyRing } from "../src/ticket/signing-key.ts";
import type { TicketSheet } from "../src/ticket/ticket.ts";
import { renderBatch } from "./ticket-batch.ts";
import { TicketPress } from "./ticket-press.ts";

/** What the pool gives each thread once, at its start. */
export interface TicketWorkerData {
  readonly keyRingText: string;
}

const parsed = parseKeyRing((workerData as TicketWorkerData).keyRingText);
if (parsed.kind === "invalid") throw new Error(parsed.reason);
const press = new TicketPress(parsed.ring);

/** Renders a batch; the pool receives its `RenderedBatch`, the buffer moved and not copied. */
export default async function renderTickets(sheets: readonly TicketSheet[]): Promise<unknown> {
  const batch = await renderBatch(sheets, press);
  return move({ [transferableSymbol]: [batch.bytes], [valueSymbol]: batch });
}
