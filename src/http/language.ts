import type { Language } from "../language/language.ts";
import { DEFAULT_LANGUAGE, parseLanguage } from "../language/language.ts";

/** Follows the address of a page, or one person's wishes. */
export interface ChosenLanguage {
  readonly language: Language;
  /** Whether the address says so; else the answer depends on `Accept-Language`. */
  readonly isInAddress: boolean;
}

/** Browsers send up to ten or so; whoever sends more is not one. */
const WISH_COUNT_MAX = 16;
const IN_ADDRESS = /[?&]lang=([A-Za-z-]{2,35})(?:&|$)/;

/** `?lang=` wins, then `Accept-Language` (RFC 9110, section 12.5.4), then the language for everyone else. */
export function chooseLanguage(request: Request): ChosenLanguage {
  const named = parseLanguage(IN_ADDRESS.exec(request.url)?.[1] ?? "");
  if (named !== null) return { language: named, isInAddress: true };
  const wished = wishes(request.headers.get("accept-language") ?? "").map(parseLanguage);
  const granted = wished.find((language) => language !== null);
  return { language: granted ?? DEFAULT_LANGUAGE, isInAddress: false };
}

/** The tags asked for, the most wanted first. */
function wishes(header: string): readonly string[] {
  return header
    .split(",", WISH_COUNT_MAX)
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";");
      return { tag, weight: weightOf(parameters) };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}

function weightOf(parameters: readonly string[]): number {
  const quality = parameters.find((parameter) => parameter.trim().startsWith("q="));
  if (quality === undefined) return 1;
  const weight = Number(quality.trim().slice("q=".length));
  return Number.isFinite(weight) ? weight : 0;
}
