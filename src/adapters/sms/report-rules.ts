import type { DeliveryReport } from "../../delivery/ports.ts";
import type { ReportReader, ReportRequest } from "../../delivery/report-ports.ts";
import type { JsonPath } from "./json-path.ts";
import { parseJson, textAt, valueAt } from "./json-path.ts";
import type { ReportProof } from "./report-proof.ts";
import { isProven } from "./report-proof.ts";

/** How a provider tells what became of messages, in requests of its own. */
export interface ReportRules {
  readonly proof: ReportProof;
  readonly form: ReportForm;
  /** Where a list of reports stands; null where the whole is one. */
  readonly listPath: JsonPath | null;
  /** Within one report. */
  readonly idPath: JsonPath;
  readonly statePath: JsonPath;
  /** States that end well, and that do not; any other is on the way and passed over. */
  readonly delivered: readonly string[];
  readonly failed: readonly string[];
}

/** Where the report stands: in the body, or in the address of a GET. */
type ReportForm = (typeof REPORT_FORMS)[number];

export const REPORT_FORMS = ["json", "form", "query"] as const;

type ReportReading = ReturnType<ReportReader>;

/** Of one request; more is more than any provider bundles. */
const REPORT_COUNT_MAX = 1_000;

/** What a request tells, once it is proven. */
export function readReports(rules: ReportRules, request: ReportRequest): ReportReading {
  if (!isProven(rules.proof, request)) return { kind: "unproven" };
  const value = readForm(rules.form, request);
  if (value === undefined) return invalid("the body is not JSON");
  const list = rules.listPath === null ? [value] : valueAt(value, rules.listPath);
  if (!Array.isArray(list)) return invalid(`${rules.listPath?.join(".")} leads to no list`);
  if (list.length > REPORT_COUNT_MAX) return invalid(`more than ${REPORT_COUNT_MAX} reports`);
  const readings = list.map((item) => readReport(rules, item));
  // One that cannot be read does not spoil its neighbours; none that can means that the paths are wrong.
  if (list.length > 0 && readings.every((reading) => reading === null)) {
    return invalid(`no report with ${rules.idPath.join(".")} and ${rules.statePath.join(".")}`);
  }
  return { kind: "reports", reports: readings.flatMap((reading) => reading ?? []) };
}

function invalid(reason: string): ReportReading {
  return { kind: "invalid", reason };
}

function readForm(form: ReportForm, { url, body }: ReportRequest): unknown {
  switch (form) {
    case "json":
      return parseJson(new TextDecoder().decode(body));
    case "form":
      return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
    case "query":
      return Object.fromEntries(URL.parse(url)?.searchParams ?? []);
  }
}

/** Empty for a message still on its way, null for what is no report. */
function readReport(rules: ReportRules, item: unknown): readonly DeliveryReport[] | null {
  const [providerId, state] = [textAt(item, rules.idPath), textAt(item, rules.statePath)];
  if (providerId === null || state === null) return null;
  if (rules.delivered.includes(state)) return [{ providerId, state: "delivered" }];
  if (rules.failed.includes(state)) return [{ providerId, state: "failed" }];
  return [];
}
