import type { Language } from "../../language/language.ts";
import { LANGUAGE_TRAITS, LANGUAGES } from "../../language/language.ts";
import { oncePerWords } from "../../language/once.ts";
import { pageTexts } from "../texts/all.ts";
import type { Html } from "./html.ts";
import { html } from "./html.ts";

/**
 * The same page in every language, each by the name its speakers know; links, so that it works without a script. What
 * else the page's address asks for is kept, as in `sale=1`.
 */
export const languageSwitch = oncePerWords((spoken: Language, kept = ""): Html => {
  const others = kept === "" ? "" : `${kept}&`;
  return html`<nav class="languages" aria-label="${pageTexts[spoken].language}"><ul>${LANGUAGES.map(
    (language) => {
      const { ownName } = LANGUAGE_TRAITS[language];
      return html`<li><a href="?${others}lang=${language}" lang="${language}" hreflang="${language}" data-language="${language}"${
        language === spoken && html` aria-current="true"`
      }>${ownName}</a></li>`;
    },
  )}</ul></nav>`;
});
