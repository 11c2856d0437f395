import { shortInstant, zoneName } from "../../language/dates.ts";
import type { Language } from "../../language/language.ts";
import type { EventView } from "../../registration/event-view.ts";
import { dayLeaf } from "../parts/day-leaf.ts";
import type { AssetPaths } from "../parts/document.ts";
import { documentHtml } from "../parts/document.ts";
import type { Html } from "../parts/html.ts";
import { html } from "../parts/html.ts";
import { languageSwitch } from "../parts/language-switch.ts";
import { attendTexts, pageTexts } from "../texts/all.ts";

/** All events, each a way into its own page. */
export function indexPage(
  views: readonly EventView[],
  paths: AssetPaths,
  language: Language,
): string {
  const { title, none } = pageTexts[language].index;
  const list =
    views.length === 0
      ? html`<p class="soft">${none}</p>`
      : html`<ul class="event-list">${views.map((view) => eventLine(view, language))}</ul>`;
  const body = html`${languageSwitch(language)}
<main class="plain"><h1>${title}</h1>${list}</main>`;
  return documentHtml({ language, title, paths, script: null, body });
}

function eventLine(view: EventView, language: Language): Html {
  const { slug, details } = view.event;
  const firstDate = details.days[0]?.date;
  return html`<li><a class="card event-card" href="/e/${encodeURIComponent(slug)}?lang=${language}">
${firstDate !== undefined && dayLeaf(firstDate, language)}
<span><strong class="event-name"><bdi>${details.name}</bdi></strong>
<span class="soft"><bdi>${details.venue}</bdi></span>
<span class="event-state">${stateLine(view, language)}</span></span>
</a></li>`;
}

function stateLine({ current, event }: EventView, language: Language): string {
  const { states, seatsLeft, closed } = attendTexts[language];
  if (current === null) return closed.title;
  const { state, sale, remaining } = current;
  const { timeZone } = event.details;
  switch (state) {
    case "scheduled":
    case "verifying":
    case "lobby": {
      const instant = shortInstant(sale.opensAtMs, timeZone, language);
      const zone = zoneName(sale.opensAtMs, timeZone, language);
      return `${pageTexts[language].index.opens(instant)} (${zone})`;
    }
    case "open":
      return `${states.open}: ${seatsLeft(remaining)}`;
    case "paused":
    case "full":
      return states[state];
    case "closed":
      return closed.title;
  }
}
