import { expect, test } from "bun:test";
import { parsePhone } from "../../src/attendee/phone.ts";
import { PhoneReader } from "../../src/attendee/phone-reader.ts";

const policy = { defaultCountry: "BD", countries: new Set(["BD"]) } as const;
const numbers = Array.from({ length: 50 }, (_, index) => `+88017123456${10 + index}`);

test("reads a number as parsePhone does, the first time and every time after", () => {
  const reader = new PhoneReader(policy, 8);
  const spellings = [
    ...numbers,
    "01712345678",
    "০১৭১২৩৪৫৬৭৮",
    "12",
    "+12025550100",
    "x".repeat(99),
  ];
  for (const typed of [...spellings, ...spellings.toReversed(), ...spellings]) {
    expect(reader.read(typed), typed).toEqual(parsePhone(typed, policy));
  }
});

test("remembers no more than twice its bound, and never what is no number", () => {
  const reader = new PhoneReader(policy, 8);
  for (let index = 0; index < 1_000; index += 1) reader.read(`nonsense ${index}`);
  expect(reader.rememberedCount).toBe(0);
  for (const number of numbers) {
    reader.read(number);
    expect(reader.rememberedCount).toBeLessThanOrEqual(16);
  }
  expect(reader.rememberedCount).toBeGreaterThan(8);
});
