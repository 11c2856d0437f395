import { describe, expect, test } from "bun:test";
import { ticketCalendar } from "../../src/delivery/calendar.ts";
import type { TicketSheet } from "../../src/ticket/ticket.ts";
import { makeSheet } from "./make.ts";

const NOW_MS = Date.UTC(2026, 10, 22, 9, 30, 15, 678);

/** Content lines, unfolded, as name with parameters and value (RFC 5545 section 3.1). */
function parse(calendar: string): readonly (readonly [name: string, value: string])[] {
  expect(calendar).toEndWith("\r\n");
  const lines = calendar.slice(0, -2).replaceAll("\r\n ", "").split("\r\n");
  return lines.map((line) => {
    const [, name = "", value = ""] = /^([^:]+):(.*)$/.exec(line) ?? [];
    return [name, value] as const;
  });
}

function valuesOf(calendar: string, name: string): readonly string[] {
  return parse(calendar).flatMap(([other, value]) => (other === name ? [value] : []));
}

function inZone(timeZone: string, ...days: readonly (readonly [string, string])[]): TicketSheet {
  const event = makeSheet(7).event;
  const listed = days.map(([date, doorsAt], index) => ({ day: index + 1, date, doorsAt }));
  return makeSheet(7, { event: { ...event, timeZone, days: listed } });
}

describe("The calendar of a ticket", () => {
  test("has one entry a day, at the opening of the doors in the event's zone", () => {
    const calendar = ticketCalendar(makeSheet(7), NOW_MS);
    expect(parse(calendar)).toEqual([
      ["BEGIN", "VCALENDAR"],
      ["VERSION", "2.0"],
      ["PRODID", "-//Floodgate//Tickets//EN"],
      ["BEGIN", "VTIMEZONE"],
      ["TZID", "Asia/Dhaka"],
      ["BEGIN", "STANDARD"],
      ["DTSTART", "20100101T000000"],
      ["TZOFFSETFROM", "+0700"],
      ["TZOFFSETTO", "+0600"],
      ["END", "STANDARD"],
      ["END", "VTIMEZONE"],
      ...entry(1, "20261204T180000", "18:00"),
      ...entry(2, "20261205T163000", "16:30"),
      ["END", "VCALENDAR"],
    ]);
  });

  test("keeps its UIDs when it is sent again, under a newer stamp", () => {
    const [first, again] = [NOW_MS, NOW_MS + 60_000].map((ms) => ticketCalendar(makeSheet(7), ms));
    expect(valuesOf(again ?? "", "UID")).toEqual(valuesOf(first ?? "", "UID"));
    expect(new Set(valuesOf(first ?? "", "UID")).size).toBe(2);
    expect(valuesOf(again ?? "", "DTSTAMP")[0]).toBe("20261122T093115Z");
  });

  test("asks for no answer, guesses no end, and holds no link: calendars are shared", () => {
    const calendar = ticketCalendar(makeSheet(7), NOW_MS);
    expect(calendar).not.toMatch(/METHOD|ATTENDEE|ORGANIZER|DTEND|DURATION|URL|https?:/);
    expect(calendar).not.toContain(makeSheet(7).ticketKey);
    expect(calendar).not.toContain("Ada");
  });

  test("tells how the clocks stand on each day, also when they change in between", () => {
    const sheet = inZone("Europe/Berlin", ["2026-10-24", "18:00"], ["2026-10-25", "18:00"]);
    const calendar = ticketCalendar(sheet, NOW_MS);
    const zone = parse(calendar).filter(([name]) => /^(TZOFFSET|DTSTART$)/.test(name));
    expect(zone).toEqual([
      ["DTSTART", "20260329T020000"],
      ["TZOFFSETFROM", "+0100"],
      ["TZOFFSETTO", "+0200"],
      ["DTSTART", "20261025T030000"],
      ["TZOFFSETFROM", "+0200"],
      ["TZOFFSETTO", "+0100"],
    ]);
  });

  test("knows zones whose clocks never changed, and offsets of odd minutes", () => {
    const utc = ticketCalendar(inZone("UTC", ["2026-12-04", "18:00"]), NOW_MS);
    expect(valuesOf(utc, "TZOFFSETTO")).toEqual(["+0000"]);
    const nepal = ticketCalendar(inZone("Asia/Kathmandu", ["2026-12-04", "18:00"]), NOW_MS);
    expect(valuesOf(nepal, "TZOFFSETTO")).toEqual(["+0545"]);
  });

  test("escapes what stands for itself, and folds between characters at 75 octets", () => {
    const name = `Semi;colon, back\\slash\nline ${"উৎসব ".repeat(20)}${"🎉".repeat(30)}`;
    const calendar = ticketCalendar(makeSheet(7, { event: { ...makeSheet(7).event, name } }), 0);
    for (const line of calendar.split("\r\n")) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      expect(line).not.toContain("\ufffd");
    }
    const [summary = ""] = valuesOf(calendar, "SUMMARY");
    expect(summary).toStartWith("Semi\\;colon\\, back\\\\slash\\nline উৎসব");
    const told = summary.replaceAll(/\\([\\;,n])/g, (_, one) => (one === "n" ? "\n" : one));
    expect(told).toBe(name);
  });

  test("speaks the holder's language", () => {
    const calendar = ticketCalendar(makeSheet(7, { locale: "bn" }), NOW_MS);
    expect(valuesOf(calendar, "DESCRIPTION")[0]).toBe("গেট খুলবে ১৮:০০-এ");
  });
});

function entry(day: number, dtStart: string, doorsAt: string): [name: string, value: string][] {
  return [
    ["BEGIN", "VEVENT"],
    ["UID", `00000000-0000-4000-8000-000000000007-${day}`],
    ["DTSTAMP", "20261122T093015Z"],
    ["DTSTART;TZID=Asia/Dhaka", dtStart],
    ["SUMMARY", "River Festival"],
    ["LOCATION", "Old Harbour\\, Dhaka"],
    ["DESCRIPTION", `doors open at ${doorsAt}`],
    ["END", "VEVENT"],
  ];
}
