import { Elysia } from "elysia";
import type { EventViews } from "../../registration/event-view.ts";
import { html, json, refuse, SHARED } from "../answers.ts";
import { eventBodyOf } from "../event-answers.ts";
import type { Pages } from "../pages.ts";
import { problem } from "../problem.ts";
import { tickAnswer } from "../tick.ts";
import type { EventsBody } from "../wire.ts";

export interface EventRoutesOptions {
  readonly events: EventViews;
  readonly pages: Pages;
}

/** What everyone may see: pages and descriptions of events. */
export function eventRoutes({ events, pages }: EventRoutesOptions) {
  return new Elysia()
    .get("/", () => {
      const views = events.all();
      const [only] = views;
      if (only === undefined || views.length > 1) return html(pages.index(views), SHARED);
      const location = `/e/${encodeURIComponent(only.event.slug)}`;
      return new Response(null, { status: 302, headers: { location, "cache-control": SHARED } });
    })
    .get("/e/:event", ({ request, params: { event } }) => {
      const view = events.find(event);
      if (view === null) return refuse(request, { kind: "not-found" }, pages);
      return html(pages.attendee(view), SHARED);
    })
    .get("/api/v1/events", () =>
      json({ events: events.all().map(eventBodyOf) } satisfies EventsBody, SHARED),
    )
    .get("/api/v1/events/:event", ({ params: { event } }) => {
      const view = events.find(event);
      return view === null ? problem({ kind: "not-found" }) : json(eventBodyOf(view), SHARED);
    })
    .get(
      // Only reached by an event that the tick board has not published yet.
      "/api/v1/events/:event/tick",
      ({ params: { event } }) => {
        const view = events.find(event);
        return view === null ? problem({ kind: "not-found" }) : tickAnswer(view);
      },
    );
}
