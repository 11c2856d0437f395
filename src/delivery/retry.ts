import { ok as assert } from "node:assert";

/** The first and the longest wait between two tries. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * Milliseconds until the next try after `tries` failed ones: doubled each time up to the longest wait, half of it
 * jittered so that a provider that comes back is not met by everyone at once, never sooner than it asked for.
 */
export function retryDelayMs(
  backoff: Backoff,
  failed: { readonly tries: number; readonly afterMs: number },
  random: () => number,
): number {
  assert(Number.isFinite(failed.afterMs), `no instant lies ${failed.afterMs} ms ahead`);
  const waitMs = Math.min(backoff.maxMs, backoff.firstMs * 2 ** (failed.tries - 1));
  return Math.max((waitMs / 2) * (1 + random()), failed.afterMs);
}
