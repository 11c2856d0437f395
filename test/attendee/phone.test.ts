import { expect, test } from "bun:test";
import type { PhonePolicy } from "../../src/attendee/phone.ts";
import { parsePhone } from "../../src/attendee/phone.ts";

const anywhere: PhonePolicy = { defaultCountry: "BD", countries: null };

test("one key per number, however it is typed", () => {
  const spellings = [
    "+8801712345678",
    "+880 1712-345678",
    "008801712345678",
    "8801712345678",
    "01712345678",
    " (0)1712 345 678 ",
    "০১৭১২৩৪৫৬৭৮",
    "+৮৮০১৭১২৩৪৫৬৭৮",
    "٠١٧١٢٣٤٥٦٧٨",
    "＋８８０１７１２３４５６７８",
  ];
  for (const typed of spellings) {
    expect(parsePhone(typed, anywhere), typed).toEqual({
      kind: "phone",
      phone: "+8801712345678",
      key: 8801712345678,
    } as never);
  }
});

test("what is no number is refused, whatever its length", () => {
  const typed = ["", "12", "+8801", "abc", "+880171234567890123", "+1", "0171234567a", "\u0000"];
  for (const text of [...typed, "1".repeat(10_000), "+8801712345678 ext. 5"]) {
    expect(parsePhone(text, anywhere).kind, text.slice(0, 30)).toBe("invalid-phone");
  }
});

test("a number of a country that is not served is told so", () => {
  const served: PhonePolicy = { defaultCountry: "BD", countries: new Set(["BD"]) };
  expect(parsePhone("+12025550100", served).kind).toBe("country-not-served");
  expect(parsePhone("01712345678", served).kind).toBe("phone");
});
