import { describe, expect, test } from "bun:test";
import { counter, countText, localDigits } from "../../src/language/counting.ts";
import { dayWords, instantWords, shortInstant, zoneName } from "../../src/language/dates.ts";
import { countdownText, durationWords, waitText } from "../../src/language/durations.ts";
import { LANGUAGE_TRAITS, LANGUAGES, parseLanguage } from "../../src/language/language.ts";

const DAY_MS = 86_400_000;
/** 10:00 in Dhaka. */
const OPENING_MS = Date.parse("2027-01-10T04:00:00Z");

test.each([
  ["bn-BD", "bn"],
  ["AR_eg", "ar"],
  ["he", "he"],
  ["iw-IL", "he"],
  ["en-GB", "en"],
  ["fr", null],
  ["", null],
] as const)("the tag %j speaks %p", (tag, language) => {
  expect(parseLanguage(tag)).toBe(language);
});

test("the browser's data knows every language we format with", () => {
  const tags = LANGUAGES.map((language) => LANGUAGE_TRAITS[language].tag);
  expect(Intl.DateTimeFormat.supportedLocalesOf(tags)).toEqual(tags);
});

describe("counts", () => {
  test("are written in the reader's digits", () => {
    expect(LANGUAGES.map((language) => countText(60_000, language))).toEqual([
      "60,000",
      "৬০,০০০",
      "60,000",
      "٦٠٬٠٠٠",
    ]);
    expect(localDigits("17:30", "ar")).toBe("١٧:٣٠");
    expect(localDigits("17:30", "bn")).toBe("১৭:৩০");
  });

  test("choose the form of the noun beside them", () => {
    const count = counter("ar");
    const seats = { zero: "0", one: "1", two: "2", few: "# few", many: "# many", other: "# other" };
    const forms = [0, 1, 2, 3, 11, 100].map((number) => count(number, seats));
    expect(forms).toEqual(["0", "1", "2", "٣ few", "١١ many", "١٠٠ other"]);
  });
});

describe("times left", () => {
  test.each([
    [-5, "00:00"],
    [1, "00:01"],
    [61_000, "01:01"],
    [3_600_000, "01:00:00"],
    [2 * DAY_MS + 3_661_000, "2 days 01:01:01"],
  ])("%d ms are %s", (leftMs, text) => {
    expect(countdownText(leftMs, "en")).toBe(text);
  });

  test("are counted in the reader's digits and nouns", () => {
    const leftMs = 2 * DAY_MS + 3_661_000;
    expect(countdownText(leftMs, "bn")).toBe("২ দিন ০১:০১:০১");
    expect(countdownText(leftMs, "he")).toBe("יומיים 01:01:01");
    expect(countdownText(leftMs, "ar")).toBe("يومان ٠١:٠١:٠١");
  });

  test("are said in words, and short waits in seconds", () => {
    expect(durationWords(2 * DAY_MS + 3_660_000, "en")).toBe("2 days, 1 hour, 1 minute");
    expect(durationWords(0, "en")).toBe("1 minute");
    expect(waitText(7_200, "en")).toBe("8 seconds");
    expect(waitText(7_200, "bn")).toBe("৮ সেকেন্ড");
    expect(waitText(7_200, "ar")).toBe("٨ ثوان");
  });
});

describe("dates", () => {
  test("a calendar date is the same date in every zone", () => {
    expect(dayWords("2027-02-19", "en")).toEqual({
      weekday: "Fri",
      dayOfMonth: "19",
      month: "Feb",
      full: "Friday, 19 February 2027",
    });
  });

  test.each([
    ["en", "Sunday 10 January at 10:00", "Sun 10 Jan, 10:00"],
    ["bn", "রবিবার ১০ জানুয়ারি, ১০:০০", "রবি ১০ জানু, ১০:০০"],
    ["he", "יום ראשון, 10 בינואר בשעה 10:00", "יום א׳, 10 בינו׳, 10:00"],
    ["ar", "الأحد، ١٠ يناير الساعة ١٠:٠٠", "الأحد، ١٠ يناير، ١٠:٠٠"],
  ] as const)("an instant in %s", (language, long, short) => {
    expect(instantWords(OPENING_MS, "Asia/Dhaka", language)).toBe(long);
    expect(shortInstant(OPENING_MS, "Asia/Dhaka", language)).toBe(short);
  });

  test("a zone goes by the name its people use", () => {
    expect(zoneName(OPENING_MS, "Asia/Jerusalem", "he")).toBe("שעון ישראל");
    expect(zoneName(OPENING_MS, "Asia/Dhaka", "en")).toBe("Bangladesh Standard Time");
  });
});
