import { describe, expect, test } from "bun:test";
import { problemRows } from "../../src/http/problem.ts";
import { countdownText, countdownWords, waitText } from "../../src/web/attend/countdown.tsx";
import { plainDigits } from "../../src/web/attend/digits.ts";
import { openingWords } from "../../src/web/attend/opening-words.ts";
import { problemSentences } from "../../src/web/attend/problem-sentences.ts";
import { dayWords } from "../../src/web/parts/dates.ts";
import { html, trusted } from "../../src/web/parts/html.ts";
import { isProblemCode } from "../../src/web/parts/problem-code.ts";
import { deliveryLine } from "../../src/web/ticket/delivery-line.ts";
import { OPENING_MS } from "./make.ts";

describe("problem sentences", () => {
  test.each(Object.values(problemRows))("%d %s is known to the page", (_status, code) => {
    expect(isProblemCode(code)).toBe(true);
  });

  test.each(Object.entries(problemSentences))("%s ends as a sentence", (_code, { sentence }) => {
    expect(sentence).toMatch(/^[A-Z].{10,118}[.?]$/);
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

describe("times", () => {
  test.each([
    [-5, "00:00"],
    [1, "00:01"],
    [61_000, "01:01"],
    [3_600_000, "01:00:00"],
    [2 * 86_400_000 + 3_661_000, "2 d 01:01:01"],
  ])("%d ms are left as %s", (leftMs, text) => {
    expect(countdownText(leftMs)).toBe(text);
  });

  test("a countdown is said in words", () => {
    expect(countdownWords(2 * 86_400_000 + 3_660_000)).toBe("2 days 1 hour 1 minute");
    expect(countdownWords(0)).toBe("less than a minute");
    expect(waitText(7_200)).toBe("8 s");
  });

  test("an opening is told in the event's zone, and in the reader's where that differs", () => {
    const dhaka = openingWords(OPENING_MS, "Asia/Dhaka", "Asia/Dhaka");
    expect(dhaka).toBe("Sunday 10 January at 10:00, Bangladesh Standard Time");
    expect(openingWords(OPENING_MS, "Asia/Dhaka", "Europe/Berlin")).toEndWith(
      "(05:00 where you are)",
    );
    const hawaii = openingWords(OPENING_MS, "Asia/Dhaka", "Pacific/Honolulu");
    expect(hawaii).toEndWith("(Sat 9 Jan, 18:00 where you are)");
  });

  test("a calendar date is the same date in every zone", () => {
    expect(dayWords("2027-02-19")).toEqual({
      weekday: "Fri",
      dayOfMonth: "19",
      month: "Feb",
      full: "Friday, 19 February 2027",
    });
  });
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

test("a queued message tells how many are before it", () => {
  expect(deliveryLine({ state: "queued", ahead: 12_430 })).toBe("on its way, 12,430 before yours");
  expect(deliveryLine({ state: "queued", ahead: 0 })).toBe("on its way");
  expect(deliveryLine({ state: "delivered", ahead: null })).toBe("delivered");
});
