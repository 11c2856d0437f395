import type { InboxBody } from "../../http/wire.ts";
import { messageList } from "./message-list.ts";

const ASK_EVERY_MS = 1_000;

const list = document.querySelector<HTMLElement>("#messages");
// `follow` cannot reject: a lost answer is an answer not taken.
if (list !== null) void follow(list, "");

/** Draws the list again only when something came, so that a selection or an open menu survives. */
async function follow(list: HTMLElement, drawn: string): Promise<void> {
  const messages = document.hidden ? null : await ask();
  const markup = messages === null ? drawn : String(messageList(messages.map(shown)));
  if (markup !== drawn) list.innerHTML = markup;
  setTimeout(() => void follow(list, markup), ASK_EVERY_MS);
}

async function ask(): Promise<InboxBody | null> {
  try {
    const response = await fetch("/dev/inbox.json");
    return response.ok ? ((await response.json()) as InboxBody) : null;
  } catch {
    return null;
  }
}

function shown({ kind, to, text, subject = "", attachments = [], at }: InboxBody[number]) {
  const atMs = Date.parse(at);
  return { kind, to, text, subject: subject === "" ? null : subject, attachments, atMs };
}
