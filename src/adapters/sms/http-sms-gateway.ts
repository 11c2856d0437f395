import { randomUUID } from "node:crypto";
import type { Clock } from "../../actor/clock.ts";
import { attempt } from "../../delivery/attempt.ts";
import type { SendOutcome, SmsGateway, SmsMessage } from "../../delivery/ports.ts";
import { readBody } from "./bounded-body.ts";
import { judgeAnswer } from "./gateway-answer.ts";
import type { GatewaySettings } from "./gateway-settings.ts";
import type { RequestTemplate } from "./request-template.ts";
import type { BlankValues } from "./template.ts";

export interface HttpSmsGatewayOptions {
  readonly settings: GatewaySettings;
  readonly clock: Clock;
  /** Of an answer; what is longer counts as unreadable. */
  readonly answerBytesMax: number;
}

/** Any provider that takes an SMS as one HTTP request, told how by its settings. */
export class HttpSmsGateway implements SmsGateway {
  readonly name: string;
  readonly #options: HttpSmsGatewayOptions;

  constructor(options: HttpSmsGatewayOptions) {
    this.name = options.settings.name;
    this.#options = options;
  }

  /** A time that runs out and a connection that breaks leave it unknown whether the message went out. */
  async send({ to, text }: SmsMessage, signal: AbortSignal): Promise<SendOutcome> {
    if (signal.aborted) return { kind: "retry", afterMs: 0, reason: "aborted before it was sent" };
    const values = { to, toDigits: to.slice(1), text, id: randomUUID() };
    const { clock, settings } = this.#options;
    return attempt<SendOutcome>(
      (attemptSignal) => this.#exchange(values, attemptSignal),
      { clock, timeoutMs: settings.timeoutMs, signal },
      (reason) => ({ kind: "unknown", reason }),
    );
  }

  async #exchange(values: BlankValues, signal: AbortSignal): Promise<SendOutcome> {
    const { settings, clock, answerBytesMax } = this.#options;
    let response: Response;
    try {
      response = await ask(settings.request, values, signal);
    } catch (error) {
      // The reason of the abort says more than the connection it broke.
      signal.throwIfAborted();
      return judgeFailure(error);
    }
    const { status, headers } = response;
    const isSuccess = settings.answer.successStatuses.has(status);
    if (!isSuccess) void response.body?.cancel().catch(() => {});
    const body = isSuccess ? await readBody(response, answerBytesMax) : null;
    const answer = { status, retryAfter: headers.get("retry-after"), body };
    return judgeAnswer(answer, settings.answer, { ownId: values.id, nowMs: clock.nowMs() });
  }
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

/** Where there was never a connection, or one to a stranger, nothing was sent. */
const NOTHING_SENT =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_\w+|\w*CERT\w*|UNABLE_TO_\w+)$/;

/** The code alone: the message of a failed fetch holds the URL, and that may hold number and text. */
function judgeFailure(error: unknown): SendOutcome {
  const code = error instanceof Error && "code" in error ? String(error.code) : "no code";
  if (code === "UnexpectedRedirect") {
    return { kind: "refused", reason: "the gateway redirects, which is not followed" };
  }
  const reason = `the connection failed (${code})`;
  if (NOTHING_SENT.test(code)) return { kind: "retry", afterMs: 0, reason };
  return { kind: "unknown", reason };
}
