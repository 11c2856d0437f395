import { DOCS_STYLE_PATH } from "./docs-style.ts";
import type { OpenApiDocument, PathOperation } from "./openapi.ts";
import type { Answer } from "./operations.ts";
import { problemRows } from "./problem.ts";

/** The OpenAPI document as one page, without scripts and without anyone else's files. */
export function docsPage(document: OpenApiDocument): string {
  const calls = callsOf(document);
  const tags = [...new Set(calls.map(({ operation }) => operation.tags[0]))];
  const groups = tags.map((tag) =>
    group(
      tag,
      calls.filter((call) => call.operation.tags[0] === tag),
    ),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(document.info.title)}: the API</title>
<link rel="stylesheet" href="${DOCS_STYLE_PATH}">
</head>
<body>
<header>
<h1>${escapeHtml(document.info.title)} <small>API ${escapeHtml(document.info.version)}</small></h1>
<p>${escapeHtml(document.info.description)} <a href="/openapi.json">openapi.json</a></p>
<nav>${[...tags, "Problems"].map((tag) => `<a href="#${tag}">${tag}</a>`).join(" ")}</nav>
</header>
<main>
${groups.join("\n")}
${problems()}
</main>
</body>
</html>
`;
}

interface DocumentedCall {
  readonly method: string;
  readonly path: string;
  readonly operation: PathOperation;
}

function callsOf({ paths }: OpenApiDocument): readonly DocumentedCall[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

function group(tag: string, calls: readonly DocumentedCall[]): string {
  return `<section id="${tag}"><h2>${tag}</h2>${calls.map(article).join("\n")}</section>`;
}

function article({ method, path, operation }: DocumentedCall): string {
  const body = operation.requestBody?.content["application/json"]?.schema;
  const answers = Object.entries(operation.responses).map(answerRow);
  return `<article id="${operation.operationId}">
<h3><code><b class="${method.toLowerCase()}">${method}</b> ${escapeHtml(path)}</code></h3>
<p>${escapeHtml(operation.summary)}</p>
${body === undefined ? "" : schemaDetails("Body", body)}
<table><tbody>${answers.join("")}</tbody></table>
</article>`;
}

function answerRow([status, { description, content }]: readonly [string, Answer]): string {
  const schema = content?.["application/json"]?.schema;
  const shape = schema === undefined ? "" : schemaDetails("Shape", schema);
  return `<tr><th scope="row">${status}</th><td>${escapeHtml(description)}${shape}</td></tr>`;
}

function schemaDetails(title: string, schema: unknown): string {
  const text = escapeHtml(JSON.stringify(schema, null, 2));
  return `<details><summary>${title}</summary><pre>${text}</pre></details>`;
}

function problems(): string {
  const byCode = new Map(Object.values(problemRows).map((row) => [row[1], row]));
  const rows = [...byCode.values()].map(
    ([status, code, , detail]) =>
      `<tr id="${code}"><th scope="row">${status}</th><td><code>${code}</code></td><td>${escapeHtml(detail)}</td></tr>`,
  );
  return `<section id="Problems"><h2>Problems</h2><table><tbody>${rows.join("")}</tbody></table></section>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
