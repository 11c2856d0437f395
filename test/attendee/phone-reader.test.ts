import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CountryCode } from "libphonenumber-js/max";
import { getCountries, getCountryCallingCode, getExampleNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { parsePhone } from "../../src/attendee/phone.ts";
import { PhoneReader } from "../../src/attendee/phone-reader.ts";
import { plainNumberPattern } from "../../src/attendee/plain-number.ts";

const digit = fc.constantFrom(...Array.from("0123456789"));
const digits = fc.string({ unit: digit, minLength: 3, maxLength: 14 });

/** A country, and what somebody there may type: near a mobile number of theirs, or any digits. */
const typed = fc.constantFrom(...getCountries()).chain((country) => {
  const prefixes = [`+${getCountryCallingCode(country)}`, "0", "", "00", "+"];
  const prefix = fc.constantFrom(...prefixes, ...prefixes.map((text) => `${text}0`));
  return fc
    .tuple(
      prefix,
      fc.oneof(nearlyMobile(country), digits),
      fc.nat(20),
      fc.constantFrom("", " ", "-"),
    )
    .map(([before, number, at, separator]) => {
      const text = before + number;
      return { country, text: text.slice(0, at) + separator + text.slice(at) };
    });
});

/** An example of the library's own with some of its digits changed. */
function nearlyMobile(country: CountryCode): fc.Arbitrary<string> {
  const example = getExampleNumber(country, examples)?.nationalNumber ?? "123456789";
  const change = fc.tuple(fc.nat(example.length - 1), digit);
  return fc.array(change, { maxLength: 4 }).map((changes) => {
    const changed = Array.from(example);
    for (const [at, to] of changes) changed[at] = to;
    return changed.join("");
  });
}

const readers = new Map(
  getCountries().map((country) => {
    const policy = { defaultCountry: country, countries: new Set([country]) };
    return [country, { policy, reader: new PhoneReader(policy) }];
  }),
);

describe("The reader of phone numbers", () => {
  test("reads in every country whatever is typed exactly as parsePhone does", () => {
    fc.assert(
      fc.property(typed, ({ country, text }) => {
        const { policy, reader } = readers.get(country) ?? expect.unreachable();
        expect(reader.read(text)).toEqual(parsePhone(text, policy));
      }),
      { numRuns: 20_000 },
    );
  });

  test("knows a mobile number by its pattern in most countries, with its calling code and as it is dialled", () => {
    const known = getCountries().filter((country) => {
      const { number = "" } = getExampleNumber(country, examples) ?? {};
      return plainNumberPattern(country)?.test(number) === true;
    });
    expect(known.length).toBeGreaterThan(180);
    expect(plainNumberPattern("BD")?.exec("01712345678")?.[1]).toBe("1712345678");
  });

  test("has no pattern for countries that share a calling code", () => {
    expect(plainNumberPattern("US")).toBeNull();
    expect(plainNumberPattern("GB")).toBeNull();
  });

  test("lets in no number of a default country that is not served", () => {
    const reader = new PhoneReader({ defaultCountry: "BD", countries: new Set(["IN"]) });
    expect(reader.read("+8801712345678").kind).toBe("country-not-served");
  });
});
