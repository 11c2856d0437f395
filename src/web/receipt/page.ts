import type { ReceiptAheadPage, ReceiptPage } from "../../http/pages.ts";
import { countText, localDigits } from "../../language/counting.ts";
import { shortInstant, zonedInstantWords } from "../../language/dates.ts";
import { durationWords, waitText } from "../../language/durations.ts";
import type { Language } from "../../language/language.ts";
import type { AssetPaths } from "../parts/document.ts";
import { documentHtml } from "../parts/document.ts";
import type { Html } from "../parts/html.ts";
import { html } from "../parts/html.ts";
import { languageSwitch } from "../parts/language-switch.ts";
import { attendTexts } from "../texts/all.ts";
import { receiptTexts } from "../texts/receipt-texts.ts";
import { seatsChart } from "./seats-chart.ts";

const MINUTE_MS = 60_000;

/** What became of a sale that has ended, for those who were there and those who were not; whole without a script. */
export function receiptPage(page: ReceiptPage, paths: AssetPaths, language: Language): string {
  const { event, statement } = page;
  const texts = receiptTexts[language];
  const headline = headlineOf(page, language);
  const body = html`${languageSwitch(language, `sale=${statement.sale}`)}
<main class="receipt">
<header>
<p class="receipt-kind">${kindOf(page, language)}</p>
<p class="receipt-event"><bdi>${event.details.name}</bdi></p>
<h1>${headline}</h1>
<p class="receipt-lead">${leadOf(page, language)}</p>
</header>
${statement.seats > 0 && chartFigure(page, language)}
<section><h2>${texts.facts}</h2>${facts(page, language)}
${statement.line !== undefined && html`<p class="soft">${texts.placesNote}</p>`}</section>
${checkSection(page, language)}
</main>`;
  return documentHtml({
    language,
    title: `${headline}: ${event.details.name}`,
    paths,
    script: null,
    body,
  });
}

/** In place of a receipt that cannot be given yet. */
export function receiptAheadPage(
  { event, saleNumber }: ReceiptAheadPage,
  paths: AssetPaths,
  language: Language,
): string {
  const { title, detail, toEvent } = receiptTexts[language].ahead;
  const body = html`${languageSwitch(language, `sale=${saleNumber}`)}
<main class="plain problem">
<p class="receipt-event"><bdi>${event.details.name}</bdi></p>
<h1>${title}</h1>
<p>${detail}</p>
<p><a class="primary" href="/e/${encodeURIComponent(event.slug)}?lang=${language}">${toEvent}</a></p>
</main>`;
  return documentHtml({ language, title, paths, script: null, body });
}

function kindOf({ event, statement }: ReceiptPage, language: Language): string {
  const { receipt, sale } = receiptTexts[language];
  const saleCount = event.sales.length;
  if (saleCount < 2) return receipt;
  return `${receipt} · ${sale(countText(statement.sale, language), countText(saleCount, language))}`;
}

/** Durations are rounded up: it took no longer than it says. */
function headlineOf({ statement }: ReceiptPage, language: Language): string {
  const { seats: seatsText } = attendTexts[language];
  const { fullIn, outOf } = receiptTexts[language];
  const { fullAt, opensAt, quota, seats } = statement;
  if (fullAt === null) return outOf(countText(seats, language), seatsText(quota));
  const tookMs = Math.max(1, Date.parse(fullAt) - Date.parse(opensAt));
  const duration =
    tookMs < MINUTE_MS ? waitText(tookMs, language) : durationWords(tookMs, language);
  return fullIn(seatsText(seats), duration);
}

function leadOf({ event, statement }: ReceiptPage, language: Language): string {
  const { fullLead, closedLead, emptyLead } = receiptTexts[language];
  const { fullAt, opensAt, seats } = statement;
  const opening = zonedInstantWords(Date.parse(opensAt), event.details.timeZone, language);
  if (seats === 0) return emptyLead(opening);
  return fullAt === null ? closedLead(opening) : fullLead(opening);
}

function chartFigure({ event, statement }: ReceiptPage, language: Language): Html {
  const texts = receiptTexts[language];
  const { seats: seatsText } = attendTexts[language];
  const { seatsPerMinute, seatsLater, opensAt } = statement;
  const { barMinutes, minutes, picture } = seatsChart(seatsPerMinute);
  const instant = (minute: number) =>
    shortInstant(Date.parse(opensAt) + minute * MINUTE_MS, event.details.timeZone, language);
  const [from, to] = [instant(0), instant(minutes)];
  const label = texts.chartLabel(from, to, seatsText(Math.max(0, ...seatsPerMinute)));
  return html`<figure class="card seats-figure">
<figcaption><h2>${texts.chart}</h2></figcaption>
<div role="img" aria-label="${label}">${picture}</div>
<p class="seats-ends" dir="ltr" aria-hidden="true"><bdi>${from}</bdi><bdi>${to}</bdi></p>
${barMinutes > 1 && html`<p class="soft">${texts.eachBar(durationWords(barMinutes * MINUTE_MS, language))}</p>`}
${seatsLater > 0 && html`<p class="soft">${texts.later(seatsText(seatsLater))}</p>`}
</figure>`;
}

function facts({ event, statement }: ReceiptPage, language: Language): Html {
  const texts = receiptTexts[language];
  const { seats: seatsText } = attendTexts[language];
  const { opensAt, closesAt, firstSeatAt, lastSeatAt, fullAt, seatsPerMinute, line } = statement;
  const instant = (text: string) => instantToSecond(text, event.details.timeZone, language);
  const count = (places: number) => countText(places, language);
  const rows: (readonly [name: string, value: string | null])[] = [
    [texts.opened, instant(opensAt)],
    [texts.firstSeat, firstSeatAt && instant(firstSeatAt)],
    [fullAt === null ? texts.lastSeat : texts.full, lastSeatAt && instant(lastSeatAt)],
    [texts.closed, fullAt === null ? instant(closesAt) : null],
    [texts.most, seatsPerMinute.length > 0 ? seatsText(Math.max(...seatsPerMinute)) : null],
    [texts.places, line === undefined ? null : count(line.places)],
    [texts.drawn, line === undefined ? null : count(line.lobby)],
    [texts.verified, line === undefined ? null : count(line.verified)],
  ];
  return html`<dl class="facts">${rows.map(
    ([name, value]) => value !== null && html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

/** As in `Sun 10 Jan, 10:28:13`. */
function instantToSecond(text: string, timeZone: string, language: Language): string {
  const [, seconds = ""] = /:(\d\d)\./.exec(text) ?? [];
  return `${shortInstant(Date.parse(text), timeZone, language)}:${localDigits(seconds, language)}`;
}

function checkSection({ receipt, statement, jsonPath }: ReceiptPage, language: Language): Html {
  const texts = receiptTexts[language];
  return html`<section><h2>${texts.check}</h2>
<ol class="check">
<li><a href="${jsonPath}" download="receipt.json">${texts.save}</a></li>
<li>${texts.anyone} <code dir="ltr">bun run verify-receipt receipt.json</code></li>
<li>${texts.organiser} <code dir="ltr">bun run verify-receipt receipt.json registrations.csv</code></li>
</ol>
<p class="soft">${texts.checkNote}</p>
<dl class="prints">
<div><dt>${texts.list}</dt><dd dir="ltr">${statement.listSha256}</dd></div>
<div><dt>${texts.key(countText(receipt.keyId, language))}</dt><dd dir="ltr">${receipt.publicKey}</dd></div>
</dl></section>`;
}
