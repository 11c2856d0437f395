import { dayWords } from "../../language/dates.ts";
import type { Language } from "../../language/language.ts";
import { oncePerWords } from "../../language/once.ts";
import type { Html } from "./html.ts";
import { html } from "./html.ts";

/** A date drawn as a leaf of a calendar, with the whole date for those who listen. */
export const dayLeaf = oncePerWords((date: string, language: Language): Html => {
  const words = dayWords(date, language);
  return html`<time class="leaf" datetime="${date}">
<span class="hidden-text">${words.full}</span>
<span class="leaf-month" aria-hidden="true">${words.month}</span>
<span class="leaf-day" aria-hidden="true">${words.dayOfMonth}</span>
<span class="leaf-weekday" aria-hidden="true">${words.weekday}</span>
</time>`;
});
