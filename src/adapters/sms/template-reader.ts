import type { FileValue } from "../../organiser/file-value.ts";
import type { Reading } from "./gateway-policy.ts";
import { Secret } from "./secret.ts";
import type { Blank, Spelling, Template } from "./template.ts";
import { asIs, NO_VALUES, parseTemplate } from "./template.ts";

/** Shorter ones are guessed. */
const SECRET_LENGTH_MIN = 16;

/** Reads the templates of one request, noting their faults and which blanks it asks for in all. */
export class TemplateReader {
  readonly isProduction: boolean;
  readonly #reading: Reading;
  readonly #blanks = new Set<Blank>();

  constructor(reading: Reading) {
    this.isProduction = reading.policy.isProduction;
    this.#reading = reading;
  }

  asksFor(...blanks: readonly Blank[]): boolean {
    return blanks.some((blank) => this.#blanks.has(blank));
  }

  refuse(path: string, sentence: string): void {
    this.#reading.faults.push(`${path}: ${sentence}`);
  }

  read(text: string, path: string, spelling: Spelling): Template {
    const { settingOf } = this.#reading.policy;
    const { template, faults } = parseTemplate(text, { spelling, settingOf });
    for (const fault of faults) this.refuse(path, fault);
    for (const blank of template.blanks) this.#blanks.add(blank);
    return template;
  }

  /** A text that is the same for every message; "" for one that is not there. */
  constant(value: FileValue): string {
    const template = this.read(value.text(), value.path, asIs);
    if (template.blanks.length > 0) value.refuse("is the same for every message, so has no blanks");
    return template.fill(NO_VALUES);
  }

  /** The same, kept from every listing. */
  secret(value: FileValue): Secret {
    const text = this.constant(value);
    if (text !== "" && text.length < SECRET_LENGTH_MIN) {
      value.refuse(`is weak: it takes ${SECRET_LENGTH_MIN} characters or more`);
    }
    return new Secret(text);
  }
}
