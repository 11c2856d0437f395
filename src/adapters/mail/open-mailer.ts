import type { Clock } from "../../actor/clock.ts";
import type { Mailer } from "../../delivery/ports.ts";
import { limits } from "../../limits.ts";
import type { MailApiAccount } from "../mail-api/mail-api-url.ts";
import { MailApiMailer } from "../mail-api/mailer.ts";
import { SmtpMailer } from "../smtp/mailer.ts";
import type { Sender } from "../smtp/sender.ts";
import type { SmtpServerAddress } from "../smtp/smtp-server-url.ts";

export type MailTransport =
  | { readonly kind: "smtp"; readonly server: SmtpServerAddress }
  | { readonly kind: "api"; readonly account: MailApiAccount };

export interface OpenMailerOptions {
  readonly transport: MailTransport;
  readonly from: Sender;
  readonly clock: Clock;
  /** Of SMTP; each is used for mail after mail. */
  readonly connectionCountMax: number;
}

/** What it holds open is closed with the stack. */
export function openMailer(
  { transport, from, clock, connectionCountMax }: OpenMailerOptions,
  opening: AsyncDisposableStack,
): Mailer {
  const certificateAuthority = null;
  switch (transport.kind) {
    case "api": {
      const { account } = transport;
      const answerBytesMax = limits.providerAnswerBytesMax;
      return new MailApiMailer({ account, from, clock, answerBytesMax, certificateAuthority });
    }
    case "smtp":
      return opening.use(
        new SmtpMailer({
          server: transport.server,
          from,
          connectionCountMax,
          connectTimeoutMs: limits.smtpConnectTimeoutMs,
          greetingTimeoutMs: limits.smtpGreetingTimeoutMs,
          socketTimeoutMs: limits.smtpSocketTimeoutMs,
          idleTimeoutMs: limits.smtpIdleTimeoutMs,
          certificateAuthority,
        }),
      );
  }
}
