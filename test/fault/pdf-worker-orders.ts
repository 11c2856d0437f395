import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a rendering thread is to fail; `none` is to do its work. */
export type WorkerOrder = (typeof WORKER_FAULTS)[number] | "none";

export const WORKER_FAULTS = [
  "exit",
  "throw",
  "run out of memory",
  "hang",
  "answer nothing",
  "answer for too few",
  "answer empty tickets",
  "answer text",
  "answer the first half",
  "answer wrong lengths",
] as const;

/** Threads share the number of their process, and a file outlives a thread. */
export const ORDERS_FILE = join(tmpdir(), `floodgate-test-orders-${process.pid}`);

/** In force for every batch from now on, in every thread of this process that runs the obedient worker. */
export function order(fault: WorkerOrder): void {
  writeFileSync(ORDERS_FILE, fault);
}

export function removeOrders(): void {
  rmSync(ORDERS_FILE, { force: true });
}
