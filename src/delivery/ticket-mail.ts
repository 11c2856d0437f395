import { ticketCalendar } from "./calendar.ts";
import { mailContent } from "./mail-content.ts";
import { mailHtml } from "./mail-html.ts";
import { mailText } from "./mail-text.ts";
import type { Mail, MailAttachment, OutboxItem } from "./ports.ts";
import { ticketLink } from "./ticket-link.ts";

/**
 * The mail of one outbox row. Its Message-ID is the row's own, so that a mail sent twice can be seen to be one;
 * `pdf` is null when the ticket could not be rendered and the link has to do.
 */
export function ticketMail(
  item: OutboxItem,
  pdf: Uint8Array | null,
  { publicUrl, nowMs }: { readonly publicUrl: string; readonly nowMs: number },
): Mail {
  const { sheet } = item;
  const link = ticketLink(publicUrl, sheet.ticketKey);
  const content = mailContent(sheet, link, pdf === null ? "behind-link" : "attached");
  const calendar = calendarAttachment(ticketCalendar(sheet, nowMs));
  return {
    messageId: `<${item.registrationId}.${item.id}@${new URL(`https://${sheet.host}`).hostname}>`,
    to: { name: sheet.holderName, address: item.email },
    subject: content.phrases.subject(sheet.event.name),
    text: mailText(content),
    html: mailHtml(content),
    attachments: pdf === null ? [calendar] : [ticketAttachment(pdf), calendar],
  };
}

function ticketAttachment(pdf: Uint8Array): MailAttachment {
  return { filename: "tickets.pdf", contentType: "application/pdf", content: pdf };
}

function calendarAttachment(calendar: string): MailAttachment {
  return {
    filename: "tickets.ics",
    contentType: "text/calendar; charset=utf-8",
    content: new TextEncoder().encode(calendar),
  };
}
