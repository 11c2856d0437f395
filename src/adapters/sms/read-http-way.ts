import type { FileValue } from "../../organiser/file-value.ts";
import type { BalanceQuestion } from "./balance.ts";
import type { FileSection } from "./file-section.ts";
import type { AnswerRules, BodyCondition } from "./gateway-answer.ts";
import type { Reading } from "./gateway-policy.ts";
import { readReportRules } from "./read-report-rules.ts";
import type { ReportRules } from "./report-rules.ts";
import type { RequestTemplate } from "./request-template.ts";
import { readRequest } from "./request-template.ts";
import { BLANKS } from "./template.ts";
import { TemplateReader } from "./template-reader.ts";

/** Any provider that takes a message as one HTTP request. */
export interface HttpWay {
  readonly kind: "http";
  readonly request: RequestTemplate;
  readonly answer: AnswerRules;
  /** Null where the provider is not asked what is left on the account. */
  readonly balance: BalanceQuestion | null;
  /** Null where it reports nothing. */
  readonly report: ReportRules | null;
}

export const HTTP_KEYS = [
  "method",
  "url",
  "headers",
  "body",
  "success",
  "idPath",
  "throttleStatuses",
  "retryStatuses",
  "balance",
  "report",
] as const;

const SUCCESS_KEYS = ["statuses", "path", "equals", "throttleEquals", "retryEquals"] as const;
const BALANCE_KEYS = ["method", "url", "headers", "body", "path"] as const;

type HttpSection = FileSection<(typeof HTTP_KEYS)[number]>;
type SuccessSection = FileSection<(typeof SUCCESS_KEYS)[number]>;
type BalanceSection = FileSection<(typeof BALANCE_KEYS)[number]>;

const STATUS_COUNT_MAX = 20;
const FAULT_STATUS = { min: 400, max: 599 };

export function readHttpWay(file: HttpSection, reading: Reading): HttpWay {
  return {
    kind: "http",
    request: readMessageRequest(file, reading),
    answer: readAnswer(file),
    balance: file.has("balance")
      ? readBalance(file.section("balance", BALANCE_KEYS), reading)
      : null,
    report: file.has("report") ? readReportRules(file, reading) : null,
  };
}

function readMessageRequest(file: HttpSection, reading: Reading): RequestTemplate {
  const reader = new TemplateReader(reading);
  const request = readRequest(file, reader);
  // What is missing altogether need not be told what it lacks.
  if (!file.has("url")) return request;
  if (!reader.asksFor("text")) file.value.refuse("no {text} in url or body");
  if (!reader.asksFor("to", "toDigits")) file.value.refuse("no {to} or {toDigits} in url or body");
  return request;
}

function readBalance(section: BalanceSection, reading: Reading): BalanceQuestion {
  const reader = new TemplateReader(reading);
  const request = readRequest(section, reader);
  if (reader.asksFor(...BLANKS)) section.value.refuse("has no message, so no blanks");
  return { request, paths: [section.path("path")] };
}

function readAnswer(file: HttpSection): AnswerRules {
  const success = file.section("success", SUCCESS_KEYS);
  // Too many requests, and out of service for a while: both say that nothing was taken.
  const faults = (key: "throttleStatuses" | "retryStatuses", fallback: number) =>
    file.has(key) ? readStatuses(file.at(key), FAULT_STATUS) : new Set([fallback]);
  return {
    successStatuses: readStatuses(success.at("statuses"), { min: 200, max: 299 }),
    condition: readCondition(success),
    idPath: file.has("idPath") ? file.path("idPath") : null,
    throttleStatuses: faults("throttleStatuses", 429),
    retryStatuses: faults("retryStatuses", 503),
  };
}

function readStatuses(
  value: FileValue,
  { min, max }: { readonly min: number; readonly max: number },
): ReadonlySet<number> {
  return new Set(value.list(STATUS_COUNT_MAX).map((status) => status.whole(min, max)));
}

function readCondition(success: SuccessSection): BodyCondition | null {
  for (const key of ["equals", "throttleEquals", "retryEquals"] as const) {
    if (!success.has(key)) continue;
    if (!success.has("path")) success.at(key).refuse("needs a path to what is compared");
    else if (!success.has("equals")) success.at(key).refuse("needs equals as well");
  }
  const scalars = (key: "equals" | "throttleEquals" | "retryEquals") =>
    success.has(key) ? success.scalars(key) : null;
  const condition = {
    equals: scalars("equals"),
    throttleEquals: scalars("throttleEquals") ?? [],
    retryEquals: scalars("retryEquals") ?? [],
  };
  return success.has("path") ? { path: success.path("path"), ...condition } : null;
}
