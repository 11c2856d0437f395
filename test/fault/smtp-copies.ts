import { text } from "node:stream/consumers";
import type { SMTPServerOptions, SMTPServerSession } from "smtp-server";
import type { Certificate } from "../adapters/smtp/certificate.ts";
import { MailServer } from "../adapters/smtp/mail-server.ts";

/** What a server says at the end of a mail: yes, or nothing at all, because it breaks the connection there. */
export type Verdict = "accept" | "hang up";

export interface CopyingServerOptions {
  /** The copies are those taken for the address, this one included. */
  readonly atDot?: (address: string, copyCount: number) => Verdict | Promise<Verdict>;
  /** Answers a reply code to refuse with, or null to go on; the tries are those of the address, this one included. */
  readonly atRecipient?: (address: string, tries: number) => number | null;
  readonly isSecure?: boolean;
}

/** A real SMTP server that remembers every copy it took, whatever it said to it. */
export class CopyingServer implements AsyncDisposable {
  /** The Message-IDs of what was taken, by address. */
  readonly copies = new Map<string, string[]>();
  /** The instants (ms) at which each address was named. */
  readonly triesAtMs = new Map<string, number[]>();
  readonly #options: CopyingServerOptions;
  readonly #server: MailServer;

  constructor(certificate: Certificate, options: CopyingServerOptions = {}) {
    this.#options = options;
    this.#server = new MailServer(certificate, {
      secure: options.isSecure ?? true,
      onRcptTo: this.#onRecipient,
      onData: this.#onData,
    });
  }

  listen(): Promise<number> {
    return this.#server.listen();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server[Symbol.asyncDispose]();
  }

  readonly #onRecipient: NonNullable<SMTPServerOptions["onRcptTo"]> = (
    { address },
    _session,
    done,
  ) => {
    const instants = this.triesAtMs.get(address) ?? [];
    this.triesAtMs.set(address, instants);
    const tries = instants.push(performance.now());
    const responseCode = this.#options.atRecipient?.(address, tries) ?? null;
    if (responseCode === null) return done();
    done(Object.assign(new Error("not now"), { responseCode }));
  };

  readonly #onData: NonNullable<SMTPServerOptions["onData"]> = async (stream, session, done) => {
    const mail = await text(stream).catch(() => null);
    // Its sender was killed in the middle of it: that is no copy.
    if (mail === null) return;
    const verdict = await this.#judge(mail, session);
    if (verdict === "hang up") this.#server.hangUp(session);
    else done(null, "queued");
  };

  async #judge(mail: string, session: SMTPServerSession): Promise<Verdict> {
    const address = session.envelope.rcptTo[0]?.address ?? "";
    const copies = this.copies.get(address) ?? [];
    this.copies.set(address, copies);
    const copyCount = copies.push(/^Message-ID: (.+)$/im.exec(mail)?.[1] ?? "none");
    return (await this.#options.atDot?.(address, copyCount)) ?? "accept";
  }
}
