import type { InboxMessage } from "../../http/inbox.ts";
import type { AssetPaths } from "../parts/document.ts";
import { documentHtml } from "../parts/document.ts";
import { html } from "../parts/html.ts";
import type { ShownMessage } from "./message-list.ts";
import { messageList } from "./message-list.ts";

/** What would have gone out, for whoever develops or tries the service on their own machine. */
export function inboxPage(messages: readonly InboxMessage[], paths: AssetPaths): string {
  const body = html`<main class="plain inbox">
<h1>Inbox</h1>
<p class="soft">Every SMS and mail this server would have sent, newest first. It exists only on your own machine.</p>
<ul class="message-list" id="messages">${messageList(messages.map(shown))}</ul>
</main>`;
  return documentHtml({ language: "en", title: "Inbox", paths, script: paths.inbox, body });
}

function shown(message: InboxMessage): ShownMessage {
  const { id, kind, to, text, subject = null, attachments = [], at } = message;
  const files = attachments.map(({ filename }) => ({
    filename,
    url: `/dev/inbox/${encodeURIComponent(id)}/${encodeURIComponent(filename)}`,
  }));
  return { kind, to, text, subject, attachments: files, atMs: at };
}
