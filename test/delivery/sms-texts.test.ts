import { describe, expect, test } from "bun:test";
import { segmentCount } from "../../src/delivery/sms-segments.ts";
import type { CodeTextOptions, CodeTexts } from "../../src/delivery/sms-texts.ts";
import { chooseCodeTexts, confirmationText } from "../../src/delivery/sms-texts.ts";
import { LANGUAGES } from "../../src/language/language.ts";
import { makeSheet } from "./make.ts";

const options: CodeTextOptions = {
  host: "tickets.example.org",
  validForMs: 300_000,
  segmentsMax: 1,
};
const origin = "https://tickets.example.org";
const link = `${origin}/t/kkkkkkkkkkkkkkkkkkkkk7`;
/** Marks and isolates of UAX #9, which would end up in the line that browsers read. */
const BIDI_CONTROLS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

function textsFor(changes: Partial<CodeTextOptions> = {}): CodeTexts {
  const parse = chooseCodeTexts({ ...options, ...changes });
  if (parse.kind === "no-room") throw new Error(`${parse.language} takes ${parse.segments}`);
  return parse.texts;
}

describe("The code SMS", () => {
  test.each([...LANGUAGES])(
    "in %s begins with the code, ends with host and code, in one SMS",
    (language) => {
      const text = textsFor().text("041295", language);
      expect(text).toStartWith("041295 ");
      expect(text.split("\n").at(-1)).toBe("@tickets.example.org #041295");
      expect(segmentCount(text)).toBe(1);
    },
  );

  test("is written in the reader's language and says how long the code is valid", () => {
    const texts = textsFor();
    expect(texts.unspoken).toEqual([]);
    expect(texts.text("041295", "en")).toContain("valid for 5 minutes");
    expect(texts.text("041295", "bn-BD")).toContain("আপনার কোড, মেয়াদ ৫ মিনিট");
    expect(texts.text("041295", "he")).toContain("הקוד שלך, תקף למשך 5 דקות");
    expect(texts.text("041295", "ar-EG")).toContain("صالح لمدة ٥ دقائق");
  });

  test.each([...LANGUAGES])(
    "in %s holds no bidi control, which would break the last line",
    (language) => {
      for (const segmentsMax of [1, 2]) {
        expect(textsFor({ segmentsMax }).text("041295", language)).not.toMatch(BIDI_CONTROLS);
      }
    },
  );

  test("says no more than fits as the host grows, and keeps its last line whole", () => {
    for (let length = 1; length <= 144; length += 1) {
      const host = "h".repeat(length);
      const texts = textsFor({ host });
      for (const language of LANGUAGES) {
        const text = texts.text("041295", language);
        expect(segmentCount(text), `${language} with a host of ${length}`).toBe(1);
        expect(text).toEndWith(`\n@${host} #041295`);
      }
    }
  });

  test("of a language too long for the host is English instead, and it is known which", () => {
    const texts = textsFor({ host: "h".repeat(50) });
    expect(texts.unspoken).toEqual(["bn", "he", "ar"]);
    expect(texts.text("041295", "he")).toBe(texts.text("041295", "en"));
  });

  test("uses the second segment where two are allowed, and no third", () => {
    const texts = textsFor({ host: "h".repeat(50), segmentsMax: 2 });
    expect(texts.unspoken).toEqual([]);
    for (const language of ["bn", "he", "ar"]) {
      expect(segmentCount(texts.text("041295", language))).toBe(2);
    }
    expect(textsFor({ segmentsMax: 2 }).text("041295", "bn")).toContain("আমরা কখনও এটি জানতে চাই না");
  });

  test("has no room beside a host of 145 characters, and the count is told", () => {
    const host = "h".repeat(145);
    const noRoom = { kind: "no-room", language: "en", segments: 2 } as const;
    expect(chooseCodeTexts({ ...options, host })).toEqual(noRoom);
    expect(chooseCodeTexts({ ...options, host, segmentsMax: 2 }).kind).toBe("texts");
  });

  test("for a language we do not speak is in English", () => {
    const texts = textsFor();
    for (const locale of ["xx-YY", "", "fr"]) {
      expect(texts.text("041295", locale)).toBe(texts.text("041295", "en"));
    }
  });
});

describe("The confirmation SMS", () => {
  test("names the event, links to the ticket, and is one segment", () => {
    const text = confirmationText(makeSheet(7), origin);
    expect(text).toContain("River Festival");
    expect(text).toEndWith(link);
    expect(segmentCount(text)).toBe(1);
  });

  test.each([
    ["bn", "টিকিট"],
    ["he", "כרטיסים"],
    ["ar", "تذاكرك"],
  ])("in %s says so in one segment, the link alone on its line", (locale, word) => {
    const text = confirmationText(makeSheet(7, { locale }), origin);
    expect(text).toContain(word);
    expect(text.split("\n").at(-1)).toBe(link);
    expect(text).not.toMatch(BIDI_CONTROLS);
    expect(segmentCount(text)).toBe(1);
  });

  test("drops an event name that is too long or would cost a second segment", () => {
    for (const name of ["নদী উৎসব", "A very long name ".repeat(10)]) {
      const event = { ...makeSheet(7).event, name };
      const text = confirmationText(makeSheet(7, { event }), origin);
      expect(text).not.toContain(name);
      expect(text).toEndWith(link);
      expect(segmentCount(text)).toBe(1);
    }
  });

  test("is English where the link leaves a language no room", () => {
    const farOrigin = `https://${"h".repeat(60)}`;
    const text = confirmationText(makeSheet(7, { locale: "bn" }), farOrigin);
    expect(text).toBe(confirmationText(makeSheet(7), farOrigin));
    expect(segmentCount(text)).toBe(1);
  });

  test("still has its link where the origin is too long for any segment", () => {
    const text = confirmationText(makeSheet(7), `https://${"long.".repeat(30)}example`);
    expect(text).toEndWith("example/t/kkkkkkkkkkkkkkkkkkkkk7");
  });
});
