import type { EventApi, Tick } from "../parts/api.ts";

/** Between two questions while nothing is near; a crowd of 100,000 asks a CDN 5,000 times a second. */
const TICK_EVERY_MS = 20_000;
/** Questions of pages that were loaded together drift apart by up to this share. */
const TICK_JITTER = 0.5;

/**
 * Asks for the tick from time to time while the page is looked at, and at once when it is looked at again.
 * Returns a function that asks now.
 */
export function watchTick(
  api: EventApi,
  take: (tick: Tick) => void,
  random: () => number,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
    const result = await api.tick();
    isAsking = false;
    if (result.kind === "ok") take(result.body);
    if (!document.hidden) timer = setTimeout(askNow, TICK_EVERY_MS * (1 + random() * TICK_JITTER));
  };
  // `ask` cannot reject: the API's calls answer in values.
  const askNow = () => void ask();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else askNow();
  });
  askNow();
  return askNow;
}
