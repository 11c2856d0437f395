import type { ProblemPage } from "../../http/pages.ts";
import { countText } from "../../language/counting.ts";
import type { Language } from "../../language/language.ts";
import type { AssetPaths } from "../parts/document.ts";
import { documentHtml } from "../parts/document.ts";
import { html } from "../parts/html.ts";
import { languageSwitch } from "../parts/language-switch.ts";
import { pageTexts } from "../texts/all.ts";
import type { ProblemWords } from "../texts/page-texts.ts";

/** What stands where a page should have been. */
export function problemPage(page: ProblemPage, paths: AssetPaths, language: Language): string {
  const { status, code } = page;
  const { title, detail } = problemWords(page, language);
  // It carries a number to tell the organiser, who may well read English.
  const original = language !== "en" && code === "internal" && page.detail;
  const body = html`${languageSwitch(language)}
<main class="plain problem">
<p class="problem-status" aria-hidden="true">${countText(status, language)}</p>
<h1>${title}</h1>
<p>${detail}</p>
${original && html`<p class="soft" lang="en" dir="ltr">${original}</p>`}
<p><a class="primary" href="/?lang=${language}">${pageTexts[language].problem.toEvents}</a></p>
</main>`;
  return documentHtml({ language, title, paths, script: null, body });
}

/** English has a sentence for every problem; the others one for each thing a reader can do about it. */
function problemWords({ status, title, detail }: ProblemPage, language: Language): ProblemWords {
  if (language === "en") return { title, detail };
  const { missing, busy, broken } = pageTexts[language].problem;
  if (status === 404) return missing;
  return status === 503 ? busy : broken;
}
