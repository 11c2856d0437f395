import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CountryCode, PhoneNumber } from "libphonenumber-js/max";
import { getCountries, getExampleNumber, isValidPhoneNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import type { PhoneParse } from "../../src/attendee/phone.ts";
import { parsePhone, phoneKey } from "../../src/attendee/phone.ts";
import { anyText } from "../ticket/any-text.ts";

/** A mobile number of every country that has one, as the library's own data gives it. */
const NUMBERS: readonly PhoneNumber[] = getCountries().flatMap((country) => {
  const number = getExampleNumber(country, examples);
  return number?.isValid() ? [number] : [];
});

/** The zeros of ASCII, Arabic-Indic, Persian, Devanagari, Bengali, Tamil and fullwidth digits, and a bold one beyond the first plane. */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xbe6, 0xff10, 0x1d7ce];
const SEPARATORS = ["", "", " ", "-", ".", "/", "\t", "\u00a0", "\u202f", "\u3000"];
const DIALLED = "0123456789+()x;,#*".split("");
const DASHES = ["\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\uff0d"];
/** What phones and chats put around a number they copy. */
const INVISIBLE = ["", "", "\u200b", "\u200e", "\u200f", "\u202a", "\u202c", "\u2066", "\u2069"];

const between = fc
  .tuple(fc.constantFrom(...SEPARATORS, ...DASHES), fc.constantFrom(...INVISIBLE, "\ufeff"))
  .map((parts) => parts.join(""));

/** The text as a hand, a keyboard or an address book writes it. */
function written(text: string): fc.Arbitrary<string> {
  const looks = fc.tuple(
    fc.constantFrom(...ZEROS),
    fc.array(between, { minLength: 4, maxLength: 4 }),
    fc.constantFrom(...INVISIBLE),
    fc.boolean(),
  );
  return looks.map(([zero, gaps, around, isBracketed]) => {
    const groups = text.match(/\D+|\d{1,4}/g) ?? [];
    const spaced = groups.map((group, index) => group + (gaps[index] ?? "")).join("");
    const bracketed = isBracketed ? spaced.replace(/^(\d{1,4})/, "($1)") : spaced;
    return around + bracketed.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
  });
}

const international = fc.constantFrom("+", "00", "\uff0b", "+ ", "00 ");

describe("a phone number", () => {
  test("the samples are numbers of most of the world", () => {
    expect(NUMBERS.length).toBeGreaterThan(200);
  });

  test("with its country code is one phone and one key, however it is written and wherever", () => {
    const spelled = fc
      .tuple(fc.constantFrom(...NUMBERS), international)
      .chain(([number, prefix]) =>
        written(number.number.slice(1)).map((text) => ({ number, typed: prefix + text })),
      );
    // Where 00, 011, 0011 and 010 are dialled before a country code.
    const anywhere = fc.constantFrom<CountryCode>("BD", "US", "AU", "JP");
    fc.assert(
      fc.property(spelled, anywhere, ({ number, typed }, country) => {
        expect(parsePhone(typed, policyOf(country))).toEqual(parsed(number));
      }),
      { numRuns: 1_200 },
    );
  });

  test("as it is dialled at home is the same phone, however it is written", () => {
    const spelled = fc
      .constantFrom(...NUMBERS)
      .chain((number) =>
        written(number.formatNational().replace(/\D/g, "")).map((typed) => ({ number, typed })),
      );
    fc.assert(
      fc.property(spelled, ({ number, typed }) => {
        expect(parsePhone(typed, policyOf(countryOf(number)))).toEqual(parsed(number));
      }),
      { numRuns: 1_200 },
    );
  });

  test("keeps its one spelling when it is parsed again", () => {
    for (const { number } of NUMBERS) {
      const again = parsePhone(number, policyOf("BD"));
      expect(again).toMatchObject({ kind: "phone", phone: number });
    }
  });

  test("is told from every other by its key", () => {
    const keys = NUMBERS.map(({ number }) => phoneKey(number as never));
    expect(new Set(keys).size).toBe(new Set(NUMBERS.map(({ number }) => number)).size);
    for (const key of keys) expect(Number.isSafeInteger(key)).toBe(true);
  });

  test("of any text is a valid number or a refusal, never a throw", () => {
    const nearly = fc
      .array(fc.oneof(between, fc.constantFrom(...DIALLED), anyText), {
        maxLength: 40,
      })
      .map((parts) => parts.join(""));
    const served = { defaultCountry: "BD", countries: new Set(["BD", "IN"]) } as const;
    fc.assert(
      fc.property(fc.oneof(anyText, nearly), (typed) => {
        const result = parsePhone(typed, served);
        if (result.kind !== "phone") {
          expect(["invalid-phone", "country-not-served"]).toContain(result.kind);
          return;
        }
        expect(result.phone).toMatch(/^\+(880|91)\d+$/);
        expect(isValidPhoneNumber(result.phone)).toBe(true);
        expect(result.key).toBe(phoneKey(result.phone));
      }),
      { numRuns: 5_000 },
    );
  });

  test("of more than 64 characters is refused unread", () => {
    const endless = new Proxy(new String("0".repeat(65)), {
      get: (text, name) => {
        if (name === "length") return text.length;
        throw new Error(`read ${String(name)}`);
      },
    });
    expect(parsePhone(endless as never, policyOf("BD"))).toEqual({ kind: "invalid-phone" });
  });
});

function policyOf(defaultCountry: CountryCode) {
  return { defaultCountry, countries: null };
}

function countryOf({ country }: PhoneNumber): CountryCode {
  if (country === undefined) throw new Error("an example number has a country");
  return country;
}

function parsed({ number }: PhoneNumber): PhoneParse {
  return { kind: "phone", phone: number, key: Number(number.slice(1)) } as never;
}
