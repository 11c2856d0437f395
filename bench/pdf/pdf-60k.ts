import { RenderPool } from "../../src/adapters/pdf/render-pool.ts";
import { limits } from "../../src/limits.ts";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { TEST_KEY_RING_TEXT } from "../../test/ticket/make-ticket-sheet.ts";
import { ticketSheet } from "./ticket-people.ts";

export interface Pdf60k {
  readonly seconds: number;
  readonly ticketCount: number;
  readonly ticketsPerS: number;
  readonly threadCount: number;
  readonly bytesMean: number;
  readonly bytesMax: number;
  /** Processor seconds of the whole process, its threads included. */
  readonly processorS: number;
}

/** A whole sale's tickets through the service's own pool, from the start of its threads to the last byte back here. */
export async function run({ isSmoke }: { readonly isSmoke: boolean }): Promise<Pdf60k> {
  const ticketCount = isSmoke ? 300 : 60_000;
  const threadCount = 2;
  const sizes: number[] = [];
  const cpuStart = process.cpuUsage();
  const start = performance.now();
  await using pool = openPool(threadCount);
  let ordinal = 0;
  const askUntilDone = async (): Promise<void> => {
    while (ordinal < ticketCount) {
      ordinal += 1;
      const outcome = await pool.render(ticketSheet(ordinal));
      if (outcome.kind !== "rendered") throw new Error(`ticket ${ordinal}: ${outcome.kind}`);
      sizes.push(outcome.pdf.byteLength);
    }
  };
  const askers = Math.min(4 * threadCount * limits.renderBatchCountMax, limits.renderQueueCountMax);
  await Promise.all(Array.from({ length: askers }, askUntilDone));
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpuStart);
  return {
    seconds,
    ticketCount: sizes.length,
    ticketsPerS: sizes.length / seconds,
    threadCount,
    bytesMean: sizes.reduce((sum, bytes) => sum + bytes, 0) / sizes.length,
    bytesMax: sizes.reduce((most, bytes) => Math.max(most, bytes), 0),
    processorS: (user + system) / 1_000_000,
  };
}

function openPool(threadCount: number): RenderPool {
  return new RenderPool({
    keyRingText: TEST_KEY_RING_TEXT,
    threadCount,
    queueCountMax: limits.renderQueueCountMax,
    batchCountMax: limits.renderBatchCountMax,
    taskTimeoutMs: limits.renderTimeoutMs,
    cacheBytesMax: limits.renderCacheBytesMax,
    retryAfterMs: limits.renderRetryAfterMs,
    // A bench that hangs is ended by whoever runs it.
    clock: new ManualClock(),
    onFault: (error) => {
      throw error;
    },
  });
}
