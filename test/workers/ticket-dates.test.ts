import { describe, expect, test } from "bun:test";
import { isDrawable } from "../../workers/text-runs.ts";
import { writeDay } from "../../workers/ticket-dates.ts";
import { TicketFonts } from "../../workers/ticket-fonts.ts";

const DAY = { date: "2027-03-28", doorsAt: "00:30", timeZone: "Pacific/Auckland" };
const fonts = new TicketFonts();
const canDraw = (text: string) => isDrawable(text, fonts, "bold");

describe("the day on a ticket", () => {
  test("is the event's own date and time, wherever the server stands", () => {
    const written = writeDay(DAY, "en-GB", canDraw);
    expect(written.weekday).toBe("Sunday");
    expect(written.date).toBe("28 March 2027");
    expect(written.doors).toBe("00:30");
    expect(written.zone).toBe("GMT+13");
  });

  test("is written in the holder's language", () => {
    expect(writeDay(DAY, "de", canDraw).date).toBe("28. März 2027");
    expect(writeDay(DAY, "hi", canDraw).date).toContain("मार्च");
  });

  test("has the digits of the pages in their languages", () => {
    expect(writeDay(DAY, "bn", canDraw).date).toBe("২৮ মার্চ, ২০২৭");
    expect(writeDay(DAY, "ar-EG", canDraw).doors).toBe("٠٠:٣٠");
    expect(writeDay(DAY, "iw", canDraw).weekday).toBe("יום ראשון");
    expect(writeDay(DAY, "ja", canDraw).date).toBe("2027年3月28日");
  });

  test("is written in English where its letters cannot be drawn", () => {
    for (const locale of ["am", "th", "ko"]) {
      expect(writeDay(DAY, locale, canDraw)).toEqual(writeDay(DAY, "en-GB", canDraw));
    }
  });

  test("is written in English where the locale is no language tag", () => {
    for (const locale of ["", "en_", "not a tag"]) {
      expect(writeDay(DAY, locale, canDraw)).toEqual(writeDay(DAY, "en-GB", canDraw));
    }
  });
});
