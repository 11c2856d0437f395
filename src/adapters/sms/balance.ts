import type { BalanceOutcome } from "../../delivery/ports.ts";
import type { ExchangeBounds, HttpAnswer } from "./http-exchange.ts";
import { exchange } from "./http-exchange.ts";
import type { JsonPath } from "./json-path.ts";
import { parseJson, textAt } from "./json-path.ts";
import type { RequestTemplate } from "./request-template.ts";
import { NO_VALUES } from "./template.ts";

/** How a provider is asked what is left on the account. */
export interface BalanceQuestion {
  readonly request: RequestTemplate;
  /** To the amount in the answer's JSON, and perhaps to its currency. */
  readonly paths: readonly JsonPath[];
}

export async function askBalance(
  { request, paths }: BalanceQuestion,
  bounds: ExchangeBounds,
  signal: AbortSignal,
): Promise<BalanceOutcome> {
  const result = await exchange(request, NO_VALUES, bounds, signal);
  if (result.kind === "answered") return readBalance(result.answer, paths);
  return { kind: "failed", reason: result.reason };
}

/** What an operator may see of an answer: an amount, perhaps with its currency. */
const AMOUNT = /^[\p{L}\p{N}\p{Sc} .,+-]{1,40}$/u;

function readBalance({ status, body }: HttpAnswer, paths: readonly JsonPath[]): BalanceOutcome {
  const said = `the gateway answered ${status}`;
  if (status < 200 || status > 299) return { kind: "failed", reason: said };
  const json = body === null ? undefined : parseJson(body);
  const texts = paths.map((path) => textAt(json, path));
  const text = texts.join(" ");
  const isWhole = !texts.includes(null) && AMOUNT.test(text);
  return isWhole
    ? { kind: "balance", text }
    : { kind: "failed", reason: `${said}, and no balance` };
}
