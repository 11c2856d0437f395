import type { SmsOutcome } from "../../delivery/ports.ts";
import type { HttpAnswer } from "./http-exchange.ts";
import { parseJson, textAt } from "./json-path.ts";

/**
 * What Twilio's error codes say of the number or of its owner's wishes: another try ends the same. Each is
 * explained at https://www.twilio.com/docs/api/errors/{code}. Twilio keeps adding codes, and others speak of the
 * account or the sender, which is ours to mend: in both cases nothing was taken, so the message is tried again.
 */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["21211", "no valid number"],
  ["21217", "no valid number"],
  ["21265", "a short code"],
  ["21268", "a premium number"],
  ["21610", "its owner wants no messages"],
  ["21612", "no way from this sender to it"],
  ["21614", "no mobile number"],
  ["21635", "a landline"],
  ["30003", "unreachable"],
  ["30004", "blocked"],
  ["30005", "unknown to its operator"],
  ["30006", "a landline, or out of reach of the sender"],
]);

/** Too many requests (20429), and more queued than the sender works off (21611, 30001). */
const THROTTLED: ReadonlySet<string> = new Set(["20429", "21611", "30001"]);

/** What an answer of Twilio's says became of a message; `ownId` names one that was made without telling its own. */
export function judgeTwilioAnswer(answer: HttpAnswer, ownId: string): SmsOutcome {
  const { status, retryAfterMs: afterMs } = answer;
  const json = answer.body === null ? undefined : parseJson(answer.body);
  if (status >= 200 && status <= 299) return judgeSuccess(status, textAt(json, ["sid"]), ownId);
  const said = `the gateway answered ${status}`;
  const code = codeOf(json);
  const reason = code === null ? said : `${said} with code ${code}`;
  if (status === 429 || (code !== null && THROTTLED.has(code))) {
    return { kind: "throttled", afterMs, reason };
  }
  const refusal = code === null ? undefined : REFUSED.get(code);
  if (refusal !== undefined) return { kind: "refused", reason: `${reason}: ${refusal}` };
  const isUntaken = (status >= 400 && status <= 499) || status === 503;
  return isUntaken ? { kind: "retry", afterMs, reason } : { kind: "unknown", reason };
}

/** 201 says that the message was made, however the rest reads; any other needs the message's own id to be believed. */
function judgeSuccess(status: number, sid: string | null, ownId: string): SmsOutcome {
  if (sid !== null || status === 201) return { kind: "accepted", providerId: sid ?? ownId };
  return { kind: "unknown", reason: `the gateway answered ${status}, and no id` };
}

/** Five digits, as all of Twilio's are; a longer value might quote the message (invariant 10). */
function codeOf(json: unknown): string | null {
  const code = textAt(json, ["code"]);
  return code !== null && /^\d{5}$/.test(code) ? code : null;
}
