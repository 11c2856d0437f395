import type { Blank, SettingOf, Spelling, Template } from "./template.ts";
import { parseTemplate } from "./template.ts";

/** Reads the templates of one file, noting their faults and which blanks the file asks for in all. */
export class TemplateReader {
  readonly #settingOf: SettingOf;
  readonly #faults: string[];
  readonly #blanks = new Set<Blank>();

  constructor(settingOf: SettingOf, faults: string[]) {
    this.#settingOf = settingOf;
    this.#faults = faults;
  }

  asksFor(blank: Blank): boolean {
    return this.#blanks.has(blank);
  }

  refuse(path: string, sentence: string): void {
    this.#faults.push(`${path}: ${sentence}`);
  }

  read(text: string, path: string, spelling: Spelling): Template {
    const { template, faults } = parseTemplate(text, { spelling, settingOf: this.#settingOf });
    for (const fault of faults) this.refuse(path, fault);
    for (const blank of template.blanks) this.#blanks.add(blank);
    return template;
  }
}
