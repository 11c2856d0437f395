import { describe, expect, test } from "bun:test";
import { ticketMail } from "../../src/delivery/ticket-mail.ts";
import type { TicketSheet } from "../../src/ticket/ticket.ts";
import { makeRow } from "./make.ts";

const LINK = "https://tickets.example/t/kkkkkkkkkkkkkkkkkkkkk7";

function htmlFor(changes: Partial<TicketSheet>): string {
  const origin = { publicUrl: "https://tickets.example", nowMs: 0 };
  return ticketMail({ ...makeRow(7, changes), tries: 1 }, null, origin).html;
}

describe("The HTML of a ticket mail", () => {
  test("says what the text says", () => {
    const words = htmlFor({})
      .replace(/<head>[^]*<\/head>/, "")
      .replaceAll(/<[^>]+>/g, "");
    for (const said of [
      "Hello Ada Lovelace,",
      "You are registered for River Festival.",
      "Old Harbour, Dhaka",
      "Friday, 4 December 2026",
      "doors open at 16:30",
      "Bangladesh Standard Time",
      LINK,
    ]) {
      expect(words).toContain(said);
    }
  });

  test.each([
    ["en", "en", "ltr"],
    ["bn-BD", "bn", "ltr"],
    ["he", "he", "rtl"],
    ["ar", "ar", "rtl"],
  ])("in %s tells language %s and reads %s, on the body's table too", (locale, lang, dir) => {
    const html = htmlFor({ locale });
    expect(html).toContain(`<html lang="${lang}" dir="${dir}">`);
    expect(html).toContain(`<table role="presentation" class="paper" dir="${dir}" lang="${lang}"`);
  });

  test("shows what people typed as they typed it", () => {
    const hostile = `<img src=x onerror=alert(1)>"'&amp;</table>`;
    const { event } = makeRow(7).sheet;
    const html = htmlFor({
      holderName: hostile,
      event: { ...event, name: hostile, venue: hostile },
    });
    expect(html).not.toContain("<img");
    expect(html.match(/&lt;img src=x onerror=alert\(1\)&gt;/g)).toHaveLength(5);
    expect(html.match(/<\/table>/g)).toHaveLength(3);
  });

  test("loads nothing, counts nobody, and links to the ticket alone", () => {
    const html = htmlFor({});
    expect(html).not.toMatch(/\bsrc=|url\(|@import|<(img|script|link|iframe|form)\b/i);
    const links = [...html.matchAll(/https?:[^"'<\s]*/g)].map(([url]) => url);
    expect(new Set(links)).toEqual(new Set([LINK]));
  });

  test("is small enough that no mail client cuts it (Gmail does at 102 kB)", () => {
    const days = Array.from({ length: 16 }, (_, index) => ({
      day: index + 1,
      date: `2026-12-${index + 10}`,
      doorsAt: "18:00",
    }));
    const html = htmlFor({ locale: "bn", event: { ...makeRow(7).sheet.event, days } });
    expect(Buffer.byteLength(html)).toBeLessThan(20_000);
  });
});
