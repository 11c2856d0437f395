import { useMemo } from "preact/hooks";
import type { Language } from "../../language/language.ts";
import { LANGUAGE_TRAITS } from "../../language/language.ts";
import type { CallingCode } from "./dialled-number.ts";
import { chosenCallingCode } from "./dialled-number.ts";
import { useSpeech } from "./speech.ts";

interface CountryChoiceProps {
  readonly country: string;
  readonly callingCodes: readonly CallingCode[];
  readonly onCountry: (country: string) => void;
}

/** The calling code before the number; the list behind it names countries in the reader's language. */
export function CountryChoice({ country, callingCodes, onCountry }: CountryChoiceProps) {
  const { language, texts } = useSpeech();
  const options = useMemo(() => countryOptions(callingCodes, language), [callingCodes, language]);
  const chosen = chosenCallingCode(country, callingCodes);
  if (chosen === null) return null;
  const [chosenCountry, callingCode] = chosen;
  if (callingCodes.length === 1) return <span class="calling-code">+{callingCode}</span>;
  return (
    <span class="calling-code calling-code-choice">
      <span aria-hidden="true">+{callingCode}</span>
      <select
        id="country"
        name="country"
        aria-label={texts.phone.country}
        value={chosenCountry}
        onChange={(event) => onCountry(event.currentTarget.value)}
      >
        {options}
      </select>
    </span>
  );
}

function countryOptions(callingCodes: readonly CallingCode[], language: Language) {
  const { tag } = LANGUAGE_TRAITS[language];
  const names = new Intl.DisplayNames(tag, { type: "region" });
  const { compare } = new Intl.Collator(tag);
  const countries = callingCodes.map(([country, callingCode]) => ({
    country,
    callingCode,
    name: names.of(country) ?? country,
  }));
  countries.sort((one, other) => compare(one.name, other.name));
  return countries.map(({ country, callingCode, name }) => (
    // Isolated (U+2066 to U+2069), or right-to-left scripts would move the plus sign.
    <option key={country} value={country}>{`${name} \u2066+${callingCode}\u2069`}</option>
  ));
}
