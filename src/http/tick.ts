import type { EventView, EventViews } from "../registration/event-view.ts";
import type { LineView } from "../waiting-room/waiting-room.ts";
import { instant } from "./event-answers.ts";
import { GUARDED, SHARED_HEADERS } from "./headers.ts";
import type { TickBody } from "./wire.ts";

/** Runs a task once after the delay; the answer cancels it. `actor/clock.ts` is one. */
export interface Timer {
  after(delayMs: number, task: () => void): () => void;
}

/** Answers by path that Bun gives by itself, or with one choice among prepared ones. */
export type PreparedRoutes = Record<
  string,
  { readonly GET: Response | ((request: Request) => Response) }
>;

export interface TickBoardOptions {
  readonly events: EventViews;
  /** Seconds between two looks of a page at it. */
  readonly pollEveryS: () => number;
  readonly timer: Timer;
  /** Besides those that every tick carries. */
  readonly headers: Readonly<Record<string, string>>;
  readonly publish: (routes: PreparedRoutes) => void;
}

const TICK_EVERY_MS = 1_000;
const TICK_EVERY_MS_MIN = 20;

/**
 * Publishes every event's tick as a prepared answer once a second, and at the instant a state changes,
 * so that polling crowds are served by Bun itself without a line of ours running.
 */
export class TickBoard {
  readonly #events: EventViews;
  readonly #pollEveryS: () => number;
  readonly #timer: Timer;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #publish: (routes: PreparedRoutes) => void;
  #cancel: () => void = () => {};

  constructor({ events, pollEveryS, timer, headers, publish }: TickBoardOptions) {
    this.#events = events;
    this.#pollEveryS = pollEveryS;
    this.#timer = timer;
    this.#headers = headers;
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
    const pollEveryS = this.#pollEveryS();
    const routes = views.map((view) => [
      tickPath(view.event.slug),
      { GET: tickAnswer(view, pollEveryS, this.#headers) },
    ]);
    this.#publish(Object.fromEntries(routes));
    this.#cancel = this.#timer.after(nextTickMs(views), () => this.#rebuild());
  }
}

/** The same for everyone, under 300 bytes; Bun answers `If-None-Match` by the tag. */
export function tickAnswer(
  view: EventView,
  pollEveryS: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = JSON.stringify(tickOf(view, pollEveryS));
  return new Response(body, {
    headers: {
      ...GUARDED,
      ...headers,
      "content-type": "application/json",
      ...SHARED_HEADERS,
      etag: `"${Bun.hash(body).toString(36)}"`,
    },
  });
}

function tickPath(slug: string): string {
  return `/api/v1/events/${encodeURIComponent(slug)}/tick`;
}

function tickOf(view: EventView, pollEveryS: number): TickBody {
  const { current } = view;
  return {
    now: instant(view.nowMs),
    sale:
      current === null
        ? null
        : {
            number: current.sale.number,
            state: current.state,
            opensAt: briefInstant(current.sale.opensAtMs),
            closesAt: briefInstant(current.sale.closesAtMs),
          },
    next: view.nextInstantMs === null ? null : briefInstant(view.nextInstantMs),
    remaining: current?.remaining ?? 0,
    ...(view.line !== null && { line: lineBody(view.line, pollEveryS) }),
  };
}

/** Whole seconds, as nearly all openings are, need no fraction. */
function briefInstant(instantMs: number): string {
  return instant(instantMs).replace(".000Z", "Z");
}

function lineBody(line: LineView, pollEveryS: number): NonNullable<TickBody["line"]> {
  return {
    phase: line.phase,
    size: line.lobbyCount,
    to: line.threshold,
    held: line.heldCount,
    rate: line.admittedPerMinute,
    share: line.seatedPercent,
    every: pollEveryS,
  };
}

function nextTickMs(views: readonly EventView[]): number {
  const untilChangesMs = views.map(({ nextInstantMs, nowMs }) =>
    nextInstantMs === null ? TICK_EVERY_MS : nextInstantMs - nowMs,
  );
  return Math.max(TICK_EVERY_MS_MIN, Math.min(TICK_EVERY_MS, ...untilChangesMs));
}
