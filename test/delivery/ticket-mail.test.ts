import { expect, test } from "bun:test";
import { confirmationText } from "../../src/delivery/sms-texts.ts";
import { ticketMail } from "../../src/delivery/ticket-mail.ts";
import { makeRow } from "./make.ts";

const origin = "https://tickets.example";
const pdf = new Uint8Array([37, 80, 68, 70]);

test("the mail names the event, its days in the event's own time, and the link", () => {
  const mail = ticketMail({ ...makeRow(7), tries: 1 }, pdf, origin);
  expect(mail.to).toEqual({ name: "Ada Lovelace", address: makeRow(7).email });
  expect(mail.subject).toBe("Your tickets for River Festival");
  expect(mail.text).toContain("Hello Ada Lovelace,");
  expect(mail.text).toContain("Old Harbour, Dhaka");
  expect(mail.text).toMatch(/Friday,? 4 December 2026, doors open at 18:00/);
  expect(mail.text).toMatch(/Saturday,? 5 December 2026, doors open at 16:30/);
  expect(mail.text).toContain("Asia/Dhaka");
  expect(mail.text).toContain("https://tickets.example/t/kkkkkkkkkkkkkkkkkkkkk7");
});

test("the PDF rides along and the text says so; without it the text does not promise it", () => {
  const item = { ...makeRow(7), tries: 1 };
  const whole = ticketMail(item, pdf, origin);
  expect(whole.text).toContain("attached PDF");
  expect(whole.attachments).toEqual([
    { filename: "tickets.pdf", contentType: "application/pdf", content: pdf },
  ]);
  const bare = ticketMail(item, null, origin);
  expect(bare.text).not.toContain("attached");
  expect(bare.attachments).toEqual([]);
});

test("the Message-ID is the row's own in every try, whatever port the host has", () => {
  const first = ticketMail({ ...makeRow(7, { host: "localhost:3000" }), tries: 1 }, pdf, origin);
  const again = ticketMail({ ...makeRow(7, { host: "localhost:3000" }), tries: 5 }, null, origin);
  expect(first.messageId).toBe("<00000000-0000-4000-8000-000000000007.7@localhost>");
  expect(again.messageId).toBe(first.messageId);
});

test("no text of the outbox ever holds a code", () => {
  const item = { ...makeRow(7), tries: 1 };
  for (const text of [ticketMail(item, pdf, origin).text, confirmationText(item.sheet, origin)]) {
    expect(text).not.toMatch(/\b\d{6}\b/);
    expect(text).not.toMatch(/@\S+ #/);
  }
});
