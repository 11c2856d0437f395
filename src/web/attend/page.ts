import { localDigits } from "../../language/counting.ts";
import { shortInstant, zoneName } from "../../language/dates.ts";
import type { Language } from "../../language/language.ts";
import type { EventView } from "../../registration/event-view.ts";
import type { Sale } from "../../sale/event.ts";
import type { SaleState } from "../../sale/sale.ts";
import type { Tick } from "../parts/api.ts";
import { dayLeaf } from "../parts/day-leaf.ts";
import type { AssetPaths } from "../parts/document.ts";
import { documentHtml } from "../parts/document.ts";
import { html } from "../parts/html.ts";
import { languageSwitch } from "../parts/language-switch.ts";
import { attendTexts, pageTexts } from "../texts/all.ts";
import type { CallingCode } from "./dialled-number.ts";

/** What the page's script starts from, so that it draws the form without asking anything first. */
export interface AttendPageData {
  readonly slug: string;
  readonly timeZone: string;
  readonly sales: readonly Sale[];
  readonly tick: Tick;
  readonly callingCodes: readonly CallingCode[];
  /** Fetched only when a proof-of-work is asked for. */
  readonly proofWorkerPath: string;
}

/** What is the same for every event. */
export interface AttendPageParts {
  readonly paths: AssetPaths;
  /** Of the countries whose phones are served, the default one first. */
  readonly callingCodes: readonly CallingCode[];
}

/** The page on which people register: the event told by the server, the card drawn by the script. */
export function attendPage(view: EventView, parts: AttendPageParts, language: Language): string {
  const { details, sales } = view.event;
  const { paths, callingCodes } = parts;
  const texts = pageTexts[language].attend;
  const data: AttendPageData = {
    ...pageData(view),
    callingCodes,
    proofWorkerPath: paths.proofWorker,
  };
  const [firstSale] = sales;
  const body = html`${languageSwitch(language)}
<main class="attend">
<header class="event">
<h1><bdi>${details.name}</bdi></h1>
<p class="venue"><bdi>${details.venue}</bdi></p>
<ul class="days">${details.days.map(
    ({ date, doorsAt }) =>
      html`<li>${dayLeaf(date, language)}<span class="doors">${texts.doors(localDigits(doorsAt, language))}</span></li>`,
  )}</ul>
</header>
<section class="card" id="attend" aria-label="${texts.registration}" data-event="${JSON.stringify(data)}">
<div class="${roomClass(view.current?.state ?? "closed")}"><div class="strip"></div></div>
<noscript><div class="panel"><h2>${texts.scriptsOff}</h2><p>${texts.scriptsOffLead}</p>${
    sales.some(({ lobby }) => lobby !== undefined) && html`<p>${texts.scriptsOffLine}</p>`
  }</div></noscript>
</section>
<section class="about">
<p dir="auto">${details.description}</p>
<h2>${texts.sales}</h2>
${firstSale !== undefined && html`<p class="soft">${zoneName(firstSale.opensAtMs, details.timeZone, language)}</p>`}
<ul class="sales">${sales.map((sale) => saleLine(sale, details.timeZone, language))}</ul>
</section>
</main>`;
  return documentHtml({
    language,
    title: details.name,
    paths,
    script: paths.attend[language],
    body,
  });
}

/** As much room as the script will fill. */
function roomClass(state: SaleState): string {
  return state === "full" || state === "closed" ? `room-${state}` : "room-form";
}

function saleLine({ opensAtMs, quota }: Sale, timeZone: string, language: Language) {
  return html`<li><span>${shortInstant(opensAtMs, timeZone, language)}</span>
<span class="sale-seats">${attendTexts[language].seats(quota)}</span></li>`;
}

function pageData({
  event,
  nowMs,
  current,
}: EventView): Omit<AttendPageData, "callingCodes" | "proofWorkerPath"> {
  const { slug, sales, details } = event;
  const sale = current === null ? null : { ...current.sale, state: current.state };
  const tick: Tick = { nowMs, sale, remaining: current?.remaining ?? 0, line: null };
  return { slug, timeZone: details.timeZone, sales, tick };
}
