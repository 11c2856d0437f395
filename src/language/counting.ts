import type { Language } from "./language.ts";
import { oncePerLanguage } from "./once.ts";

/** The forms a noun takes beside a number, as `Intl.PluralRules` names them for each language. */
interface PluralForms {
  readonly en: "one" | "other";
  readonly bn: "one" | "other";
  readonly he: "one" | "two" | "other";
  readonly ar: "zero" | "one" | "two" | "few" | "many" | "other";
}

/** All forms of one phrase; `#` stands for the number where the phrase names it. */
export type Counted<Spoken extends Language> = Readonly<Record<PluralForms[Spoken], string>>;

/** A number in the digits of the language, as in `60,000` or `৬০,০০০`. */
export function countText(count: number, language: Language): string {
  return formatsOf(language).numbers.format(count);
}

/** The form that a noun takes beside a count. */
export function pluralForm(count: number, language: Language): Intl.LDMLPluralRule {
  return formatsOf(language).plurals.select(count);
}

/** Chooses the form of a phrase that fits a count, and writes the count into it. */
export function counter<Spoken extends Language>(
  language: Spoken,
): (count: number, forms: Counted<Spoken>) => string {
  return (count, forms) => {
    const form = pluralForm(count, language) as PluralForms[Spoken];
    return forms[form].replace("#", countText(count, language));
  };
}

/** The same text with its ASCII digits in the script of the language, as a door's `17:00`. */
export function localDigits(text: string, language: Language): string {
  return text.replace(/\d/g, (digit) => countText(Number(digit), language));
}

/** Made when first needed, and once: that takes a hundred times what using them does. */
const formatsOf = oncePerLanguage((tag) => ({
  numbers: new Intl.NumberFormat(tag),
  plurals: new Intl.PluralRules(tag),
}));
