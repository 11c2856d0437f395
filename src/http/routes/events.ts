import { Elysia } from "elysia";
import type { EventViews } from "../../registration/event-view.ts";
import { refuse, sharedJson } from "../answers.ts";
import { eventBodyOf } from "../event-answers.ts";
import { GUARDED, SHARED_HEADERS } from "../headers.ts";
import type { Pages } from "../pages.ts";
import { problem } from "../problem.ts";
import type { SharedPages } from "../shared-pages.ts";
import { tickAnswer } from "../tick.ts";
import type { EventsBody } from "../wire.ts";

export interface EventRoutesOptions {
  readonly events: EventViews;
  readonly pollEveryS: () => number;
  readonly pages: Pages;
  readonly sharedPages: SharedPages;
}

/** What everyone may see: pages and descriptions of events. */
export function eventRoutes({ events, pollEveryS, pages, sharedPages }: EventRoutesOptions) {
  return new Elysia()
    .get("/", ({ request }) => {
      const views = events.all();
      const [only] = views;
      if (only === undefined || views.length > 1) return sharedPages.index(request, views);
      const location = `/e/${encodeURIComponent(only.event.slug)}${queryOf(request)}`;
      const headers = { ...GUARDED, ...SHARED_HEADERS, location };
      return new Response(null, { status: 302, headers });
    })
    .get("/e/:event", ({ request, params: { event } }) => {
      const view = events.find(event);
      if (view === null) return refuse(request, { kind: "not-found" }, pages);
      return sharedPages.attendee(request, view);
    })
    .get("/api/v1/events", ({ request }) => {
      const body: EventsBody = { events: events.all().map(eventBodyOf) };
      return sharedJson(request, body);
    })
    .get("/api/v1/events/:event", ({ request, params: { event } }) => {
      const view = events.find(event);
      if (view === null) return problem({ kind: "not-found" });
      return sharedJson(request, eventBodyOf(view));
    })
    .get(
      // Only reached by an event that the tick board has not published yet.
      "/api/v1/events/:event/tick",
      ({ params: { event } }) => {
        const view = events.find(event);
        return view === null ? problem({ kind: "not-found" }) : tickAnswer(view, pollEveryS());
      },
    );
}

/** Kept through the redirect: it may name the language. */
function queryOf(request: Request): string {
  const start = request.url.indexOf("?");
  return start === -1 ? "" : request.url.slice(start);
}
