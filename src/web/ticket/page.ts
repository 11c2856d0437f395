import type { DeliveryStatus } from "../../delivery/ports.ts";
import type { TicketDayCodes, TicketPage } from "../../http/pages.ts";
import { localDigits } from "../../language/counting.ts";
import { dayWords } from "../../language/dates.ts";
import type { Language } from "../../language/language.ts";
import { oncePerWords } from "../../language/once.ts";
import { code128Svg, qrSvg } from "../../ticket/barcode-svg.ts";
import type { TicketSheet } from "../../ticket/ticket.ts";
import { dayLeaf } from "../parts/day-leaf.ts";
import type { AssetPaths } from "../parts/document.ts";
import { documentHtml } from "../parts/document.ts";
import type { Html } from "../parts/html.ts";
import { html, trusted } from "../parts/html.ts";
import { languageSwitch } from "../parts/language-switch.ts";
import { pageTexts } from "../texts/all.ts";
import { changePanel } from "./change-panel.ts";
import { deliveryLine } from "./delivery-line.ts";

const UNTOLD_ASK_AGAIN_S = 10;

/** The tickets of one registration, whole without a script; the script only follows the messages. */
export function ticketPage(page: TicketPage, paths: AssetPaths, language: Language): string {
  const { sheet, codes, pdfPath } = page;
  const { event, holderName } = sheet;
  const texts = pageTexts[language].ticket;
  const body = html`${languageSwitch(language)}
<main class="tickets">
<header class="event">
<p class="venue">${texts.ticketOf} <strong><bdi>${holderName}</bdi></strong></p>
<h1><bdi>${event.name}</bdi></h1>
<p class="venue"><bdi>${event.venue}</bdi></p>
<p class="ticket-buttons"><a class="primary" href="${pdfPath}" download>${texts.download}</a></p>
${deliveryLines(page, language)}
${changePanel({ ticketPath: `/t/${sheet.ticketKey}`, eventSlug: page.eventSlug, proofWorkerPath: paths.proofWorker }, language)}
</header>
<p class="at-the-gate">${texts.atTheGate}</p>
<ol class="ticket-list">${codes.map((dayCodes) => dayTicket(sheet, dayCodes, language))}</ol>
<p class="soft ticket-foot">${texts.foot}</p>
</main>`;
  const title = `${holderName}: ${event.name}`;
  return documentHtml({ language, title, paths, script: paths.ticket, body });
}

function dayTicket(
  sheet: TicketSheet,
  { day, ticketCode, shortCode }: TicketDayCodes,
  language: Language,
): Html | null {
  const { event, holderName, ordinal, saleNumber } = sheet;
  const eventDay = event.days.find((candidate) => candidate.day === day);
  if (eventDay === undefined) return null;
  const texts = pageTexts[language].ticket;
  const date = dayWords(eventDay.date, language).full;
  const inDigits = (text: string | number) => localDigits(String(text), language);
  return html`<li class="ticket">
<div class="ticket-words">
${dayLeaf(eventDay.date, language)}
<p class="ticket-day">${texts.dayOf(inDigits(day), inDigits(event.days.length))}</p>
<h2>${date}</h2>
<dl>
<div><dt>${texts.doors}</dt><dd>${inDigits(eventDay.doorsAt)}</dd></div>
<div><dt>${texts.number}</dt><dd><bdi dir="ltr">${saleNumber}-${ordinal}</bdi></dd></div>
<div class="wide"><dt>${texts.name}</dt><dd><bdi>${holderName}</bdi></dd></div>
<div class="wide"><dt>${texts.venue}</dt><dd><bdi>${event.venue}</bdi></dd></div>
</dl>
</div>
<div class="ticket-codes">
<div class="qr">${trusted(qrSvg(ticketCode, texts.qrCode(date)))}</div>
<div class="bars">${trusted(code128Svg(shortCode, texts.barcode(date)))}
<p class="short-code" dir="ltr">${groups(shortCode)}</p></div>
</div>
</li>`;
}

/** Places in line change often and are read by whoever looks; only what becomes of a message is announced. */
function deliveryLines({ delivery, statusPath }: TicketPage, language: Language): Html {
  const { ticket, delivery: texts } = pageTexts[language];
  const line = (name: string, channel: "sms" | "mail") => {
    const status = delivery?.[channel] ?? null;
    const words = status === null ? "…" : deliveryLine(status, texts, language);
    return html`<div><dt>${name}</dt>
<dd data-channel="${channel}" data-state="${status?.state ?? ""}">${words}</dd></div>`;
  };
  return html`<dl class="delivery" id="delivery" data-status="${statusPath}" data-ask-again="${askAgainS(delivery)}" data-texts="${deliveryWords(language)}">
${line(ticket.sms, "sms")}${line(ticket.mail, "mail")}
</dl>
<p class="hidden-text" id="delivery-news" role="status"></p>`;
}

const deliveryWords = oncePerWords(
  (language: Language) => html`${JSON.stringify(pageTexts[language].delivery)}`,
);

/** Empty for never. What could not be told may soon be. */
function askAgainS(delivery: DeliveryStatus | null): number | "" {
  if (delivery === null) return UNTOLD_ASK_AGAIN_S;
  return delivery.askAgainMs === null ? "" : Math.ceil(delivery.askAgainMs / 1_000);
}

/** In fours, as a person reads a code out. */
function groups(shortCode: string): string {
  return shortCode.match(/.{1,4}/g)?.join("-") ?? shortCode;
}
