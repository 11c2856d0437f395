import type { Clock } from "./clock.ts";

/** Runs a drain whose signal aborts after the time given, and leaves no timer behind. */
export async function within(
  clock: Clock,
  timeoutMs: number,
  drain: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const cancel = clock.after(timeoutMs, () => controller.abort());
  try {
    await drain(controller.signal);
  } finally {
    cancel();
  }
}

/** Resolves once it aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}
