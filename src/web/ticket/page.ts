import type { TicketDayCodes, TicketPage } from "../../http/pages.ts";
import { code128Svg, qrSvg } from "../../ticket/barcode-svg.ts";
import type { TicketSheet } from "../../ticket/ticket.ts";
import { dayWords } from "../parts/dates.ts";
import { dayLeaf } from "../parts/day-leaf.ts";
import type { AssetPaths } from "../parts/document.ts";
import { documentHtml } from "../parts/document.ts";
import type { Html } from "../parts/html.ts";
import { html, trusted } from "../parts/html.ts";
import { deliveryLine } from "./delivery-line.ts";

/** The tickets of one registration, whole without a script; the script only follows the messages. */
export function ticketPage(page: TicketPage, paths: AssetPaths): string {
  const { sheet, codes, delivery, pdfPath, statusPath } = page;
  const { event, holderName } = sheet;
  const body = html`<main class="tickets">
<header class="event">
<p class="venue">Ticket of <strong dir="auto">${holderName}</strong></p>
<h1 dir="auto">${event.name}</h1>
<p class="venue" dir="auto">${event.venue}</p>
<p class="ticket-buttons"><a class="primary" href="${pdfPath}" download>Download the PDF</a></p>
${deliveryLines(delivery, statusPath)}
</header>
<ol class="ticket-list">${codes.map((dayCodes) => dayTicket(sheet, dayCodes))}</ol>
<p class="soft ticket-foot">Whoever shows a code first comes in with it, once a day. Keep this page's address to yourself.</p>
</main>`;
  const title = `${holderName}: ${event.name}`;
  return documentHtml({ title, paths, script: paths.ticket, body });
}

function dayTicket(
  sheet: TicketSheet,
  { day, ticketCode, shortCode }: TicketDayCodes,
): Html | null {
  const { event, holderName, ordinal, saleNumber } = sheet;
  const eventDay = event.days.find((candidate) => candidate.day === day);
  if (eventDay === undefined) return null;
  const date = dayWords(eventDay.date).full;
  return html`<li class="ticket">
<div class="ticket-words">
${dayLeaf(eventDay.date)}
<p class="ticket-day">Day ${day} of ${event.days.length}</p>
<h2>${date}</h2>
<dl>
<div><dt>Doors</dt><dd>${eventDay.doorsAt}</dd></div>
<div><dt>Ticket</dt><dd>${saleNumber}-${ordinal}</dd></div>
<div class="wide"><dt>Name</dt><dd dir="auto">${holderName}</dd></div>
<div class="wide"><dt>Venue</dt><dd dir="auto">${event.venue}</dd></div>
</dl>
</div>
<div class="ticket-codes">
<div class="qr">${trusted(qrSvg(ticketCode, `QR code for ${date}`))}</div>
<div class="bars">${trusted(code128Svg(shortCode, `Barcode for ${date}`))}
<p class="short-code" dir="ltr">${groups(shortCode)}</p></div>
</div>
</li>`;
}

function deliveryLines(delivery: TicketPage["delivery"], statusPath: string): Html {
  const line = (name: string, channel: "sms" | "mail") => {
    const status = delivery?.[channel] ?? null;
    return html`<div><dt>${name}</dt>
<dd data-channel="${channel}">${status === null ? "…" : deliveryLine(status)}</dd></div>`;
  };
  return html`<dl class="delivery" id="delivery" data-status="${statusPath}" aria-live="polite">
${line("SMS", "sms")}${line("Mail", "mail")}
</dl>`;
}

/** In fours, as a person reads a code out. */
function groups(shortCode: string): string {
  return shortCode.match(/.{1,4}/g)?.join("-") ?? shortCode;
}
