import type { EventView } from "../../registration/event-view.ts";
import { countWords, shortInstant, zoneName } from "../parts/dates.ts";
import { dayLeaf } from "../parts/day-leaf.ts";
import type { AssetPaths } from "../parts/document.ts";
import { documentHtml } from "../parts/document.ts";
import type { Html } from "../parts/html.ts";
import { html } from "../parts/html.ts";

/** All events, each a way into its own page. */
export function indexPage(views: readonly EventView[], paths: AssetPaths): string {
  const list =
    views.length === 0
      ? html`<p class="soft">There is no event yet. Come back soon.</p>`
      : html`<ul class="event-list">${views.map(eventLine)}</ul>`;
  const body = html`<main class="plain"><h1>Events</h1>${list}</main>`;
  return documentHtml({ title: "Events", paths, script: null, body });
}

function eventLine(view: EventView): Html {
  const { slug, details } = view.event;
  const firstDate = details.days[0]?.date;
  return html`<li><a class="card event-card" href="/e/${encodeURIComponent(slug)}">
${firstDate !== undefined && dayLeaf(firstDate)}
<span><strong class="event-name" dir="auto">${details.name}</strong>
<span class="soft" dir="auto">${details.venue}</span>
<span class="event-state">${stateLine(view)}</span></span>
</a></li>`;
}

function stateLine({ current, event }: EventView): string {
  if (current === null) return "Registration has ended";
  const { state, sale, remaining } = current;
  const { timeZone } = event.details;
  switch (state) {
    case "scheduled":
    case "verifying":
      return `Opens ${shortInstant(sale.opensAtMs, timeZone)}, ${zoneName(sale.opensAtMs, timeZone)}`;
    case "open":
      return `Open, ${countWords(remaining)} seats left`;
    case "paused":
      return "Paused for a moment";
    case "full":
      return "All seats taken";
    case "closed":
      return "Registration has ended";
  }
}
