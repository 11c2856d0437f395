import type { Clock } from "../../actor/clock.ts";
import type { Mail, Mailer, SendOutcome } from "../../delivery/ports.ts";
import { readBody } from "../sms/bounded-body.ts";
import type { Sender } from "../smtp/sender.ts";
import { answeredOutcome } from "./mail-api-answer.ts";
import type { MailApiAccount } from "./mail-api-url.ts";
import { messageForm } from "./message-form.ts";

export interface MailApiMailerOptions {
  readonly account: MailApiAccount;
  readonly from: Sender;
  readonly clock: Clock;
  /** Of an answer; what is longer counts as unreadable. */
  readonly answerBytesMax: number;
  /** PEM; null trusts what the machine trusts. */
  readonly certificateAuthority: string | null;
}

/** Sends each mail as one request to an API like Mailgun's. It tries once: trying again is the outbox's. */
export class MailApiMailer implements Mailer {
  readonly name = "mail-api";
  readonly #options: MailApiMailerOptions;
  readonly #authorization: string;

  constructor(options: MailApiMailerOptions) {
    const { user, key } = options.account;
    this.#options = options;
    this.#authorization = `Basic ${Buffer.from(`${user}:${key}`).toString("base64")}`;
  }

  /** A time that runs out and a connection that breaks leave it unknown whether the mail was taken. */
  async send(mail: Mail, signal: AbortSignal): Promise<SendOutcome> {
    if (signal.aborted) return { kind: "retry", afterMs: 0, reason: "aborted before it was sent" };
    try {
      return await this.#exchange(mail, signal);
    } catch (error) {
      return signal.aborted ? { kind: "unknown", reason: "cut off" } : failedOutcome(error);
    }
  }

  async #exchange(mail: Mail, signal: AbortSignal): Promise<SendOutcome> {
    const { account, from, clock, answerBytesMax, certificateAuthority } = this.#options;
    const response = await fetch(account.messagesUrl, {
      method: "POST",
      headers: { authorization: this.#authorization },
      body: messageForm(mail, from),
      // The key goes nowhere else: a redirect is an answer like any other that takes nothing.
      redirect: "manual",
      signal,
      ...(certificateAuthority !== null && { tls: { ca: certificateAuthority } }),
    });
    const { status, headers } = response;
    const answer = {
      status,
      retryAfter: headers.get("retry-after"),
      // To its end whatever it says, so that the connection can carry the next mail.
      body: await readBody(response, answerBytesMax),
    };
    return answeredOutcome(answer, clock.nowMs());
  }
}

/** Where there was never a connection, or one to a stranger, nothing was sent. */
const NOTHING_SENT =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_\w+|\w*CERT\w*|UNABLE_TO_\w+)$/;

/** By the code alone: the message of a failed fetch may hold more than is good for a log. */
function failedOutcome(error: unknown): SendOutcome {
  const code = error instanceof Error && "code" in error ? String(error.code) : "no code";
  const reason = `the connection failed (${code})`;
  if (NOTHING_SENT.test(code)) return { kind: "retry", afterMs: 0, reason };
  return { kind: "unknown", reason };
}
