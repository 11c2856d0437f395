import { randomUUID } from "node:crypto";
import type { SmsGateway, SmsMessage, SmsOutcome } from "../../delivery/ports.ts";
import type { ExchangeBounds, HttpAnswer } from "./http-exchange.ts";
import { exchange } from "./http-exchange.ts";
import type { RequestTemplate } from "./request-template.ts";

/** How one provider is spoken to over HTTP, and what its answers mean. */
export interface HttpDialect {
  readonly request: RequestTemplate;
  /** `ownId` names the message where the provider does not. */
  readonly judge: (answer: HttpAnswer, ownId: string) => SmsOutcome;
}

export interface HttpSmsGatewayOptions {
  readonly name: string;
  readonly dialect: HttpDialect;
  readonly bounds: ExchangeBounds;
}

/** Any provider that takes an SMS as one HTTP request, told how by its dialect. */
export class HttpSmsGateway implements SmsGateway {
  readonly name: string;
  readonly #dialect: HttpDialect;
  readonly #bounds: ExchangeBounds;

  constructor({ name, dialect, bounds }: HttpSmsGatewayOptions) {
    this.name = name;
    this.#dialect = dialect;
    this.#bounds = bounds;
  }

  /** A time that runs out and a connection that breaks leave it unknown whether the message went out. */
  async send({ to, text }: SmsMessage, signal: AbortSignal): Promise<SmsOutcome> {
    const values = { to, toDigits: to.slice(1), text, id: randomUUID() };
    const { request, judge } = this.#dialect;
    const result = await exchange(request, values, this.#bounds, signal);
    switch (result.kind) {
      case "answered":
        return judge(result.answer, values.id);
      case "not-sent":
        return { kind: "retry", afterMs: 0, reason: result.reason };
      case "redirected":
        return { kind: "refused", reason: result.reason };
      case "unanswered":
        return { kind: "unknown", reason: result.reason };
    }
  }
}
