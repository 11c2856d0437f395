import { workerData } from "node:worker_threads";
import { parseKeyRing } from "../../../src/ticket/signing-key.ts";
import type { TicketSheet } from "../../../src/ticket/ticket.ts";
import { renderBatch } from "../../../workers/ticket-batch.ts";
import type { TicketWorkerData } from "../../../workers/ticket-pdf.ts";
import { TicketPress } from "../../../workers/ticket-press.ts";

/** The real renderer, but for holders whose names are orders to fail. */
const parsed = parseKeyRing((workerData as TicketWorkerData).keyRingText);
if (parsed.kind === "invalid") throw new Error(parsed.reason);
const press = new TicketPress(parsed.ring);

// oxlint-disable-next-line import/no-default-export -- piscina calls the default export
export default async function renderOrFail(sheets: readonly TicketSheet[]): Promise<unknown> {
  const names = new Set(sheets.map((sheet) => sheet.holderName));
  if (names.has("Exit")) process.exit(1);
  if (names.has("Throw")) throw new Error("the whole batch is lost");
  if (names.has("Hang")) for (;;);
  if (names.has("Wait")) await new Promise(() => {});
  return renderBatch(sheets, press);
}
