import { parseEmail } from "../../attendee/email.ts";
import type { DeliveryReport } from "../../delivery/ports.ts";
import type { Suppression, SuppressionReason } from "../../delivery/report-ports.ts";
import { textAt } from "./json-text.ts";

/** What an event tells us; both null for one that changes nothing, as a mail opened or put off. */
export interface MailgunNews {
  /** By the Message-ID, without its angle brackets. */
  readonly report: DeliveryReport | null;
  readonly suppression: Suppression | null;
}

const NOTHING: MailgunNews = { report: null, suppression: null };

/** Reads the `event-data` of a webhook; null where it names no event. */
export function readMailgunNews(data: unknown): MailgunNews | null {
  switch (textAt(data, "event")) {
    case null:
      return null;
    case "delivered":
      return { report: reportOf(data, "delivered"), suppression: null };
    case "failed":
      // A temporary failure is one that Mailgun itself tries again.
      return textAt(data, "severity") === "permanent" ? endOf(data, "bounced") : NOTHING;
    case "complained":
      return endOf(data, "complained");
    default:
      return NOTHING;
  }
}

function endOf(data: unknown, reason: SuppressionReason): MailgunNews {
  const address = parseEmail(textAt(data, "recipient") ?? "");
  return {
    report: reportOf(data, "failed"),
    suppression: address === null ? null : { address, reason },
  };
}

function reportOf(data: unknown, state: DeliveryReport["state"]): DeliveryReport | null {
  const messageId = textAt(data, "message", "headers", "message-id");
  return messageId === null ? null : { providerId: messageId.replace(/^<|>$/g, ""), state };
}
