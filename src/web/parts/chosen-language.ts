import type { Language } from "../../language/language.ts";
import { DEFAULT_LANGUAGE, parseLanguage } from "../../language/language.ts";

const STORED_AT = "floodgate:language";
const IN_ADDRESS = "lang";

/**
 * The language this page goes on in, or null when it is being loaded again in another. The server chooses by
 * `Accept-Language`, but a cache in between may have kept one page for everyone, and knows nothing of a choice
 * made by hand; an address that names its language is always taken at its word.
 */
export function settleLanguage(spoken: Language): Language | null {
  rememberChoice();
  const query = new URLSearchParams(location.search);
  if (query.has(IN_ADDRESS)) return spoken;
  const wanted = storedLanguage() ?? firstSpoken(navigator.languages);
  if (wanted === spoken) return spoken;
  query.set(IN_ADDRESS, wanted);
  location.replace(`?${query.toString()}`);
  return null;
}

/** An address of ours that goes on in the language this page was asked for by its own address. */
export function inSameLanguage(address: string): string {
  const language = new URLSearchParams(location.search).get(IN_ADDRESS);
  if (language === null) return address;
  return `${address}?${new URLSearchParams([[IN_ADDRESS, language]]).toString()}`;
}

function firstSpoken(tags: readonly string[]): Language {
  const languages = tags.map(parseLanguage);
  return languages.find((language) => language !== null) ?? DEFAULT_LANGUAGE;
}

function rememberChoice(): void {
  for (const link of document.querySelectorAll<HTMLElement>("[data-language]")) {
    link.addEventListener("click", () => {
      try {
        localStorage.setItem(STORED_AT, link.dataset["language"] ?? "");
      } catch {
        // Forbidden storage; the address carries the choice.
      }
    });
  }
}

function storedLanguage(): Language | null {
  try {
    return parseLanguage(localStorage.getItem(STORED_AT) ?? "");
  } catch {
    return null;
  }
}
