import type { Html } from "../parts/html.ts";
import { html } from "../parts/html.ts";

export interface ShownMessage {
  readonly kind: "sms" | "mail";
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
  readonly attachments: readonly { readonly filename: string; readonly url: string }[];
  readonly atMs: number;
}

/** The messages as the server sends them first and the script draws them again. */
export function messageList(messages: readonly ShownMessage[]): Html {
  if (messages.length === 0) {
    return html`<li class="soft">Nothing has been sent yet. Ask for a code, and it appears here.</li>`;
  }
  return html`${messages.map(
    (message) => html`<li class="card message">
<p class="message-head"><span class="message-kind">${message.kind === "sms" ? "SMS" : "Mail"}</span>
<bdi dir="ltr">${message.to}</bdi>
<span class="soft message-at">${clockTime(message.atMs)}</span></p>
${message.subject !== null && html`<p class="message-subject">${message.subject}</p>`}
<p class="message-text" dir="auto">${textWithLinks(message.text)}</p>
${message.attachments.map(
  ({ filename, url }) => html`<p class="message-file"><a href="${url}">${filename}</a></p>`,
)}
</li>`,
  )}`;
}

/** Links can be followed and a code is easy to see; every other character stays as it was sent. */
function textWithLinks(text: string): readonly Html[] {
  return text.split(/(https?:\/\/[^\s<>"]+|\b\d{6}\b)/).map((piece, index) => {
    if (index % 2 === 0) return html`${piece}`;
    if (/^\d/.test(piece)) return html`<strong class="message-code">${piece}</strong>`;
    return html`<a href="${piece}">${piece}</a>`;
  });
}

/** To the second and in UTC, so that server and browser write the same. */
function clockTime(atMs: number): string {
  const format = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "UTC" });
  return `${format.format(atMs)} UTC`;
}
