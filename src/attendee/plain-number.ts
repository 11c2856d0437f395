import type { CountryCode } from "libphonenumber-js/max";
import { getCountries, getCountryCallingCode, Metadata } from "libphonenumber-js/max";

/** What libphonenumber-js 1.x has at run time (its `es6/metadata.js`) and leaves out of its types. */
interface NumberingPlan {
  nationalNumberPattern(): string;
  possibleLengths(): readonly number[];
  /** Falsy where nothing but the number is dialled at home. */
  nationalPrefixForParsing(): string | 0 | undefined;
  nationalPrefixTransformRule(): string | 0 | undefined;
  type(name: "MOBILE"): NumberType | undefined;
}

interface NumberType {
  pattern(): string;
  possibleLengths(): readonly number[];
}

/**
 * Matches mobile numbers of a country that are written without a separator, after its calling code or the zero dialled
 * at home; the one group is the national number. Null for a country that shares its calling code with others, whose
 * numbers this pattern could not tell apart.
 */
export function plainNumberPattern(country: CountryCode): RegExp | null {
  const callingCode = getCountryCallingCode(country);
  const isShared = getCountries().some(
    (other) => other !== country && getCountryCallingCode(other) === callingCode,
  );
  const plan = numberingPlan(country);
  const mobile = plan.type("MOBILE");
  if (isShared || mobile === undefined || mobile.pattern() === "") return null;
  const prefix = isDialledZero(plan) ? `(?:\\+${callingCode}|0)` : `\\+${callingCode}`;
  const anyNumber = whole(plan.nationalNumberPattern(), plan.possibleLengths());
  const mobileNumber = whole(mobile.pattern(), mobile.possibleLengths());
  return new RegExp(`^${prefix}(?=${anyNumber})(?=${mobileNumber})(\\d+)$`);
}

function numberingPlan(country: CountryCode): NumberingPlan {
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  return metadata.numberingPlan as unknown as NumberingPlan;
}

function whole(pattern: string, lengths: readonly number[]): string {
  return `(?=${lengths.map((length) => `\\d{${length}}$`).join("|")})(?:${pattern})$`;
}

/** Where more is dialled than a zero, as a carrier's code, only the library knows what to leave out. */
function isDialledZero(plan: NumberingPlan): boolean {
  return plan.nationalPrefixForParsing() === "0" && !plan.nationalPrefixTransformRule();
}
