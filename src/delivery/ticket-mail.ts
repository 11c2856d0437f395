import { phrasesFor } from "./phrases.ts";
import type { Mail, MailAttachment, OutboxItem } from "./ports.ts";
import { ticketLink } from "./ticket-link.ts";

/**
 * The mail of one outbox row. Its Message-ID is the row's own, so that a mail sent twice can be seen to be one;
 * `pdf` is null when the ticket could not be rendered and the link has to do.
 */
export function ticketMail(item: OutboxItem, pdf: Uint8Array | null, publicUrl: string): Mail {
  const { sheet } = item;
  const phrases = phrasesFor(sheet.locale);
  const link = ticketLink(publicUrl, sheet.ticketKey);
  return {
    messageId: `<${item.registrationId}.${item.id}@${new URL(`https://${sheet.host}`).hostname}>`,
    to: { name: sheet.holderName, address: item.email },
    subject: phrases.mailSubject(sheet.event.name),
    text: phrases.mailText(sheet, link, pdf === null ? "behind-link" : "attached"),
    attachments: pdf === null ? [] : [ticketAttachment(pdf)],
  };
}

function ticketAttachment(pdf: Uint8Array): MailAttachment {
  return { filename: "tickets.pdf", contentType: "application/pdf", content: pdf };
}
