import type { Mail } from "../../delivery/ports.ts";
import type { Sender } from "../smtp/sender.ts";

/**
 * A mail in the fields of Mailgun's `POST /v3/{domain}/messages`
 * (https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages).
 */
export function messageForm(mail: Mail, from: Sender): FormData {
  const form = new FormData();
  form.append("from", mailbox(from));
  form.append("to", mailbox(mail.to));
  form.append("subject", oneLine(mail.subject));
  form.append("text", mail.text);
  form.append("html", mail.html);
  for (const { filename, contentType, content } of mail.attachments) {
    form.append("attachment", new File([new Uint8Array(content)], filename, { type: contentType }));
  }
  form.append("h:Message-Id", mail.messageId);
  // RFC 3834 section 5: keeps absence notes and other robots from answering.
  form.append("h:Auto-Submitted", "auto-generated");
  // Tracking leads links over the provider's host, and the link to a ticket is for nobody else's eyes.
  form.append("o:tracking", "no");
  return form;
}

/** RFC 5322 section 3.4, with the name always in quotes: the API reads a list of addresses here. */
function mailbox({ name, address }: { readonly name: string; readonly address: string }): string {
  const phrase = oneLine(name).replace(/["\\]/g, "\\$&");
  return phrase === "" ? address : `"${phrase}" <${address}>`;
}

/** The fields end up in headers, where a break of the line would begin the next one. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
