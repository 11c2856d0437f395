import { readFileSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { parseKeyRing } from "../../src/ticket/signing-key.ts";
import type { TicketSheet } from "../../src/ticket/ticket.ts";
import type { RenderedBatch } from "../../workers/ticket-batch.ts";
import { renderBatch } from "../../workers/ticket-batch.ts";
import type { TicketWorkerData } from "../../workers/ticket-pdf.ts";
import { TicketPress } from "../../workers/ticket-press.ts";
import type { WorkerOrder } from "./pdf-worker-orders.ts";
import { ORDERS_FILE } from "./pdf-worker-orders.ts";

const parsed = parseKeyRing((workerData as TicketWorkerData).keyRingText);
if (parsed.kind === "invalid") throw new Error(parsed.reason);
const press = new TicketPress(parsed.ring);

/** The real renderer, until it is ordered to fail. */
// oxlint-disable-next-line import/no-default-export -- piscina calls the default export
export default async function renderAsOrdered(sheets: readonly TicketSheet[]): Promise<unknown> {
  const batch = await renderBatch(sheets, press);
  return obey(readFileSync(ORDERS_FILE, "utf8") as WorkerOrder, batch);
}

function obey(order: WorkerOrder, batch: RenderedBatch): unknown {
  switch (order) {
    case "none":
      return batch;
    case "exit":
      return process.exit(1);
    case "throw":
      throw new Error("the whole batch is lost");
    case "run out of memory":
      return new ArrayBuffer(2 ** 52);
    case "hang":
      for (;;);
    case "answer nothing":
      return undefined;
    case "answer for too few":
      return { ...batch, members: batch.members.slice(1) };
    case "answer empty tickets":
      return resized(batch, () => 0);
    case "answer text":
      return { ...batch, bytes: new Uint8Array(batch.bytes).fill(32).buffer };
    case "answer the first half":
      return resized(batch, (byteCount) => byteCount >> 1);
    case "answer wrong lengths":
      return resized(batch, (byteCount) => byteCount + 1);
  }
}

function resized(batch: RenderedBatch, byteCount: (byteCount: number) => number): RenderedBatch {
  const members = batch.members.map((member) =>
    member.kind === "rendered" ? { ...member, byteCount: byteCount(member.byteCount) } : member,
  );
  return { ...batch, members };
}
