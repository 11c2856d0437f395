import type { EventView, EventViews } from "../registration/event-view.ts";
import { SHARED } from "./answers.ts";
import { instant } from "./event-answers.ts";
import type { TickBody } from "./wire.ts";

/** Runs a task once after the delay; the answer cancels it. `actor/clock.ts` is one. */
export interface Timer {
  after(delayMs: number, task: () => void): () => void;
}

/** Answers that Bun gives by itself, by path. */
export type PreparedRoutes = Record<string, { readonly GET: Response }>;

const TICK_EVERY_MS = 1_000;
const TICK_EVERY_MS_MIN = 20;

/**
 * Publishes every event's tick as a prepared answer once a second, and at the instant a state changes,
 * so that polling crowds are served by Bun itself without a line of ours running.
 */
export class TickBoard {
  readonly #events: EventViews;
  readonly #timer: Timer;
  readonly #publish: (routes: PreparedRoutes) => void;
  #cancel: () => void = () => {};

  constructor(events: EventViews, timer: Timer, publish: (routes: PreparedRoutes) => void) {
    this.#events = events;
    this.#timer = timer;
    this.#publish = publish;
  }

  start(): void {
    this.#rebuild();
  }

  stop(): void {
    this.#cancel();
  }

  #rebuild(): void {
    const views = this.#events.all();
    const routes = views.map((view) => [tickPath(view.event.slug), { GET: tickAnswer(view) }]);
    this.#publish(Object.fromEntries(routes));
    this.#cancel = this.#timer.after(nextTickMs(views), () => this.#rebuild());
  }
}

/** The same for everyone, under 300 bytes; Bun answers `If-None-Match` by the tag. */
export function tickAnswer(view: EventView): Response {
  const body = JSON.stringify(tickOf(view));
  return new Response(body, {
    headers: {
      "content-type": "application/json",
      "cache-control": SHARED,
      etag: `"${Bun.hash(body).toString(36)}"`,
      "x-content-type-options": "nosniff",
    },
  });
}

function tickPath(slug: string): string {
  return `/api/v1/events/${encodeURIComponent(slug)}/tick`;
}

function tickOf(view: EventView): TickBody {
  const { current } = view;
  return {
    now: instant(view.nowMs),
    sale:
      current === null
        ? null
        : {
            number: current.sale.number,
            state: current.state,
            opensAt: instant(current.sale.opensAtMs),
            closesAt: instant(current.sale.closesAtMs),
          },
    next: view.nextInstantMs === null ? null : instant(view.nextInstantMs),
    remaining: current?.remaining ?? 0,
  };
}

function nextTickMs(views: readonly EventView[]): number {
  const untilChangesMs = views.map(({ nextInstantMs, nowMs }) =>
    nextInstantMs === null ? TICK_EVERY_MS : nextInstantMs - nowMs,
  );
  return Math.max(TICK_EVERY_MS_MIN, Math.min(TICK_EVERY_MS, ...untilChangesMs));
}
