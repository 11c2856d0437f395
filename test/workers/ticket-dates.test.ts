import { describe, expect, test } from "bun:test";
import { writeDay } from "../../workers/ticket-dates.ts";
import { isDrawable, loadTicketFonts } from "../../workers/ticket-fonts.ts";

const DAY = { date: "2027-03-28", doorsAt: "00:30", timeZone: "Pacific/Auckland" };
const { bold } = loadTicketFonts();
const canDraw = (text: string) => isDrawable(text, bold);

describe("the day on a ticket", () => {
  test("is the event's own date and time, wherever the server stands", () => {
    const written = writeDay(DAY, "en-GB", canDraw);
    expect(written.date).toMatch(/^Sunday,? 28 March 2027$/);
    expect(written.doors).toBe("00:30");
    expect(written.zone).toBe("GMT+13");
  });

  test("is written in the holder's language", () => {
    expect(writeDay(DAY, "de", canDraw).date).toBe("Sonntag, 28. März 2027");
    expect(writeDay(DAY, "hi", canDraw).date).toContain("मार्च");
  });

  test("is written in English where its letters cannot be drawn", () => {
    const english = writeDay(DAY, "en-GB", canDraw);
    for (const locale of ["bn", "ar-EG", "ja"]) {
      expect(writeDay(DAY, locale, canDraw)).toEqual(english);
    }
  });

  test("is written in English where the locale is no language tag", () => {
    for (const locale of ["", "en_", "not a tag"]) {
      expect(writeDay(DAY, locale, canDraw)).toEqual(writeDay(DAY, "en-GB", canDraw));
    }
  });
});
