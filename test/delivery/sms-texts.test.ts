import { expect, test } from "bun:test";
import { fitsOneSegment, septetCount } from "../../src/delivery/gsm7.ts";
import { codeText, confirmationText } from "../../src/delivery/sms-texts.ts";
import { makeSheet } from "./make.ts";

const code = { code: "041295", host: "tickets.example", locale: "en", validForMs: 300_000 };
const origin = "https://tickets.example";

test("GSM-7 counts a septet a character, two for the extension table, and nothing else", () => {
  expect(septetCount("Hello @ Ünal_\n")).toBe(14);
  expect(septetCount("[€]")).toBe(6);
  expect(septetCount("নিবন্ধন")).toBeNull();
  expect(septetCount("it’s")).toBeNull();
  expect(fitsOneSegment("x".repeat(160))).toBe(true);
  expect(fitsOneSegment("x".repeat(161))).toBe(false);
});

test("the code SMS says how long it is valid and ends with the host and the code", () => {
  const lines = codeText(code).split("\n");
  expect(lines[0]).toContain("041295");
  expect(lines[0]).toContain("5 minutes");
  expect(lines.at(-1)).toBe("@tickets.example #041295");
});

test("the code SMS is one GSM-7 segment for every host up to 140 characters", () => {
  for (let length = 1; length <= 140; length += 1) {
    const text = codeText({ ...code, host: "h".repeat(length) });
    expect(fitsOneSegment(text), `a host of ${length}`).toBe(true);
    expect(text).toEndWith(`\n@${"h".repeat(length)} #041295`);
  }
});

test("a language without phrases is served in English", () => {
  expect(codeText({ ...code, locale: "xx-YY" })).toBe(codeText(code));
  expect(codeText({ ...code, locale: "" })).toBe(codeText(code));
});

test("the confirmation SMS names the event, links to the ticket, and is one segment", () => {
  const text = confirmationText(makeSheet(7), origin);
  expect(text).toContain("River Festival");
  expect(text).toEndWith("https://tickets.example/t/kkkkkkkkkkkkkkkkkkkkk7");
  expect(fitsOneSegment(text)).toBe(true);
});

test("an event name that is too long or outside GSM-7 gives way to the link", () => {
  for (const name of ["নদী উৎসব", "A very long name ".repeat(10)]) {
    const event = { ...makeSheet(7).event, name };
    const text = confirmationText(makeSheet(7, { event }), origin);
    expect(text).not.toContain(name);
    expect(text).toEndWith("/t/kkkkkkkkkkkkkkkkkkkkk7");
    expect(fitsOneSegment(text)).toBe(true);
  }
});

test("an origin too long for one segment still gets its link", () => {
  const text = confirmationText(makeSheet(7), `https://${"long.".repeat(30)}example`);
  expect(text).toEndWith("example/t/kkkkkkkkkkkkkkkkkkkkk7");
});
