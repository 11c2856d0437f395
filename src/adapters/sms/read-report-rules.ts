import type { FileSection } from "./file-section.ts";
import type { Reading } from "./gateway-policy.ts";
import type { ReportProof } from "./report-proof.ts";
import type { ReportRules } from "./report-rules.ts";
import { REPORT_FORMS } from "./report-rules.ts";
import type { Secret } from "./secret.ts";
import { TemplateReader } from "./template-reader.ts";

const KEYS = [
  "secret",
  "signature",
  "token",
  "body",
  "listPath",
  "idPath",
  "statePath",
  "delivered",
  "failed",
] as const;
const SIGNATURE_KEYS = ["header", "algorithm", "encoding", "prefix"] as const;
const TOKEN_KEYS = ["header", "query"] as const;

type Section = FileSection<(typeof KEYS)[number]>;

/** How the file says that the provider reports what became of messages. */
export function readReportRules(file: FileSection<"report">, reading: Reading): ReportRules {
  const report = file.section("report", KEYS);
  const form = report.choice("body", REPORT_FORMS, "json");
  if (form === "query" && report.has("signature")) {
    report.at("signature").refuse("signs a body, and a query has none; use a token");
  }
  if (form !== "json" && report.has("listPath")) {
    report.at("listPath").refuse("leads into JSON alone");
  }
  return {
    proof: readProof(report, reading),
    form,
    listPath: report.has("listPath") ? report.path("listPath") : null,
    idPath: report.path("idPath"),
    statePath: report.path("statePath"),
    delivered: report.scalars("delivered"),
    failed: report.scalars("failed"),
  };
}

function readProof(report: Section, reading: Reading): ReportProof {
  const secret = new TemplateReader(reading).secret(report.at("secret"));
  if (report.has("signature") === report.has("token")) {
    report.value.refuse("is proven by a signature or by a token, one of the two");
  }
  return report.has("signature") ? readSignature(report, secret) : readToken(report, secret);
}

function readSignature(report: Section, secret: Secret): ReportProof {
  const signature = report.section("signature", SIGNATURE_KEYS);
  signature.choice("algorithm", ["hmac-sha256"], "hmac-sha256");
  return {
    kind: "body-signature",
    secret,
    header: readHeaderName(signature),
    encoding: signature.choice("encoding", ["hex", "base64"]),
    prefix: signature.at("prefix").textOrNone(),
  };
}

function readToken(report: Section, secret: Secret): ReportProof {
  const token = report.section("token", TOKEN_KEYS);
  if (token.has("query")) {
    if (token.has("header")) token.value.refuse("stands in a header or in the query, not in both");
    return { kind: "query-token", secret, parameter: token.at("query").text() };
  }
  return { kind: "header-token", secret, header: readHeaderName(token) };
}

function readHeaderName(section: FileSection<"header">): string {
  const name = section.at("header").text();
  if (name !== "" && !/^[\w-]+$/.test(name)) section.at("header").refuse("is no name of a header");
  return name;
}
