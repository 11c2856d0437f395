import type { NodemailerError, SMTPPoolSentMessageInfo, Transporter } from "nodemailer";
import { createTransport } from "nodemailer";
import type { Mail, MailAttachment, Mailer, SendOutcome } from "../../delivery/ports.ts";
import type { Sender } from "./sender.ts";
import { acceptedOutcome, failedOutcome } from "./smtp-outcome.ts";
import type { SmtpServerAddress } from "./smtp-server-url.ts";

export interface SmtpMailerOptions {
  readonly server: SmtpServerAddress;
  readonly from: Sender;
  readonly connectionCountMax: number;
  /** From the lookup of the host to the end of the TLS handshake. */
  readonly connectTimeoutMs: number;
  readonly greetingTimeoutMs: number;
  /** Of silence on a connection in use. */
  readonly socketTimeoutMs: number;
  /** After this long without a mail a connection is closed. */
  readonly idleTimeoutMs: number;
  /** PEM; null trusts what the machine trusts. */
  readonly certificateAuthority: string | null;
}

/** Servers count the mails of one connection, and many close it at a hundred. */
const MAILS_PER_CONNECTION_MAX = 100;

/**
 * Sends over pooled SMTP connections, always encrypted and to a server whose certificate holds. It tries once:
 * trying again is the outbox's. It takes no more mails at once than its caller sends.
 */
export class SmtpMailer implements Mailer, Disposable {
  readonly name = "smtp";
  readonly #transport: Transporter<SMTPPoolSentMessageInfo>;
  readonly #from: Sender;
  /** By signal, which is the one object that accompanies a mail through the library and is nobody else's. */
  readonly #whole = new WeakSet<AbortSignal>();

  constructor(options: SmtpMailerOptions) {
    this.#from = options.from;
    this.#transport = createTransport(transportOptions(options));
    this.#transport.use("stream", ({ message, data: { signal } }, done) => {
      message?.processFunc((stream) => {
        // The end of the message, and right after it the dot, are written by listeners that come after this one.
        if (signal) stream.once("end", () => this.#whole.add(signal));
        return stream;
      });
      done();
    });
  }

  async send(mail: Mail, signal: AbortSignal): Promise<SendOutcome> {
    // A signal of its own, as one caller may send many mails under one.
    const controller = new AbortController();
    const abort = () => controller.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    try {
      return acceptedOutcome(await this.#transport.sendMail(this.#letter(mail, controller.signal)));
    } catch (error) {
      return failedOutcome(error as NodemailerError, this.#whole.has(controller.signal));
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  [Symbol.dispose](): void {
    this.#transport.close({ force: true });
  }

  #letter({ messageId, to, subject, text, html, attachments }: Mail, signal: AbortSignal) {
    return {
      signal,
      messageId,
      from: this.#from,
      to: { ...to },
      subject,
      text,
      html,
      attachments: attachments.map(asAttachment),
      // RFC 3834 section 5: keeps absence notes and other robots from answering.
      headers: { "Auto-Submitted": "auto-generated" },
      xMailer: false as const,
    };
  }
}

function transportOptions(options: SmtpMailerOptions) {
  const { server, certificateAuthority } = options;
  return {
    pool: true as const,
    host: server.host,
    port: server.port,
    secure: server.hasImplicitTls,
    requireTLS: true,
    tls: {
      rejectUnauthorized: true,
      minVersion: "TLSv1.2" as const,
      ...(certificateAuthority !== null && { ca: certificateAuthority }),
    },
    ...(server.credentials !== null && {
      auth: { user: server.credentials.user, pass: server.credentials.password },
    }),
    maxConnections: options.connectionCountMax,
    maxMessages: MAILS_PER_CONNECTION_MAX,
    maxRequeues: 0,
    connectionTimeout: options.connectTimeoutMs,
    greetingTimeout: options.greetingTimeoutMs,
    socketTimeout: options.socketTimeoutMs,
    idleTimeout: options.idleTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  };
}

function asAttachment({ filename, contentType, content }: MailAttachment) {
  const { buffer, byteOffset, byteLength } = content;
  return { filename, contentType, content: Buffer.from(buffer, byteOffset, byteLength) };
}
