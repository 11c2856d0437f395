import type { Email } from "../attendee/email.ts";
import type { Phone } from "../attendee/phone.ts";
import type { RegistrationId, TicketKey, TicketSheet } from "../ticket/ticket.ts";

export interface SmsMessage {
  readonly to: Phone;
  readonly text: string;
}

/** What a provider made of a message. `unknown`: it may or may not have gone out. */
export type SendOutcome =
  | { readonly kind: "accepted"; readonly providerId: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "retry"; readonly afterMs: number; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** `throttled`: nothing was taken, because messages come too fast; `afterMs` is the wait asked for, 0 where none was. */
export type SmsOutcome =
  | SendOutcome
  | { readonly kind: "throttled"; readonly afterMs: number; readonly reason: string };

/** Every outcome is a value; a throw is a fault of the adapter. */
export interface SmsGateway {
  readonly name: string;
  send(message: SmsMessage, signal: AbortSignal): Promise<SmsOutcome>;
}

/** What an operator says became of a message it accepted; evidence of nothing else. */
export interface DeliveryReport {
  /** As in `SendOutcome`. */
  readonly providerId: string;
  readonly state: "delivered" | "failed";
}

/** What a provider says is left on the account, in its own words and currency, as in `1234.50 BDT`. */
export type BalanceOutcome =
  | { readonly kind: "balance"; readonly text: string }
  | { readonly kind: "failed"; readonly reason: string };

export interface Mail {
  /** Stable for one outbox row, so that a mail sent twice can be seen to be one. */
  readonly messageId: string;
  readonly to: { readonly name: string; readonly address: Email };
  readonly subject: string;
  readonly text: string;
  /** The same as the text, as a whole document that loads nothing from anywhere. */
  readonly html: string;
  readonly attachments: readonly MailAttachment[];
}

export interface MailAttachment {
  readonly filename: string;
  /** With its parameters, as in `text/calendar; charset=utf-8`. */
  readonly contentType: string;
  readonly content: Uint8Array;
}

export interface Mailer {
  readonly name: string;
  send(mail: Mail, signal: AbortSignal): Promise<SendOutcome>;
}

export type RenderOutcome =
  | { readonly kind: "rendered"; readonly pdf: Uint8Array }
  /** The bounded queue is full: try again after the wait. */
  | { readonly kind: "busy"; readonly retryAfterMs: number }
  | { readonly kind: "failed"; readonly reason: string };

/** The same sheet gives the same bytes every time. */
export interface TicketRenderer {
  render(sheet: TicketSheet): Promise<RenderOutcome>;
}

/** A class of outgoing message that rides in the outbox. The code SMS never does. */
export type OutboxLane = "confirmation-sms" | "mail";

export interface OutboxItem {
  /** Place in the order of commits. */
  readonly id: number;
  readonly registrationId: RegistrationId;
  /** Counts claims, this one included; a result is only taken from the latest claim. */
  readonly tries: number;
  readonly phone: Phone;
  readonly email: Email;
  /** No mail goes to the address any more: it bounced, or its owner complained. */
  readonly isSuppressed: boolean;
  readonly sheet: TicketSheet;
}

export type OutboxResult =
  | { readonly kind: "sent"; readonly providerId: string }
  /** Due again at the instant (ms since the epoch). */
  | { readonly kind: "retry"; readonly dueAtMs: number; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

export interface OutboxStore {
  /** Oldest due rows of a lane that is not paused, leased until `leaseMs` from now; skips what others hold. */
  claim(
    lane: OutboxLane,
    want: { readonly countMax: number; readonly leaseMs: number },
  ): Promise<readonly OutboxItem[]>;
  /** Records results; one whose row was claimed again meanwhile (its `tries` moved on) is ignored. */
  settle(
    lane: OutboxLane,
    results: readonly { readonly item: OutboxItem; readonly result: OutboxResult }[],
  ): Promise<void>;
  setPaused(lane: OutboxLane, isPaused: boolean): Promise<void>;
}

export type ChannelState = "queued" | "sent" | "delivered" | "failed" | "unknown";

export interface ChannelStatus {
  readonly state: ChannelState;
  /** About how many messages of the lane are ahead; only while queued. */
  readonly ahead: number | null;
  /** About how long until it goes out; null while nobody can tell, and when it is out. */
  readonly waitMs: number | null;
}

/** What operators switch off and on; the outbox lanes look by themselves when they claim. */
export interface LaneSwitches {
  isPaused(lane: OutboxLane | "code"): Promise<boolean>;
}

/** Where SMS and mail of one ticket stand. */
export interface DeliveryStatus {
  readonly sms: ChannelStatus;
  readonly mail: ChannelStatus;
  /** When to ask next; null when nothing more will be heard of either. */
  readonly askAgainMs: number | null;
}

export interface DeliveryStatusStore {
  /** Of the newest row of each channel; null for a key that opens nothing; throws when the database is away. */
  findDeliveryStatus(key: TicketKey): Promise<DeliveryStatus | null>;
}

/** One channel of an outbox row. */
export interface MessageRow {
  /** As in `OutboxItem`. */
  readonly id: number;
  /** What the operator says, where it has said anything; what the provider made of it otherwise. */
  readonly state: ChannelState;
  /** Counts claims. */
  readonly tries: number;
  /** Since the latest lease ended; negative while it lasts. */
  readonly leaseEndedAgoMs: number;
}

/** Where a lane's line begins. */
export interface LineStart {
  /** The lowest row that waits and was never claimed; where none waits, the id after the newest. */
  readonly startId: number;
  readonly isEmpty: boolean;
}

export type LineStarts = Readonly<Record<OutboxLane, LineStart>>;

/** The rows a status is made of. Both throw when the database is away. */
export interface DeliveryRows {
  /** The newest message owed on each channel; null for a key that opens nothing. */
  findMessages(
    key: TicketKey,
  ): Promise<{ readonly sms: MessageRow; readonly mail: MessageRow } | null>;
  /** Looks from the given ids on: what lies below is not walked again. */
  findLineStarts(from: Readonly<Record<OutboxLane, number>>): Promise<LineStarts>;
}
