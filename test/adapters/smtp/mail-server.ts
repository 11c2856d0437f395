import type { Server } from "node:net";
import type { Readable } from "node:stream";
import type { ParsedMail } from "mailparser";
import { simpleParser } from "mailparser";
import type { SMTPServerOptions, SMTPServerSession } from "smtp-server";
import { SMTPServer } from "smtp-server";
import type { SmtpMailerOptions } from "../../../src/adapters/smtp/mailer.ts";
import { SmtpMailer } from "../../../src/adapters/smtp/mailer.ts";
import type { Email } from "../../../src/attendee/email.ts";
import type { Mail } from "../../../src/delivery/ports.ts";
import type { Certificate } from "./certificate.ts";

/** A real SMTP server on a loopback port that keeps what it takes. */
export class MailServer implements AsyncDisposable {
  /** As they came over the wire. */
  readonly taken: Buffer[] = [];
  /** Resolves with the first mail. */
  readonly arrival = Promise.withResolvers<void>();
  readonly #server: SMTPServer;
  #listening: Server | null = null;

  constructor(certificate: Certificate, options: SMTPServerOptions = {}) {
    this.#server = new SMTPServer({
      ...certificate,
      authOptional: true,
      disableReverseLookup: true,
      closeTimeout: 1,
      onData: (stream, _session, done) => this.take(stream, (answer) => done(null, answer)),
      ...options,
    });
    // A client that hangs up in a handshake is an error to the server, and what some tests are about.
    this.#server.on("error", () => {});
  }

  async listen(): Promise<number> {
    const listening = this.#server.listen(0, "127.0.0.1");
    this.#listening = listening;
    await new Promise((resolve) => listening.once("listening", resolve));
    const address = listening.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return address.port;
  }

  /** Keeps the mail, and once all of it is here tells what the server would say. */
  take(stream: Readable, then: (answer: string) => void): void {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const count = this.taken.push(Buffer.concat(chunks));
      then(`queued as Q${count}`);
      this.arrival.resolve();
    });
  }

  /** Breaks the connection of a session, as a server that dies does. */
  hangUp(session: SMTPServerSession): void {
    for (const connection of this.#server.connections) {
      if (connection.session === session) connection._socket.destroy();
    }
  }

  async parsed(): Promise<readonly ParsedMail[]> {
    return await Promise.all(this.taken.map((mail) => simpleParser(mail)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#listening === null) return;
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}

/** A mailer to `localhost`. */
export function makeMailer(
  port: number,
  authority: string | null,
  server: Partial<SmtpMailerOptions["server"]> = {},
  changes: Partial<SmtpMailerOptions> = {},
): SmtpMailer {
  return new SmtpMailer({
    server: { host: "localhost", port, hasImplicitTls: true, credentials: null, ...server },
    from: { name: "River Festival", address: "tickets@river.example" as Email },
    connectionCountMax: 5,
    connectTimeoutMs: 5_000,
    greetingTimeoutMs: 5_000,
    socketTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    certificateAuthority: authority,
    ...changes,
  });
}

export function makeMail(changes: Partial<Mail> = {}): Mail {
  return {
    messageId: "<row.7@tickets.example>",
    to: { name: "Ada Lovelace", address: "ada@mail.example" as Email },
    subject: "Your tickets",
    text: "Hello Ada Lovelace,\n",
    html: "<!doctype html><p>Hello Ada Lovelace,</p>\n",
    attachments: [],
    ...changes,
  };
}

export function never(): AbortSignal {
  return new AbortController().signal;
}
