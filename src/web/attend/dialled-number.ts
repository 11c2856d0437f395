import { plainDigits } from "./digits.ts";

/** A country (ISO 3166-1 alpha-2) with what its numbers begin with abroad, as in `["BD", "880"]`. */
export type CallingCode = readonly [country: string, callingCode: string];

/** The calling code of a chosen country; of the first one, the service's own, while none is chosen. */
export function chosenCallingCode(
  country: string,
  callingCodes: readonly CallingCode[],
): CallingCode | null {
  return callingCodes.find(([code]) => code === country) ?? callingCodes[0] ?? null;
}

/**
 * The number to send for what was typed. One that names its country itself (`+…`, `00…`) is left alone, and so is
 * one of the service's own country, which the server knows how to read.
 */
export function dialledNumber(
  { phone, country }: { readonly phone: string; readonly country: string },
  callingCodes: readonly CallingCode[],
): string {
  const chosen = chosenCallingCode(country, callingCodes);
  if (chosen === null || chosen === callingCodes[0] || namesItsCountry(phone)) return phone;
  return `+${chosen[1]} ${plainDigits(phone)}`;
}

function namesItsCountry(phone: string): boolean {
  return /^[\s\p{Cf}]*[+＋]/u.test(phone) || plainDigits(phone).startsWith("00");
}
