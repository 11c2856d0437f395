import { FileValue } from "../../organiser/file-value.ts";
import type { AnswerRules, BodyCondition, JsonPath } from "./gateway-answer.ts";
import type { RequestTemplate } from "./request-template.ts";
import { readRequest } from "./request-template.ts";
import type { SettingOf } from "./template.ts";
import { TemplateReader } from "./template-reader.ts";

/** How one provider takes a message, and how it says what became of it. */
export interface GatewaySettings {
  readonly name: string;
  readonly request: RequestTemplate;
  readonly answer: AnswerRules;
  readonly timeoutMs: number;
}

export interface GatewayPolicy {
  readonly isProduction: boolean;
  /** What `${NAME}` stands for. */
  readonly settingOf: SettingOf;
  readonly timeoutMaxMs: number;
  readonly retryAfterMaxMs: number;
}

export type GatewayParse =
  | { readonly kind: "gateway"; readonly gateway: GatewaySettings }
  /** Sentences, each with the path to what it is about; none repeats a secret. */
  | { readonly kind: "invalid"; readonly faults: readonly string[] };

const KEYS = [
  "name",
  "method",
  "url",
  "headers",
  "body",
  "success",
  "idPath",
  "retryStatuses",
  "timeoutMs",
] as const;
const SUCCESS_KEYS = ["statuses", "path", "equals", "retryEquals"] as const;
/** Too many requests, and out of service for a while: both say that nothing was taken. */
const RETRY_STATUSES: ReadonlySet<number> = new Set([429, 503]);
const STATUS_COUNT_MAX = 20;
const TIMEOUT_MS = 8_000;
const TIMEOUT_MIN_MS = 500;

/** Reads a whole gateway file and finds all of its faults at once. */
export function parseGateway(text: string, policy: GatewayPolicy): GatewayParse {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "invalid", faults: ["the file is not JSON"] };
  }
  const faults: string[] = [];
  const gateway = readGateway(json, policy, faults);
  return faults.length > 0 ? { kind: "invalid", faults } : { kind: "gateway", gateway };
}

function readGateway(json: unknown, policy: GatewayPolicy, faults: string[]): GatewaySettings {
  const file = new FileValue(json, "", faults);
  const members = file.members(KEYS);
  const reader = new TemplateReader(policy.settingOf, faults);
  const { isProduction, timeoutMaxMs } = policy;
  const gateway: GatewaySettings = {
    name: members.name.text(),
    request: readRequest(
      members,
      { headers: memberOf(json, "headers"), body: memberOf(json, "body") },
      { reader, isProduction },
    ),
    answer: readAnswer(members, memberOf(json, "success"), policy),
    timeoutMs: members.timeoutMs.isPresent
      ? members.timeoutMs.whole(TIMEOUT_MIN_MS, timeoutMaxMs)
      : Math.min(TIMEOUT_MS, timeoutMaxMs),
  };
  // What is missing altogether need not be told what it lacks.
  if (!members.url.isPresent) return gateway;
  if (!reader.asksFor("text")) file.refuse("no {text} in url or body");
  if (!reader.asksFor("to") && !reader.asksFor("toDigits")) {
    file.refuse("no {to} or {toDigits} in url or body");
  }
  return gateway;
}

type AnswerKey = "success" | "idPath" | "retryStatuses";

function readAnswer(
  file: Readonly<Record<AnswerKey, FileValue>>,
  rawSuccess: unknown,
  policy: GatewayPolicy,
): AnswerRules {
  const success = file.success.members(SUCCESS_KEYS);
  return {
    successStatuses: readStatuses(success.statuses, { min: 200, max: 299 }),
    condition: readCondition(success, rawSuccess),
    idPath: file.idPath.isPresent ? readPath(file.idPath) : null,
    retryStatuses: file.retryStatuses.isPresent
      ? readStatuses(file.retryStatuses, { min: 400, max: 599 })
      : RETRY_STATUSES,
    retryAfterMaxMs: policy.retryAfterMaxMs,
  };
}

function readStatuses(
  value: FileValue,
  { min, max }: { readonly min: number; readonly max: number },
): ReadonlySet<number> {
  return new Set(value.list(STATUS_COUNT_MAX).map((status) => status.whole(min, max)));
}

function readCondition(
  success: Readonly<Record<(typeof SUCCESS_KEYS)[number], FileValue>>,
  rawSuccess: unknown,
): BodyCondition | null {
  const read = (key: "equals" | "retryEquals") =>
    success[key].isPresent ? readScalars(success[key], memberOf(rawSuccess, key)) : null;
  const [equals, retryEquals] = [read("equals"), read("retryEquals")];
  if (success.path.isPresent) {
    if (retryEquals !== null && equals === null) success.retryEquals.refuse("needs equals as well");
    return { path: readPath(success.path), equals, retryEquals: retryEquals ?? [] };
  }
  for (const key of ["equals", "retryEquals"] as const) {
    if (success[key].isPresent) success[key].refuse("needs a path to what is compared");
  }
  return null;
}

/** Compared as texts, so that `0` in the file means 0 and "0" alike. */
function readScalars(value: FileValue, raw: unknown): readonly string[] {
  const scalars: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  const areScalars = scalars.every((scalar) => /^(string|number|boolean)$/.test(typeof scalar));
  if (!areScalars || scalars.length === 0) {
    value.refuse("must be a text, a number, true or false, or a list of such");
  }
  return scalars.map(String);
}

function readPath(value: FileValue): JsonPath {
  const path = value.text().split(".");
  if (path.length > 1 && path.includes("")) value.refuse("is no path like messages.0.status");
  return path;
}

function memberOf(json: unknown, key: string): unknown {
  const isObject = typeof json === "object" && json !== null;
  return isObject && Object.hasOwn(json, key) ? (json as Record<string, unknown>)[key] : undefined;
}
