import { getCountryCallingCode } from "libphonenumber-js/max";
import type { Phone, PhoneParse, PhonePolicy } from "./phone.ts";
import { parsePhone, phoneKey } from "./phone.ts";
import { plainNumberPattern } from "./plain-number.ts";

/** A plus sign and fifteen digits, with a separator after each. */
const PLAIN_LENGTH_MAX = 32;
const SEPARATORS = /[ -]/g;

/**
 * Reads phone numbers under one policy, exactly as `parsePhone` does. Nearly everyone writes a mobile number of the
 * event's own country, which one pattern reads in a thirtieth of the time (0.3 µs for 10, once a third of what asking
 * for a code cost).
 */
export class PhoneReader {
  readonly #policy: PhonePolicy;
  readonly #prefix: string;
  /** Null where there is no such pattern, or the country is not served. */
  readonly #pattern: RegExp | null;

  constructor(policy: PhonePolicy) {
    const { defaultCountry, countries } = policy;
    const isServed = countries === null || countries.has(defaultCountry);
    this.#policy = policy;
    this.#prefix = `+${getCountryCallingCode(defaultCountry)}`;
    this.#pattern = isServed ? plainNumberPattern(defaultCountry) : null;
  }

  read(typed: string): PhoneParse {
    return this.#readPlain(typed) ?? parsePhone(typed, this.#policy);
  }

  /** Null for everything that has to be looked at more closely. */
  #readPlain(typed: string): PhoneParse | null {
    if (typed.length > PLAIN_LENGTH_MAX) return null;
    const national = this.#pattern?.exec(typed.replace(SEPARATORS, ""))?.[1];
    if (national === undefined) return null;
    const phone = `${this.#prefix}${national}` as Phone;
    return { kind: "phone", phone, key: phoneKey(phone) };
  }
}
