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
/**
 * Replies of a server to which mails come too fast: those of enhanced code 4.7.x (RFC 3463 section 3.8), and in words
 * those of Amazon SES (`454 Throttling failure`), Exchange (`421 4.3.2 … connections has exceeded a limit`) and others.
 */
const TOO_FAST_REPLIES: readonly number[] = [421, 450, 451, 452, 454];
const TOO_FAST_WORDS = /\b4\.7\.\d|\btoo (?:many|much|fast|quickly)\b|\b(?:rate|limit)\b|throttl/i;
/** No reply says how long to wait; a minute is what Postfix counts by (`anvil_rate_time_unit`). */
const TOO_FAST_WAIT_MS = 60_000;
const ADDRESS = /[^\s<>]{1,64}@[^\s<>]+/g;
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
    : { kind: "retry", afterMs: isTooFast(failure) ? TOO_FAST_WAIT_MS : 0, reason };
}

function isTooFast({ responseCode = 0, response = "" }: SmtpFailure): boolean {
  return TOO_FAST_REPLIES.includes(responseCode) && TOO_FAST_WORDS.test(response);
}

function isRefusal({ code, responseCode = 500 }: SmtpFailure): boolean {
  const isPermanent = responseCode >= 500 && !SESSION_REPLIES.includes(responseCode);
  return isPermanent && MESSAGE_FAILURES.includes(code);
}

/** Servers like to quote the address (invariant 10). */
function reasonOf({ message, command, response }: SmtpFailure): string {
  const reason = response === undefined ? message : `${command ?? "session"}: ${response}`;
  return reason.replace(ADDRESS, "an address");
}
