/** Markup that is safe to send: made only by `html` and `trusted`. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What a template may hold. Null and false leave nothing behind, so that `condition && html` reads well. */
export type HtmlValue = string | number | Html | null | false | readonly HtmlValue[];

/** The one place where text becomes HTML: every value is escaped unless it is `Html` already. Quote attributes with `"`. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let written = strings[0] ?? "";
  let index = 0;
  for (const value of values) {
    index += 1;
    written += markup(value) + strings[index];
  }
  return new Html(written);
}

/** For markup from elsewhere that is known to be safe, such as a barcode's SVG. */
export function trusted(text: string): Html {
  return new Html(text);
}

function markup(value: HtmlValue): string {
  if (value === null || value === false) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.map(markup).join("");
  return String(value).replace(SPECIAL, (character) => ENTITIES[character] ?? "");
}

const SPECIAL = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&#38;",
  "<": "&#60;",
  ">": "&#62;",
  '"': "&#34;",
  "'": "&#39;",
};
