import type { Language } from "./language.ts";
import { LANGUAGE_TRAITS } from "./language.ts";

/** What `make` makes of a language's BCP 47 tag: made when it is first asked for, and kept. */
export function oncePerLanguage<Value>(
  make: (tag: string) => Value,
): (language: Language) => Value {
  const known = new Map<Language, Value>();
  return (language) => {
    const kept = known.get(language);
    if (kept !== undefined) return kept;
    const made = make(LANGUAGE_TRAITS[language].tag);
    known.set(language, made);
    return made;
  };
}
