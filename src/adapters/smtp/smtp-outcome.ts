import type { SendOutcome } from "../../delivery/ports.ts";

/** What is known of a send that failed. */
export interface SmtpFailure {
  readonly message: string;
  /** The library's name for what went wrong, as in `EENVELOPE`. */
  readonly code?: string | undefined;
  /** Three digits, where the server answered at all. */
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly command?: string | undefined;
}

export interface SmtpAcceptance {
  readonly messageId: string;
  /** The last line of the server, as in `250 2.0.0 Ok: queued as 4Cg7Xw`. */
  readonly response: string;
  /** The Message-ID that the server put in the place of ours. */
  readonly serverMessageId?: string | undefined;
}

/** These speak of the message or its recipient; every other failure is one of the session. */
const MESSAGE_FAILURES: readonly (string | undefined)[] = ["EENVELOPE", "EMESSAGE"];
/** Out of sequence, and RFC 4954 section 6: the server wants other credentials, which a person can give meanwhile. */
const SESSION_REPLIES: readonly number[] = [503, 530, 534, 535, 538];
const QUEUE_ID = /\b(?:queued as |id=)<?([\w.@-]+)/i;

/** The id of the server's queue where it tells one, else the Message-ID, which its log holds as well. */
export function acceptedOutcome(acceptance: SmtpAcceptance): SendOutcome {
  const { messageId, response, serverMessageId } = acceptance;
  return {
    kind: "accepted",
    providerId: serverMessageId ?? QUEUE_ID.exec(response)?.[1] ?? messageId,
  };
}

/**
 * What a failed send comes to (RFC 5321 section 4.2.1). Only a 5xx about this very message is a refusal: a greeting,
 * certificate or password that fails is met by every mail alike, and must not bounce them all. A silence is `unknown`
 * once `wasWhole`, when all of the message had been given to the connection.
 */
export function failedOutcome(failure: SmtpFailure, wasWhole: boolean): SendOutcome {
  const reason = reasonOf(failure);
  if (failure.responseCode === undefined && wasWhole) return { kind: "unknown", reason };
  return isRefusal(failure)
    ? { kind: "refused", reason: `bounced: ${reason}` }
    : { kind: "retry", afterMs: 0, reason };
}

function isRefusal({ code, responseCode = 500 }: SmtpFailure): boolean {
  const isPermanent = responseCode >= 500 && !SESSION_REPLIES.includes(responseCode);
  return isPermanent && MESSAGE_FAILURES.includes(code);
}

function reasonOf({ message, command, response }: SmtpFailure): string {
  return response === undefined ? message : `${command ?? "session"}: ${response}`;
}
