import type { Language } from "./language.ts";
import { LANGUAGE_TRAITS } from "./language.ts";

/** How much is kept of what each maker makes: far more than the events of a service have days, and few bytes. */
const KEPT_COUNT_MAX = 512;

/**
 * What `make` makes of a few words, none with a line end in it: made when it is first asked for, and kept; begun anew
 * when too much is.
 */
export function oncePerWords<Words extends readonly (string | undefined)[], Value>(
  make: (...words: Words) => Value,
): (...words: Words) => Value {
  const known = new Map<string, Value>();
  return (...words) => {
    const key = words.join("\n");
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    if (known.size >= KEPT_COUNT_MAX) known.clear();
    const made = make(...words);
    known.set(key, made);
    return made;
  };
}

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
