import type { ApiResult } from "../parts/api.ts";
import type { ComplaintCode } from "./attend-state.ts";

export interface Retry {
  readonly delayMs: number;
  readonly because: ComplaintCode;
}

/** After this many the person decides; with the waits below that is about ten minutes. */
const TRIES_MAX = 24;
const FIRST_DELAY_MS = 1_000;
const DELAY_MAX_MS = 30_000;
/** An opening further away than this is left to the countdown. */
const OPENING_WAIT_MAX_S = 30;

/**
 * Whether and when to send the same request again without asking the person, or null for not at all. A lost
 * answer is only asked for again where that `isHarmless`: a second code request would cost a second SMS.
 * `random` is from 0 to 1 and spreads a crowd that was refused together.
 */
export function retryAfter(
  result: ApiResult<unknown>,
  at: { readonly tries: number; readonly isHarmless: boolean; readonly random: number },
): Retry | null {
  if (result.kind === "ok" || at.tries >= TRIES_MAX) return null;
  const backoffMs = Math.min(FIRST_DELAY_MS * 2 ** (at.tries - 1), DELAY_MAX_MS);
  if (result.kind === "unreachable") {
    if (!at.isHarmless) return null;
    return { delayMs: backoffMs * (0.5 + at.random), because: "unreachable" };
  }
  const { status, code, retryAfterS, opensInS } = result.problem;
  if (code === "not_open" && at.isHarmless && opensInS !== null && opensInS <= OPENING_WAIT_MAX_S) {
    return { delayMs: (opensInS + at.random) * 1000, because: code };
  }
  // A gateway answers for a server it could not reach; unlike a 503, the request may have been served.
  const isLost = status === 502 || status === 504 || status >= 520;
  if (status !== 503 && !(isLost && at.isHarmless)) return null;
  const waitMs = Math.max((retryAfterS ?? 0) * 1000, backoffMs);
  return { delayMs: waitMs * (1 + at.random / 2), because: code };
}
