import type { SendOutcome, SmsOutcome } from "../../delivery/ports.ts";
import type { HttpAnswer } from "./http-exchange.ts";
import type { JsonPath } from "./json-path.ts";
import { parseJson, textAt } from "./json-path.ts";

export interface AnswerRules {
  /** An answer with another status is never a success. */
  readonly successStatuses: ReadonlySet<number>;
  /** What the body of a success must hold besides; null where the status is enough. */
  readonly condition: BodyCondition | null;
  /** Where the provider's id stands; null when it gives none. */
  readonly idPath: JsonPath | null;
  /** Messages come too fast; where both name a status, this comes first. */
  readonly throttleStatuses: ReadonlySet<number>;
  /** Try again later, after `Retry-After` where it is given. */
  readonly retryStatuses: ReadonlySet<number>;
}

export interface BodyCondition {
  readonly path: JsonPath;
  /** Values that mean success; null where any but null does. */
  readonly equals: readonly string[] | null;
  /** Values that mean "messages come too fast". */
  readonly throttleEquals: readonly string[];
  /** Values that mean "try again later". */
  readonly retryEquals: readonly string[];
}

/**
 * What an answer says became of a message. One that can be read and says no is a refusal; one that cannot be
 * read, or tells of a fault inside the gateway, proves nothing either way.
 */
export function judgeAnswer(answer: HttpAnswer, rules: AnswerRules, ownId: string): SmsOutcome {
  const { status, retryAfterMs: afterMs } = answer;
  const reason = `the gateway answered ${status}`;
  if (rules.successStatuses.has(status)) return judgeBody(answer, rules, { ownId, said: reason });
  if (rules.throttleStatuses.has(status)) return { kind: "throttled", afterMs, reason };
  if (rules.retryStatuses.has(status)) return { kind: "retry", afterMs, reason };
  const isRefusal = status >= 400 && status < 500;
  return { kind: isRefusal ? "refused" : "unknown", reason };
}

function judgeBody(
  { body, retryAfterMs: afterMs }: HttpAnswer,
  { condition, idPath }: AnswerRules,
  { ownId, said }: { readonly ownId: string; readonly said: string },
): SmsOutcome {
  const json = body === null ? undefined : parseJson(body);
  const accepted: SendOutcome = {
    kind: "accepted",
    providerId: (idPath === null ? null : textAt(json, idPath)) ?? ownId,
  };
  if (condition === null) return accepted;
  if (json === undefined) return { kind: "unknown", reason: `${said}, and no JSON that is whole` };
  const value = textAt(json, condition.path);
  const isAmong = (values: readonly string[]) => value !== null && values.includes(value);
  if (condition.equals === null ? value !== null : isAmong(condition.equals)) return accepted;
  const reason = `${said}, and ${condition.path.join(".")} ${quoted(value)}`;
  if (isAmong(condition.throttleEquals)) return { kind: "throttled", afterMs, reason };
  if (isAmong(condition.retryEquals)) return { kind: "retry", afterMs, reason };
  return { kind: "refused", reason };
}

/** A word or a small number helps an operator; anything longer might quote the message (invariant 10). */
function quoted(value: string | null): string {
  if (value === null) return "is missing";
  return /^(?!.*\d{5})[\w.-]{1,40}$/.test(value) ? `is ${value}` : "is none that means success";
}
