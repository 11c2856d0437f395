import type { EventView } from "../../registration/event-view.ts";
import type { Sale } from "../../sale/event.ts";
import type { SaleState } from "../../sale/sale.ts";
import type { Tick } from "../parts/api.ts";
import { countWords, shortInstant, zoneName } from "../parts/dates.ts";
import { dayLeaf } from "../parts/day-leaf.ts";
import type { AssetPaths } from "../parts/document.ts";
import { documentHtml } from "../parts/document.ts";
import { html } from "../parts/html.ts";

/** What the page's script starts from, so that it draws the form without asking anything first. */
export interface AttendPageData {
  readonly slug: string;
  readonly timeZone: string;
  readonly sales: readonly Sale[];
  readonly tick: Tick;
}

/** The page on which people register: the event told by the server, the card drawn by the script. */
export function attendPage(view: EventView, paths: AssetPaths): string {
  const { details, sales } = view.event;
  const [firstSale] = sales;
  const body = html`<main class="attend">
<header class="event">
<h1 dir="auto">${details.name}</h1>
<p class="venue" dir="auto">${details.venue}</p>
<ul class="days">${details.days.map(
    ({ date, doorsAt }) =>
      html`<li>${dayLeaf(date)}<span class="doors">Doors ${doorsAt}</span></li>`,
  )}</ul>
</header>
<section class="card" id="attend" aria-label="Registration" data-event="${JSON.stringify(pageData(view))}">
<div class="${roomClass(view.current?.state ?? "closed")}"><div class="strip"></div></div>
<noscript><div class="panel"><h2>Scripts are switched off</h2><p>To register, this page sends a code to your phone and
waits for you to type it in. That needs JavaScript; please switch it on, or use another browser.</p></div></noscript>
</section>
<section class="about">
<p dir="auto">${details.description}</p>
<h2>When seats are given out</h2>
${firstSale !== undefined && html`<p class="soft">${zoneName(firstSale.opensAtMs, details.timeZone)}</p>`}
<ul class="sales">${sales.map((sale) => saleLine(sale, details.timeZone))}</ul>
</section>
</main>`;
  return documentHtml({ title: details.name, paths, script: paths.attend, body });
}

/** As much room as the script will fill. */
function roomClass(state: SaleState): string {
  return state === "full" || state === "closed" ? "room-words" : "room-form";
}

function saleLine(sale: Sale, timeZone: string) {
  const { opensAtMs, quota } = sale;
  return html`<li><span>${shortInstant(opensAtMs, timeZone)}</span>
<span class="sale-seats">${countWords(quota)} seats</span></li>`;
}

function pageData({ event, nowMs, current }: EventView): AttendPageData {
  const { slug, sales, details } = event;
  const sale = current === null ? null : { ...current.sale, state: current.state };
  const tick: Tick = { nowMs, sale, remaining: current?.remaining ?? 0 };
  return { slug, timeZone: details.timeZone, sales, tick };
}
