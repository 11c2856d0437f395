import type { Clock } from "../../actor/clock.ts";
import type { Mail, Mailer, SendOutcome, SmsGateway, SmsMessage } from "../../delivery/ports.ts";

export interface InboxSms {
  readonly id: string;
  readonly kind: "sms";
  /** E.164. */
  readonly to: string;
  readonly text: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export interface InboxMail {
  readonly id: string;
  readonly kind: "mail";
  readonly to: string;
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly InboxAttachment[];
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export type InboxMessage = InboxSms | InboxMail;

export interface InboxAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly content: Uint8Array;
}

export interface InboxOptions {
  readonly clock: Clock;
  /** The oldest message makes room for one more. */
  readonly messageCountMax: number;
}

/** E.164: a country code that does not begin with 0, at most 15 digits. */
const PHONE = /^\+[1-9]\d{6,14}$/;
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** What would have gone out to people, kept in memory for a developer to read; nothing leaves the process. */
export class Inbox {
  readonly sms: SmsGateway = {
    name: "inbox",
    send: async (message, signal) => this.#takeSms(message, signal),
  };
  readonly mail: Mailer = {
    name: "inbox",
    send: async (mail, signal) => this.#takeMail(mail, signal),
  };
  readonly #options: InboxOptions;
  /** Oldest first. */
  readonly #messages: InboxMessage[] = [];
  #takenCount = 0;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Newest first. */
  list(): readonly InboxMessage[] {
    return this.#messages.toReversed();
  }

  attachment(messageId: string, filename: string): InboxAttachment | null {
    const message = this.#messages.find(({ id }) => id === messageId);
    if (message?.kind !== "mail") return null;
    return message.attachments.find((attachment) => attachment.filename === filename) ?? null;
  }

  #takeSms({ to, text }: SmsMessage, signal: AbortSignal): SendOutcome {
    if (signal.aborted) return ABORTED;
    if (!PHONE.test(to)) return { kind: "refused", reason: "not a phone number" };
    return this.#keep({ ...this.#stamp(), kind: "sms", to, text });
  }

  #takeMail(mail: Mail, signal: AbortSignal): SendOutcome {
    if (signal.aborted) return ABORTED;
    const { messageId, to, subject, text, html, attachments } = mail;
    if (!ADDRESS.test(to.address)) return { kind: "refused", reason: "not a mail address" };
    return this.#keep({
      ...this.#stamp(),
      kind: "mail",
      to: to.address,
      messageId,
      subject,
      text,
      html,
      // Copied, because a rendered PDF may be a view of a whole batch.
      attachments: attachments.map((attachment) => ({
        ...attachment,
        bytes: attachment.content.byteLength,
        content: attachment.content.slice(),
      })),
    });
  }

  #stamp(): { readonly id: string; readonly at: number } {
    this.#takenCount += 1;
    return { id: String(this.#takenCount), at: this.#options.clock.nowMs() };
  }

  #keep(message: InboxMessage): SendOutcome {
    if (this.#messages.length === this.#options.messageCountMax) this.#messages.shift();
    this.#messages.push(message);
    return { kind: "accepted", providerId: `inbox-${message.id}` };
  }
}

const ABORTED: SendOutcome = { kind: "retry", afterMs: 0, reason: "aborted before it was sent" };
