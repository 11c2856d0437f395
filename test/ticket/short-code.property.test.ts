import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ShortCodeFields, ShortCodeHmac } from "../../src/ticket/short-code.ts";
import { encodeShortCode, parseShortCode, shortCodeMac } from "../../src/ticket/short-code.ts";
import { anyText } from "./any-text.ts";
import { testKeyRing } from "./make-ticket-sheet.ts";
import { MUTATION_COUNT, MUTATIONS_WITHIN_MS, mutatedText } from "./mutated-text.ts";

const EVENT_ID = 3;
const { newest, versions } = testKeyRing();
const otherHmac = versions.get(1)?.hmac ?? newest.hmac;

const anyFields: fc.Arbitrary<ShortCodeFields> = fc.record({
  saleNumber: fc.integer({ min: 1, max: 16 }),
  day: fc.integer({ min: 1, max: 16 }),
  ordinal: fc.integer({ min: 1, max: 131_071 }),
});
const someFields = fc.sample(anyFields, { numRuns: 60, seed: 45 });
const genuine = new Set(someFields.map((fields) => issued(fields)));
const anyGenuine = fc.constantFrom(...genuine);

const ofOtherKeys = anyFields.chain((fields) =>
  fc.constantFrom(issued(fields, newest.hmac, EVENT_ID + 1), issued(fields, otherHmac)),
);
/** Wrong in a few places, the check character made to fit: only the MAC can tell. */
const patched = fc
  .tuple(anyGenuine, fc.array(fc.nat(10), { minLength: 1, maxLength: 3 }), anyFields)
  .map(([code, places, fields]) => withCheck(mixed(code, issued(fields, otherHmac), places)));

const anyMutation = fc.oneof(
  { weight: 6, arbitrary: anyGenuine.chain(mutatedText) },
  { weight: 3, arbitrary: anyGenuine.chain(mutatedText).chain(nonEmptyMutation) },
  { weight: 3, arbitrary: patched },
  { weight: 2, arbitrary: fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{11}$/).map(withCheck) },
  { weight: 1, arbitrary: ofOtherKeys },
  { weight: 1, arbitrary: anyText },
);

test(
  `${MUTATION_COUNT} mutated short codes: none is believed, none throws`,
  () => {
    fc.assert(
      fc.property(anyMutation, (typed) => {
        const parsed = parseShortCode(typed);
        expect(["malformed", "bad-check", "parsed"]).toContain(parsed.kind);
        if (parsed.kind !== "parsed") return;
        expect(fieldsInRange(parsed.fields)).toBe(true);
        const isBelieved = parsed.mac === shortCodeMac(EVENT_ID, parsed.fields, newest.hmac);
        expect(isBelieved).toBe(genuine.has(asPrinted(typed)));
      }),
      { numRuns: MUTATION_COUNT },
    );
  },
  MUTATIONS_WITHIN_MS,
);

test("whatever is parsed was printed in exactly one way", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{11}$/).map(withCheck), (code) => {
      const parsed = parseShortCode(code);
      if (parsed.kind !== "parsed") return;
      const { fields, mac } = parsed;
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE((mac * 4) >>> 0);
      expect(issued(fields, () => bytes)).toBe(code);
    }),
    { numRuns: 2_000 },
  );
});

function issued(
  fields: ShortCodeFields,
  hmac: ShortCodeHmac = newest.hmac,
  eventId = EVENT_ID,
): string {
  return encodeShortCode(eventId, fields, hmac);
}

function nonEmptyMutation(text: string): fc.Arbitrary<string> {
  return text === "" ? fc.constant(text) : mutatedText(text);
}

function mixed(code: string, other: string, places: readonly number[]): string {
  return Array.from(code.slice(0, -1), (character, at) =>
    places.includes(at) ? other.charAt(at) : character,
  ).join("");
}

/** The eleven characters with the one that fits them, found by trying. */
function withCheck(eleven: string): string {
  const candidates = Array.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ", (last) => eleven + last);
  return candidates.find((code) => parseShortCode(code).kind !== "bad-check") ?? eleven;
}

function asPrinted(typed: string): string {
  const plain = typed.toUpperCase().replace(/[\s\-\u2010-\u2015]/g, "");
  return plain.replace(/O/g, "0").replace(/[IL]/g, "1");
}

function fieldsInRange({ saleNumber, day, ordinal }: ShortCodeFields): boolean {
  const isWithin = (value: number, max: number) => value >= 1 && value <= max;
  return isWithin(saleNumber, 16) && isWithin(day, 16) && isWithin(ordinal, 131_071);
}
