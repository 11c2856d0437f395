/** What a template may ask for: the number in E.164, the same without its plus sign, the text, an id of ours. */
export const BLANKS = ["to", "toDigits", "text", "id"] as const;

export type Blank = (typeof BLANKS)[number];
export type BlankValues = Readonly<Record<Blank, string>>;

/** For a request that carries no message. */
export const NO_VALUES: BlankValues = { to: "", toDigits: "", text: "", id: "" };

/** How a value is spelled where the template puts it, so that it cannot end that place. */
export type Spelling = (value: string) => string;

/** Null for a setting that is not there. */
export type SettingOf = (name: string) => string | null;

export interface TemplateParse {
  readonly template: Template;
  readonly faults: readonly string[];
}

/** A text with blanks such as `{to}`, filled in for each message. */
export class Template {
  readonly #parts: readonly TemplatePart[];
  readonly #spelling: Spelling;

  constructor(parts: readonly TemplatePart[], spelling: Spelling) {
    this.#parts = parts;
    this.#spelling = spelling;
  }

  get blanks(): readonly Blank[] {
    return this.#parts.flatMap((part) => (part.kind === "blank" ? [part.blank] : []));
  }

  fill(values: BlankValues): string {
    return this.#parts
      .map((part) => (part.kind === "blank" ? this.#spelling(values[part.blank]) : part.text))
      .join("");
  }
}

type TemplatePart =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "blank"; readonly blank: Blank };

const PLACEHOLDER = /\$\{([^}]*)\}|\{(\w+)\}/g;

/** `${NAME}` takes a setting of the environment, read once; a fault names it and never says what it holds. */
export function parseTemplate(
  text: string,
  { spelling, settingOf }: { readonly spelling: Spelling; readonly settingOf: SettingOf },
): TemplateParse {
  const parts: TemplatePart[] = [];
  const faults: string[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const [whole, setting, name] = match;
    parts.push({ kind: "literal", text: text.slice(end, match.index) });
    end = match.index + whole.length;
    if (setting !== undefined) {
      const value = settingOf(setting);
      if (value === null) faults.push(`names ${setting}, a setting that is not there`);
      else parts.push({ kind: "literal", text: spelling(value) });
      continue;
    }
    const blank = BLANKS.find((known) => known === name);
    if (blank !== undefined) parts.push({ kind: "blank", blank });
    else
      faults.push(`knows no ${whole}; known are ${BLANKS.map((known) => `{${known}}`).join(" ")}`);
  }
  parts.push({ kind: "literal", text: text.slice(end) });
  return { template: new Template(parts, spelling), faults };
}

/** A template without blanks. */
export function fixedText(text: string): Template {
  return new Template([{ kind: "literal", text }], asIs);
}

/** As it is: for the strings of a JSON value, which are spelled when the whole value is. */
export const asIs: Spelling = (value) => value;

/** For URLs and forms; a half surrogate, which has no UTF-8, becomes U+FFFD. */
export const percentEncoded: Spelling = (value) => encodeURIComponent(value.toWellFormed());
