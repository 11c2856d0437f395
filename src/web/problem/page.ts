import type { ProblemPage } from "../../http/pages.ts";
import type { AssetPaths } from "../parts/document.ts";
import { documentHtml } from "../parts/document.ts";
import { html } from "../parts/html.ts";

/** What stands where a page should have been. */
export function problemPage({ status, title, detail }: ProblemPage, paths: AssetPaths): string {
  const body = html`<main class="plain problem">
<p class="problem-status" aria-hidden="true">${status}</p>
<h1>${title}</h1>
<p>${detail}</p>
<p><a class="primary" href="/">To the events</a></p>
</main>`;
  return documentHtml({ title, paths, script: null, body });
}
