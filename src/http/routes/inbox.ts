import { Elysia } from "elysia";
import { personalJson, personalPage, refuse } from "../answers.ts";
import { isFromHere } from "../client-address.ts";
import { instant } from "../event-answers.ts";
import { GUARDED, PERSONAL } from "../headers.ts";
import type { Inbox, InboxMessage } from "../inbox.ts";
import { attachmentPath } from "../inbox.ts";
import { isOwnHost } from "../own-host.ts";
import type { Pages } from "../pages.ts";
import type { InboxBody } from "../wire.ts";

export interface InboxRoutesOptions {
  /** Null where messages really go out: then the inbox does not exist. */
  readonly inbox: Inbox | null;
  readonly pages: Pages;
  readonly addressOf: (request: Request) => string;
  /** Origin of the links given out, without a slash at the end. */
  readonly publicUrl: string;
}

/** Shows codes and tickets to whoever sits at this machine, and to nobody else. */
export function inboxRoutes({ inbox, pages, addressOf, publicUrl }: InboxRoutesOptions) {
  const open = (request: Request, show: (inbox: Inbox) => Response | null): Response => {
    const isHere = isFromHere(request, addressOf(request)) && isOwnHost(request, publicUrl);
    const shown = inbox !== null && isHere ? show(inbox) : null;
    return shown ?? refuse(request, { kind: "not-found" }, pages);
  };
  return new Elysia()
    .get("/dev/inbox", ({ request }) =>
      open(request, (opened) => personalPage(request, pages.inbox(opened.list()))),
    )
    .get("/dev/inbox.json", ({ request }) =>
      open(request, (opened) => personalJson(opened.list().map(messageBody) satisfies InboxBody)),
    )
    .get("/dev/inbox/:message/:filename", ({ request, params: { message, filename } }) =>
      open(request, (opened) => attachmentAnswer(opened, message, filename)),
    );
}

function messageBody({ id, kind, to, text, subject, attachments, at }: InboxMessage) {
  const body: InboxBody[number] = { id, kind, to, text, at: instant(at) };
  if (subject !== undefined) body.subject = subject;
  if (attachments === undefined) return body;
  body.attachments = attachments.map(({ filename, contentType, bytes }) => {
    return { filename, contentType, bytes, url: attachmentPath(id, filename) };
  });
  return body;
}

function attachmentAnswer(inbox: Inbox, messageId: string, filename: string): Response | null {
  const file = inbox.attachment(messageId, filename);
  if (file === null) return null;
  return new Response(new Uint8Array(file.content), {
    headers: {
      ...GUARDED,
      "content-type": file.contentType,
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(filename.toWellFormed())}`,
      "cache-control": PERSONAL,
      "content-security-policy": "sandbox",
    },
  });
}
