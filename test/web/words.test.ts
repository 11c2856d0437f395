import { describe, expect, test } from "bun:test";
import { callingCodes } from "../../src/attendee/calling-codes.ts";
import { parsePhone } from "../../src/attendee/phone.ts";
import { problemRows } from "../../src/http/problem.ts";
import type { Language } from "../../src/language/language.ts";
import { LANGUAGES } from "../../src/language/language.ts";
import { dialledNumber } from "../../src/web/attend/dialled-number.ts";
import { plainDigits } from "../../src/web/attend/digits.ts";
import { openingWords } from "../../src/web/attend/opening-words.ts";
import { html, trusted } from "../../src/web/parts/html.ts";
import { isProblemCode } from "../../src/web/parts/problem-code.ts";
import { attendTexts, pageTexts } from "../../src/web/texts/all.ts";
import { deliveryLine } from "../../src/web/ticket/delivery-line.ts";
import { OPENING_MS } from "./make.ts";

describe("problem sentences", () => {
  // Told to providers, whose requests no page makes.
  const rows = Object.values(problemRows).filter(([, code]) => code !== "report_unproven");

  test.each(rows)("%d %s is known to the page", (_status, code) => {
    expect(isProblemCode(code)).toBe(true);
  });

  test.each(LANGUAGES)("in %s end as sentences", (language) => {
    const sentences = Object.values(attendTexts[language].problems);
    for (const sentence of sentences) expect(sentence).toMatch(/^.{10,118}[.?।؟]$/u);
  });
});

describe("html", () => {
  test("escapes text and attributes, and nothing twice", () => {
    const evil = `"><script>alert('1')</script>&`;
    const inner = html`<b title="${evil}">${evil}</b>`;
    const outer = String(html`<p>${[inner]}</p>`);
    expect(outer).not.toContain("<script");
    expect(outer.match(/&#60;script/g)).toHaveLength(2);
    expect(outer).not.toContain("&#38;#");
  });

  test("leaves nothing behind for null and false, and lets trusted markup through", () => {
    expect(String(html`${null}${false}${0}${trusted("<svg/>")}`)).toBe("0<svg/>");
  });
});

test("an opening is told in the event's zone, and in the reader's where that differs", () => {
  const speech = { language: "en", texts: attendTexts.en } as const;
  const from = (reader: string) =>
    openingWords(OPENING_MS, { event: "Asia/Dhaka", reader }, speech);
  expect(from("Asia/Dhaka")).toBe("Sunday 10 January at 10:00, Bangladesh Standard Time");
  expect(from("Europe/Berlin")).toEndWith("(05:00 where you are)");
  expect(from("Pacific/Honolulu")).toEndWith("(Sat 9 Jan, 18:00 where you are)");
});

test.each([
  ["042137", "042137"],
  ["042 137", "042137"],
  ["০৪২১৩৭", "042137"],
  ["٠٤٢١٣٧", "042137"],
  ["Your code: 042137.", "042137"],
  ["", ""],
])("the code typed as %j is %j", (typed, digits) => {
  expect(plainDigits(typed)).toBe(digits);
});

describe("where a message stands", () => {
  const line = (ahead: number | null, waitMs: number | null, language: Language = "en") =>
    deliveryLine({ state: "queued", ahead, waitMs }, pageTexts[language].delivery, language);

  test("names the place and the wait where they are known", () => {
    expect(line(12_430, 1_075_000)).toBe("on its way, 12,430 before yours, about 18 minutes");
    expect(line(12_430, null)).toBe("on its way, 12,430 before yours");
    expect(line(3, 2_000)).toBe("on its way, 3 before yours, less than a minute");
    expect(line(0, 0)).toBe("on its way");
    const delivered = { state: "delivered", ahead: null, waitMs: null } as const;
    expect(deliveryLine(delivered, pageTexts.en.delivery, "en")).toBe("delivered");
  });

  test.each([
    ["bn", 12_430, "পথে আছে, আগে আছে ১২,৪৩০টি, প্রায় ১৮ মিনিট"],
    ["he", 12_430, "בדרך, 12,430 הודעות לפניך, בערך 18 דקות"],
    ["he", 1, "בדרך, הודעה אחת לפניך, בערך 18 דקות"],
    ["he", 2, "בדרך, שתי הודעות לפניך, בערך 18 דקות"],
    ["ar", 12_430, "في الطريق، قبلها ١٢٬٤٣٠ رسالة، المدة تقريبًا ١٨ دقيقة"],
    ["ar", 1, "في الطريق، قبلها رسالة واحدة، المدة تقريبًا ١٨ دقيقة"],
    ["ar", 2, "في الطريق، قبلها رسالتان، المدة تقريبًا ١٨ دقيقة"],
    ["ar", 5, "في الطريق، قبلها ٥ رسائل، المدة تقريبًا ١٨ دقيقة"],
  ] as const)("bends in %s beside %d", (language, ahead, words) => {
    expect(line(ahead, 1_075_000, language)).toBe(words);
  });

  test.each([
    [60_000, "1 minute"],
    [61_000, "2 minutes"],
    [19 * 60_000 + 1, "20 minutes"],
    [21 * 60_000, "25 minutes"],
    [61 * 60_000, "1 hour, 15 minutes"],
    [200 * 60_000, "4 hours"],
  ])("rounds %d ms up as people say it", (waitMs, words) => {
    expect(line(9, waitMs)).toEndWith(`, about ${words}`);
  });
});

test.each([
  ["01712 345678", "", "01712 345678"],
  ["01712 345678", "BD", "01712 345678"],
  ["98765 43210", "IN", "+91 9876543210"],
  ["০৯৮৭৬৫৪৩২১০", "IN", "+91 09876543210"],
  ["+44 7400 123456", "IN", "+44 7400 123456"],
  ["＋44 7400 123456", "IN", "＋44 7400 123456"],
  ["০০৪৪ 7400 123456", "IN", "০০৪৪ 7400 123456"],
])("%s typed with the country %j is dialled as %s", (phone, country, dialled) => {
  const policy = { defaultCountry: "BD", countries: null } as const;
  const codes = callingCodes(policy);
  expect(dialledNumber({ phone, country }, codes)).toBe(dialled);
  expect(parsePhone(dialled, policy).kind).toBe("phone");
});

test("only the countries that are served can be chosen, the default one first", () => {
  const codes = callingCodes({ defaultCountry: "IN", countries: new Set(["BD", "IN", "GB"]) });
  expect(codes).toEqual([
    ["IN", "91"],
    ["BD", "880"],
    ["GB", "44"],
  ]);
});
