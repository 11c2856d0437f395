import { ok as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { type ParsedMail, simpleParser } from "mailparser";
import type { SendMailOptions } from "nodemailer";
import { createTransport } from "nodemailer";
import { serveParent } from "../harness/parent.ts";
import type { MailServerAddress } from "./mail-server-process.ts";
import { CONNECTION_COUNT, SENDER } from "./mail-settings.ts";

export type BarePoolOrder =
  | {
      readonly kind: "open";
      readonly server: MailServerAddress;
      /** Of mails one after the other, and how long each is. */
      readonly file: string;
      readonly byteCounts: readonly number[];
    }
  /** All of them; answered with the milliseconds it took. */
  | { readonly kind: "send" };

interface Pool {
  readonly mails: readonly SendMailOptions[];
  readonly transport: ReturnType<typeof openTransport>;
}

const RECIPIENT = "attendee@example.org";

const opened = new DisposableStack();
let pool: Pool | null = null;

await serveParent(async (order: BarePoolOrder) => {
  switch (order.kind) {
    case "open":
      pool = { mails: await readMails(order), transport: openTransport(order.server) };
      return;
    case "send":
      assert(pool !== null, "the pool was opened first");
      return send(pool);
  }
});
opened.dispose();
process.exit();

/** Its own settings but for the number of connections, and TLS as the service insists on it. */
function openTransport({ port, authority }: MailServerAddress) {
  const transport = createTransport({
    pool: true,
    host: "localhost",
    port,
    requireTLS: true,
    tls: { ca: authority },
    maxConnections: CONNECTION_COUNT,
  });
  opened.defer(() => transport.close());
  return transport;
}

/** As whoever has the texts and the PDF at hand would give them to nodemailer. */
async function readMails({
  file,
  byteCounts,
}: Extract<BarePoolOrder, { kind: "open" }>): Promise<readonly SendMailOptions[]> {
  const bytes = readFileSync(file);
  const mails: SendMailOptions[] = [];
  let end = 0;
  for (const byteCount of byteCounts) {
    end += byteCount;
    mails.push(prepared(await simpleParser(bytes.subarray(end - byteCount, end))));
  }
  return mails;
}

function prepared({ messageId, subject, text, html, attachments }: ParsedMail): SendMailOptions {
  assert(messageId !== undefined && subject !== undefined && text !== undefined && html !== false);
  return {
    messageId,
    from: SENDER,
    to: RECIPIENT,
    subject,
    text,
    html,
    attachments: attachments.map(({ filename, contentType, content }) => {
      assert(filename !== undefined);
      return { filename, contentType, content };
    }),
  };
}

async function send({ mails, transport }: Pool): Promise<number> {
  const startMs = performance.now();
  await Promise.all(mails.map((mail) => transport.sendMail(mail)));
  return performance.now() - startMs;
}
