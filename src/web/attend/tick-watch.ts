import type { EventApi, Tick } from "../parts/api.ts";

/** Between two questions while nothing is near; a crowd of 100,000 asks a CDN 5,000 times a second. */
const TICK_EVERY_MS = 20_000;
/** However soon the server would like to be asked again. */
const TICK_EVERY_MIN_MS = 5_000;
/** Questions of pages that were loaded together drift apart by this share, up or down. */
const TICK_JITTER = 0.2;
/** The first question after an opening: the draw takes a moment, and not all are to ask at once. */
const AFTER_OPENING_MS = 1_000;
const AFTER_OPENING_JITTER_MS = 3_000;
/** In a tab that nobody looks at, one who waits in a line is still told by its title when the turn comes. */
const HIDDEN_EVERY_MIN_MS = 30_000;
const HIDDEN_MAX_MS = 30 * 60_000;

export interface TickWatchParts {
  readonly api: Pick<EventApi, "tick">;
  readonly take: (tick: Tick) => void;
  /** No answer came. It is asked again all the same. */
  readonly lost: () => void;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Monotonic. */
  readonly elapsedMs: () => number;
}

/**
 * Asks for the tick from time to time while the page is looked at, and at once when it is looked at again or the
 * network is back. Returns a function that asks now.
 */
export function watchTick({ api, take, lost, random, elapsedMs }: TickWatchParts): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let last: Tick | null = null;
  let hiddenFromMs = elapsedMs();
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
    const result = await api.tick();
    isAsking = false;
    if (result.kind === "ok") {
      last = result.body;
      take(last);
    } else lost();
    const hiddenMs = document.hidden ? elapsedMs() - hiddenFromMs : null;
    const delayMs = tickDelayMs(last, { random: random(), hiddenMs });
    if (delayMs !== null) timer = setTimeout(askNow, delayMs);
  };
  // `ask` cannot reject: the API's calls answer in values.
  const askNow = () => void ask();
  document.addEventListener("visibilitychange", () => {
    hiddenFromMs = elapsedMs();
    if (!document.hidden) askNow();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) askNow();
  });
  addEventListener("online", askNow);
  addEventListener("offline", lost);
  askNow();
  return askNow;
}

/** How long until the next question; null for not before the page is looked at again. */
export function tickDelayMs(
  last: Tick | null,
  at: { readonly random: number; readonly hiddenMs: number | null },
): number | null {
  const line = last?.line ?? null;
  const everyMs = line === null ? TICK_EVERY_MS : Math.max(line.everyMs, TICK_EVERY_MIN_MS);
  const usualMs = everyMs * (1 + TICK_JITTER * (2 * at.random - 1));
  if (at.hiddenMs !== null) {
    if (line === null || at.hiddenMs > HIDDEN_MAX_MS) return null;
    return Math.max(usualMs, HIDDEN_EVERY_MIN_MS);
  }
  const opensInMs = last === null || last.sale === null ? 0 : last.sale.opensAtMs - last.nowMs;
  if (line === null || opensInMs <= 0) return usualMs;
  return Math.min(usualMs, opensInMs + AFTER_OPENING_MS + at.random * AFTER_OPENING_JITTER_MS);
}
