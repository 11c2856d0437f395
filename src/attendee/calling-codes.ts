import { getCountries, getCountryCallingCode } from "libphonenumber-js/max";
import type { PhonePolicy } from "./phone.ts";

/** The countries served (ISO 3166-1 alpha-2) with what their numbers begin with, as in `["BD", "880"]`; the default first. */
export function callingCodes({
  defaultCountry,
  countries,
}: PhonePolicy): readonly (readonly [country: string, callingCode: string])[] {
  const others = getCountries().filter(
    (country) => country !== defaultCountry && (countries?.has(country) ?? true),
  );
  return [defaultCountry, ...others].map((country) => [country, getCountryCallingCode(country)]);
}
