import type { Clock } from "../../actor/clock.ts";
import { attempt } from "../../delivery/attempt.ts";
import { readBody } from "./bounded-body.ts";
import type { RequestTemplate } from "./request-template.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { BlankValues } from "./template.ts";

/** What became of one request. */
export type Exchange =
  | { readonly kind: "answered"; readonly answer: HttpAnswer }
  /** There was never a connection, or one to a stranger. */
  | { readonly kind: "not-sent"; readonly reason: string }
  | { readonly kind: "redirected"; readonly reason: string }
  /** The request may have been read and acted on. */
  | { readonly kind: "unanswered"; readonly reason: string };

export interface HttpAnswer {
  readonly status: number;
  /** The wait asked for; 0 where none was. */
  readonly retryAfterMs: number;
  /** Null when it was too long or did not arrive whole. */
  readonly body: string | null;
}

export interface ExchangeBounds {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Of an answer; what is longer counts as unreadable. */
  readonly answerBytesMax: number;
  readonly retryAfterMaxMs: number;
}

/** One request, never repeated nor redirected; its reasons hold nothing of what it carried (invariant 10). */
export async function exchange(
  request: RequestTemplate,
  values: BlankValues,
  bounds: ExchangeBounds,
  signal: AbortSignal,
): Promise<Exchange> {
  if (signal.aborted) return { kind: "not-sent", reason: "aborted before it was sent" };
  return attempt<Exchange>(
    async (attemptSignal) => {
      let response: Response;
      try {
        response = await ask(request, values, attemptSignal);
      } catch (error) {
        // The reason of the abort says more than the connection it broke.
        attemptSignal.throwIfAborted();
        return judgeFailure(error);
      }
      return { kind: "answered", answer: await readAnswer(response, bounds) };
    },
    { clock: bounds.clock, timeoutMs: bounds.timeoutMs, signal },
    (reason) => ({ kind: "unanswered", reason }),
  );
}

function ask(
  { method, url, headers, body }: RequestTemplate,
  values: BlankValues,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(url.fill(values), {
    method,
    headers: headers.map(([name, value]) => [name, value.fill(values)]),
    ...(body === null ? {} : { body: body(values) }),
    redirect: "error",
    // Bun repeats a GET by itself when a connection it kept breaks: the person would get two SMS.
    keepalive: method === "POST",
    signal,
  });
}

/** Whatever its status, to the end: a connection whose answer was read whole can carry the next request. */
async function readAnswer(
  response: Response,
  { clock, answerBytesMax, retryAfterMaxMs }: ExchangeBounds,
): Promise<HttpAnswer> {
  const waitMs = retryAfterMs(response.headers.get("retry-after"), clock.nowMs());
  return {
    status: response.status,
    retryAfterMs: Math.min(waitMs, retryAfterMaxMs),
    body: await readBody(response, answerBytesMax),
  };
}

const NOTHING_SENT =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_\w+|\w*CERT\w*|UNABLE_TO_\w+)$/;

/** The code alone: the message of a failed fetch holds the URL, and that may hold number and text. */
function judgeFailure(error: unknown): Exchange {
  const code = error instanceof Error && "code" in error ? String(error.code) : "no code";
  if (code === "UnexpectedRedirect") {
    return { kind: "redirected", reason: "the gateway redirects, which is not followed" };
  }
  const reason = `the connection failed (${code})`;
  return { kind: NOTHING_SENT.test(code) ? "not-sent" : "unanswered", reason };
}
