/** The languages the service speaks. */
export const LANGUAGES = ["en", "bn", "he", "ar"] as const;

export type Language = (typeof LANGUAGES)[number];

export interface LanguageTraits {
  /** What its speakers call it. */
  readonly ownName: string;
  readonly direction: "ltr" | "rtl";
  /** BCP 47 for `Intl`: with the digits and the order of a date that its readers expect. */
  readonly tag: string;
}

/** British English writes the day first and the hours to 24, as the tickets do. */
export const LANGUAGE_TRAITS: Readonly<Record<Language, LanguageTraits>> = {
  en: { ownName: "English", direction: "ltr", tag: "en-GB" },
  bn: { ownName: "বাংলা", direction: "ltr", tag: "bn-BD-u-nu-beng" },
  he: { ownName: "עברית", direction: "rtl", tag: "he-IL-u-nu-latn" },
  ar: { ownName: "العربية", direction: "rtl", tag: "ar-u-nu-arab" },
};

/** Spoken to those whose language is not among ours. */
export const DEFAULT_LANGUAGE: Language = "en";

/** Tags of old phones (RFC 5646 deprecates `iw`), by the language they mean. */
const OLD_NAMES: Readonly<Record<string, Language>> = { iw: "he" };

/** The language of a BCP 47 tag such as `bn-BD`; null for one that is not spoken here. */
export function parseLanguage(tag: string): Language | null {
  const [primary = ""] = tag.trim().toLowerCase().split(/[-_]/);
  return LANGUAGES.find((language) => language === primary) ?? OLD_NAMES[primary] ?? null;
}
