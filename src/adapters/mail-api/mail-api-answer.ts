import type { SendOutcome } from "../../delivery/ports.ts";
import { retryAfterMs } from "../sms/retry-after.ts";

export interface MailApiAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Null when it was too long or did not arrive whole. */
  readonly body: string | null;
}

/** What the API says of the message itself: a field it cannot take, or too many bytes. */
const REFUSALS: readonly number[] = [400, 413, 422];
/** A proxy in front of the API stopped waiting for it, and it may well have gone on. */
const GATEWAY_TIMEOUT = 504;

/**
 * What an answer says became of a mail. All but a refusal of the message is met by every mail alike (a wrong key, a
 * domain not yet known, a fault of theirs: Mailgun asks for another try after 404, 429 and 500,
 * https://documentation.mailgun.com/docs/mailgun/quickstart-guide/responses), so it is tried again and bounces nobody.
 * Other 5xx are not `unknown`: that is repeated but once, and an outage of minutes would cost every mail in it.
 */
export function answeredOutcome(answer: MailApiAnswer, nowMs: number): SendOutcome {
  const { status } = answer;
  const reason = `the mail API answered ${status}`;
  if (status === 200) {
    const providerId = idIn(answer.body);
    if (providerId !== null) return { kind: "accepted", providerId };
    return { kind: "unknown", reason: `${reason} without an id` };
  }
  if (status === GATEWAY_TIMEOUT) return { kind: "unknown", reason };
  if (REFUSALS.includes(status)) return { kind: "refused", reason: `bounced: ${reason}` };
  return { kind: "retry", afterMs: retryAfterMs(answer.retryAfter, nowMs), reason };
}

/** Mailgun answers `{"id": "<…@tickets.example.org>", "message": "Queued. Thank you."}`. */
function idIn(body: string | null): string | null {
  try {
    const { id } = JSON.parse(body ?? "") as { readonly id?: unknown };
    return typeof id === "string" && id !== "" ? id : null;
  } catch {
    return null;
  }
}
