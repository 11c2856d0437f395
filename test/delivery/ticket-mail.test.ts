import { expect, test } from "bun:test";
import { confirmationText } from "../../src/delivery/sms-texts.ts";
import { ticketMail } from "../../src/delivery/ticket-mail.ts";
import type { TicketSheet } from "../../src/ticket/ticket.ts";
import { makeRow } from "./make.ts";

const origin = { publicUrl: "https://tickets.example", nowMs: Date.UTC(2026, 10, 22) };
const pdf = new Uint8Array([37, 80, 68, 70]);
const LINK = "https://tickets.example/t/kkkkkkkkkkkkkkkkkkkkk7";

function mailTo(changes: Partial<TicketSheet>) {
  return ticketMail({ ...makeRow(7, changes), tries: 1 }, pdf, origin);
}

test("the mail names the event, its days in the event's own time, and the link", () => {
  const mail = mailTo({});
  expect(mail.to).toEqual({ name: "Ada Lovelace", address: makeRow(7).email });
  expect(mail.subject).toBe("Your tickets for River Festival");
  expect(mail.text).toContain("Hello Ada Lovelace,");
  expect(mail.text).toContain("Old Harbour, Dhaka");
  expect(mail.text).toContain("  Friday, 4 December 2026 · doors open at 18:00\n");
  expect(mail.text).toContain("  Saturday, 5 December 2026 · doors open at 16:30\n");
  expect(mail.text).toContain("All times are in Bangladesh Standard Time.");
  expect(mail.text).toContain(`\n${LINK}\n`);
});

test.each([
  ["bn-BD", "প্রিয় Ada Lovelace,", "শুক্রবার, ৪ ডিসেম্বর, ২০২৬ · গেট খুলবে ১৮:০০-এ"],
  ["he", "שלום Ada Lovelace,", "יום שישי, 4 בדצמבר 2026 · הדלתות נפתחות בשעה 18:00"],
  ["ar-SA", "مرحبًا Ada Lovelace،", "الجمعة، ٤ ديسمبر ٢٠٢٦ · تُفتح الأبواب الساعة ١٨:٠٠"],
  ["fr-CA", "Hello Ada Lovelace,", "Friday, 4 December 2026 · doors open at 18:00"],
])("in %s the words, the date and its digits are the holder's own", (locale, greeting, day) => {
  const { text } = mailTo({ locale });
  expect(text).toStartWith(`${greeting}\n`);
  expect(text).toContain(`  ${day}\n`);
});

test("the PDF rides along before the calendar and the text says so; without it none is promised", () => {
  const item = { ...makeRow(7), tries: 1 };
  const whole = ticketMail(item, pdf, origin);
  expect(whole.text).toContain("attached PDF");
  expect(whole.attachments.map(({ filename }) => filename)).toEqual(["tickets.pdf", "tickets.ics"]);
  expect(whole.attachments[0]).toEqual({
    filename: "tickets.pdf",
    contentType: "application/pdf",
    content: pdf,
  });
  const bare = ticketMail(item, null, origin);
  expect(bare.text + bare.html).not.toContain("attached");
  expect(bare.attachments.map(({ filename }) => filename)).toEqual(["tickets.ics"]);
});

test("the Message-ID is the row's own in every try, whatever port the host has", () => {
  const first = ticketMail({ ...makeRow(7, { host: "localhost:3000" }), tries: 1 }, pdf, origin);
  const again = ticketMail({ ...makeRow(7, { host: "localhost:3000" }), tries: 5 }, null, origin);
  expect(first.messageId).toBe("<00000000-0000-4000-8000-000000000007.7@localhost>");
  expect(again.messageId).toBe(first.messageId);
});

test("no text of the outbox ever holds a code", () => {
  const { text, html } = mailTo({});
  const sms = confirmationText(makeRow(7).sheet, origin.publicUrl);
  for (const said of [text, html.replaceAll(/style="[^"]*"|<style>[^]*<\/style>/g, ""), sms]) {
    expect(said).not.toMatch(/(?<!#)\b\d{6}\b/);
    expect(said).not.toMatch(/@\S+ #/);
  }
});
