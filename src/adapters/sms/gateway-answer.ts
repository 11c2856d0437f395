import type { SendOutcome } from "../../delivery/ports.ts";

/** Keys and indices into a JSON value, as in `messages.0.status`. */
export type JsonPath = readonly string[];

export interface AnswerRules {
  /** An answer with another status is never a success. */
  readonly successStatuses: ReadonlySet<number>;
  /** What the body of a success must hold besides; null where the status is enough. */
  readonly condition: BodyCondition | null;
  /** Where the provider's id stands; null when it gives none. */
  readonly idPath: JsonPath | null;
  /** Try again later, after `Retry-After` where it is given. */
  readonly retryStatuses: ReadonlySet<number>;
  readonly retryAfterMaxMs: number;
}

export interface BodyCondition {
  readonly path: JsonPath;
  /** Values that mean success; null where any but null does. */
  readonly equals: readonly string[] | null;
  /** Values that mean "try again later". */
  readonly retryEquals: readonly string[];
}

export interface GatewayAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Null when it was too long or did not arrive whole. */
  readonly body: string | null;
}

/**
 * What an answer says became of a message. One that can be read and says no is a refusal; one that cannot be
 * read, or tells of a fault inside the gateway, proves nothing either way.
 */
export function judgeAnswer(
  answer: GatewayAnswer,
  rules: AnswerRules,
  { ownId, nowMs }: { readonly ownId: string; readonly nowMs: number },
): SendOutcome {
  const { status } = answer;
  const said = `the gateway answered ${status}`;
  if (rules.successStatuses.has(status)) return judgeBody(answer.body, rules, { ownId, said });
  if (rules.retryStatuses.has(status)) {
    const waitMs = retryAfterMs(answer.retryAfter, nowMs);
    return { kind: "retry", afterMs: Math.min(waitMs, rules.retryAfterMaxMs), reason: said };
  }
  const isRefusal = status >= 400 && status < 500;
  return { kind: isRefusal ? "refused" : "unknown", reason: said };
}

function judgeBody(
  body: string | null,
  { condition, idPath }: AnswerRules,
  { ownId, said }: { readonly ownId: string; readonly said: string },
): SendOutcome {
  const json = body === null ? undefined : parseJson(body);
  const accepted: SendOutcome = {
    kind: "accepted",
    providerId: (idPath === null ? null : textAt(json, idPath)) ?? ownId,
  };
  if (condition === null) return accepted;
  if (json === undefined) return { kind: "unknown", reason: `${said}, and no JSON that is whole` };
  const value = textAt(json, condition.path);
  const isSuccess = value !== null && (condition.equals?.includes(value) ?? true);
  if (isSuccess) return accepted;
  const reason = `${said}, and ${condition.path.join(".")} ${quoted(value)}`;
  const isRetry = value !== null && condition.retryEquals.includes(value);
  return isRetry ? { kind: "retry", afterMs: 0, reason } : { kind: "refused", reason };
}

/** Milliseconds; 0 for what is neither seconds nor an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(text: string | null, nowMs: number): number {
  if (text === null) return 0;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const untilMs = Date.parse(text);
  return Number.isNaN(untilMs) ? 0 : Math.max(0, untilMs - nowMs);
}

/** Undefined for what is not JSON. A number stays as it is written: ids are longer than a double is exact. */
function parseJson(body: string): unknown {
  const keepNumber = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" ? (context?.source ?? value) : value;
  try {
    return JSON.parse(body, keepNumber);
  } catch {
    return undefined;
  }
}

/** A text, number or boolean as text; null for anything else, or nothing. */
function textAt(json: unknown, path: JsonPath): string | null {
  let value = json;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  const isScalar = ["string", "number", "boolean"].includes(typeof value);
  return isScalar && value !== "" ? String(value) : null;
}

/** A word or a small number helps an operator; anything longer might quote the message (invariant 10). */
function quoted(value: string | null): string {
  if (value === null) return "is missing";
  return /^(?!.*\d{5})[\w.-]{1,40}$/.test(value) ? `is ${value}` : "is none that means success";
}
