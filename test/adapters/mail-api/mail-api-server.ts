import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import { createServer } from "node:https";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { StructuredHeader } from "mailparser";
import { simpleParser } from "mailparser";
import { createTransport } from "nodemailer";
import { systemClock } from "../../../src/actor/clock.ts";
import type { MailApiMailerOptions } from "../../../src/adapters/mail-api/mailer.ts";
import { MailApiMailer } from "../../../src/adapters/mail-api/mailer.ts";
import type { Email } from "../../../src/attendee/email.ts";
import type { MailAttachment } from "../../../src/delivery/ports.ts";
import type { ReceivedMail } from "../../contract/mailer.contract.ts";
import type { Certificate } from "../smtp/certificate.ts";
import { receivedAttachment, receivedMail } from "../smtp/received-mail.ts";

export const API_KEY = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0";
export const ANSWER_BYTES_MAX = 64 * 1024;

/** What a request came with. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly MailAttachment[];
}

export type Verdict =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** Breaks the connection instead, or says nothing for ever. */
  | "break"
  | "hang";

/** The count is that of the requests, this one included. */
export type Judge = (request: ApiRequest, count: number) => Verdict;

/** A real HTTPS server on a loopback port that answers as the test says and keeps every request it read whole. */
export class MailApiServer implements AsyncDisposable {
  readonly requests: ApiRequest[] = [];
  /** Resolves with the first request. */
  readonly arrival = Promise.withResolvers<void>();
  connectionCount = 0;
  readonly #judge: Judge;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(certificate: Certificate, judge: Judge = accept) {
    this.#judge = judge;
    // #answer never rejects: a request that breaks off has no answer.
    this.#server = createServer({ ...certificate }, (incoming, answer) => {
      void this.#answer(incoming, answer);
    });
    this.#server.on("connection", (socket: Socket) => {
      this.connectionCount += 1;
      this.#sockets.add(socket);
      socket.on("error", () => {});
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = incoming;
    const body = await buffer(incoming).catch(() => null);
    if (body === null) return;
    const form = await readForm(body, `${headers["content-type"]}`);
    const request = { method, path, headers, ...form };
    const verdict = this.#judge(request, this.requests.push(request));
    this.arrival.resolve();
    if (verdict === "break") incoming.socket.destroy();
    else if (verdict !== "hang") {
      answer.writeHead(verdict.status, verdict.headers).end(verdict.body);
    }
  }
}

/** What Mailgun answers to a mail it queues. */
export function accept(_: ApiRequest, count: number): Verdict {
  const id = `<2026112308.${count}@river.example>`;
  return { status: 200, body: JSON.stringify({ id, message: "Queued. Thank you." }) };
}

/** The mail a provider would make of the fields, as its reader's program takes it apart. */
export async function composed({ fields, files }: ApiRequest): Promise<ReceivedMail> {
  const { message } = await createTransport({ streamTransport: true }).sendMail({
    from: fields["from"],
    to: fields["to"],
    subject: fields["subject"],
    text: fields["text"],
    html: fields["html"],
    messageId: fields["h:Message-Id"],
    attachments: files.map((file) => ({ ...file, content: Buffer.from(file.content) })),
  });
  return receivedMail(await simpleParser(message as Readable));
}

/** A mailer to `localhost`. */
export function makeApiMailer(
  port: number,
  authority: string | null,
  changes: Partial<MailApiMailerOptions> = {},
): MailApiMailer {
  const messagesUrl = `https://localhost:${port}/v3/river.example/messages`;
  return new MailApiMailer({
    account: { messagesUrl, user: "api", key: API_KEY },
    from: { name: "River Festival", address: "tickets@river.example" as Email },
    clock: systemClock,
    answerBytesMax: ANSWER_BYTES_MAX,
    certificateAuthority: authority,
    ...changes,
  });
}

/** A form is MIME like a mail is (RFC 7578), so a reader of mails takes it apart. */
async function readForm(
  body: Buffer,
  contentType: string,
): Promise<Pick<ApiRequest, "fields" | "files">> {
  const head = Buffer.from(`Content-Type: ${contentType}\r\n\r\n`);
  const { attachments } = await simpleParser(Buffer.concat([head, body]));
  const fields: Record<string, string> = {};
  const files: MailAttachment[] = [];
  for (const part of attachments) {
    const { params } = part.headers.get("content-disposition") as StructuredHeader;
    const name = params["name"] ?? "";
    if (part.filename === undefined) fields[name] = part.content.toString();
    else if (name === "attachment") files.push(receivedAttachment(part));
  }
  return { fields, files };
}
