import type { CountryCode, PhoneNumber } from "libphonenumber-js/max";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { asciiDigits } from "./digits.ts";

/** E.164 with the plus sign, as in `+8801712345678`; one spelling for each number. */
export type Phone = string & { readonly __brand: "Phone" };

/** The digits of an E.164 number (at most 15, so exact in a double): the key of maps and shards. */
export type PhoneKey = number & { readonly __brand: "PhoneKey" };

export interface PhonePolicy {
  /** Read numbers without a country code as this country's (ISO 3166-1 alpha-2). */
  readonly defaultCountry: CountryCode;
  /** Countries served, ISO 3166-1 alpha-2; null serves all. */
  readonly countries: ReadonlySet<string> | null;
}

export type PhoneParse =
  | { readonly kind: "phone"; readonly phone: Phone; readonly key: PhoneKey }
  | { readonly kind: "invalid-phone" }
  | { readonly kind: "country-not-served" };

const TYPED_LENGTH_MAX = 64;

/** Direction marks and zero-width characters, which numbers copied from an address book or a chat bring along. */
const INVISIBLE = /\p{Cf}+/gu;

/** Any way of typing a number (spaces, leading zero, Bengali or Arabic digits, `00` or `+`) gives one key. */
export function parsePhone(typed: string, policy: PhonePolicy): PhoneParse {
  if (typed.length > TYPED_LENGTH_MAX) return { kind: "invalid-phone" };
  const visible = asciiDigits(typed.normalize("NFKC")).replace(INVISIBLE, "");
  const text = visible.replace(/\s+/g, " ").trim().replace(/^00/, "+");
  const parsed = parsePhoneNumberFromString(text, policy.defaultCountry);
  if (parsed === undefined || parsed.ext !== undefined || !takesSms(parsed)) {
    return { kind: "invalid-phone" };
  }
  const country = parsed.country;
  if (policy.countries !== null && (country === undefined || !policy.countries.has(country))) {
    return { kind: "country-not-served" };
  }
  const phone = parsed.number as string as Phone;
  return { kind: "phone", phone, key: phoneKey(phone) };
}

/**
 * By the numbering plan, which also says what is a number at all. To a landline a code is lost, and at a premium or
 * shared-cost number somebody earns on it. Where a country's plan does not tell mobiles apart, both may be.
 */
function takesSms(number: PhoneNumber): boolean {
  const type = number.getType();
  return type === "MOBILE" || type === "FIXED_LINE_OR_MOBILE";
}

export function phoneKey(phone: Phone): PhoneKey {
  return Number(phone.slice(1)) as PhoneKey;
}
