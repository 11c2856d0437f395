import type { StatusBody } from "../../http/wire.ts";

/** An answer that did not come is asked for again after this, then twice as long each time. */
const FAILED_FIRST_MS = 5_000;
const FAILED_MAX_MS = 60_000;
/** Whoever comes back to the page wants to know, but not more often than this. */
const SHOWN_AFTER_MS = 5_000;
/** Looked at for so long without a break, a page is forgotten on a table. */
const GIVES_UP_AFTER_MS = 3_600_000;
/** Questions of pages that were loaded together drift apart by up to this share. */
const JITTER = 0.5;

export interface StatusWatch {
  readonly path: string;
  /** From now; the server's word, as in each answer. */
  readonly askAgainS: number;
  readonly take: (status: StatusBody) => void;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Asks as rarely as the server says, while the page is looked at, until nothing more will be heard. */
export function watchStatus({ path, askAgainS, take, random }: StatusWatch): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isOver = false;
  let failures = 0;
  let askedAtMs = performance.now();
  let shownAtMs = askedAtMs;
  let dueAtMs = 0;

  const askAfter = (afterMs: number) => {
    dueAtMs = performance.now() + afterMs * (1 + random() * JITTER);
    setTimer();
  };
  const setTimer = () => {
    clearTimeout(timer);
    const isForgotten = dueAtMs - shownAtMs > GIVES_UP_AFTER_MS;
    if (isOver || isAsking || document.hidden || isForgotten) return;
    // `ask` cannot reject: an answer that does not come is a value.
    timer = setTimeout(() => void ask(), dueAtMs - performance.now());
  };
  const ask = async () => {
    isAsking = true;
    askedAtMs = performance.now();
    const status = await askOnce(path);
    isAsking = false;
    if (status === null) {
      askAfter(Math.min(FAILED_FIRST_MS * 2 ** failures, FAILED_MAX_MS));
      failures += 1;
      return;
    }
    failures = 0;
    take(status);
    if (status.askAgainS === null) isOver = true;
    else askAfter(status.askAgainS * 1_000);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return clearTimeout(timer);
    shownAtMs = performance.now();
    const soonAtMs = Math.max(shownAtMs, askedAtMs + SHOWN_AFTER_MS) + random() * 1_000;
    dueAtMs = Math.min(dueAtMs, soonAtMs);
    setTimer();
  });
  askAfter(askAgainS * 1_000);
}

async function askOnce(path: string): Promise<StatusBody | null> {
  try {
    const response = await fetch(path);
    return response.ok ? ((await response.json()) as StatusBody) : null;
  } catch {
    return null;
  }
}
