import type { Language } from "../../language/language.ts";
import { LANGUAGE_TRAITS } from "../../language/language.ts";
import type { Html } from "./html.ts";
import { html } from "./html.ts";

/** Where the pages' files are served, by what they are for; every path carries a hash of its content. */
export interface AssetPaths {
  readonly styles: string;
  readonly icon: string;
  /** Each with the texts of its language, so that nobody loads those of another. */
  readonly attend: Readonly<Record<Language, string>>;
  /** No page names it as its script: the form starts it. */
  readonly proofWorker: string;
  readonly ticket: string;
  readonly inbox: string;
}

export interface DocumentParts {
  readonly language: Language;
  readonly title: string;
  readonly paths: AssetPaths;
  readonly script: string | null;
  readonly body: Html;
}

/** The shell of every page: nothing inline, nothing from elsewhere, so that the strictest policy fits. */
export function documentHtml({ language, title, paths, script, body }: DocumentParts): string {
  return html`<!doctype html>
<html lang="${language}" dir="${LANGUAGE_TRAITS[language].direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#f8f3eb" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#181412" media="(prefers-color-scheme: dark)">
<meta name="format-detection" content="telephone=no">
<title>${title}</title>
<link rel="icon" href="${paths.icon}" type="image/svg+xml">
<link rel="stylesheet" href="${paths.styles}">
${script !== null && html`<script type="module" src="${script}"></script>`}
</head>
<body>
${body}
</body>
</html>
`.toString();
}
