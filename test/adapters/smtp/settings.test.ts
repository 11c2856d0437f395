import { expect, test } from "bun:test";
import { parseSender } from "../../../src/adapters/smtp/sender.ts";
import { parseSmtpServerUrl } from "../../../src/adapters/smtp/smtp-server-url.ts";
import type { Email } from "../../../src/attendee/email.ts";

test.each([
  ["smtps://mail.example", "mail.example", 465, true],
  ["smtp://mail.example/", "mail.example", 587, false],
  ["smtp://mail.example:2525", "mail.example", 2_525, false],
  ["smtps://[::1]:465", "::1", 465, true],
])("%s is read with the port of its kind of TLS", (url, host, port, hasImplicitTls) => {
  const server = { host, port, hasImplicitTls, credentials: null };
  expect(parseSmtpServerUrl(url)).toEqual({ kind: "server", server });
});

test.each([
  ["mail.example", "begins with"],
  ["http://mail.example", "begins with"],
  ["smtp://", "host"],
  ["smtp://mail.example/?ignoreTLS=true", "behind its host"],
  ["smtps://mail.example/?tls.rejectUnauthorized=false", "behind its host"],
  ["smtps://mail.example/path", "behind its host"],
  ["smtps://mail.example#x", "behind its host"],
  ["smtps://user@mail.example", "not both"],
  ["smtps://user:100%zz@mail.example", "percent-encoded"],
])("%s is refused, and the sentence tells why", (url, why) => {
  const parsed = parseSmtpServerUrl(url);
  expect(parsed).toEqual({ kind: "invalid", reason: expect.stringContaining(why) });
});

test.each([
  ["tickets@river.example", "", "tickets@river.example"],
  ["<tickets@river.example>", "", "tickets@river.example"],
  ["River Festival <tickets@River.example>", "River Festival", "tickets@river.example"],
  ['"Festival, River" <tickets@river.example>', "Festival, River", "tickets@river.example"],
  ["নদী উৎসব <tickets@river.example>", "নদী উৎসব", "tickets@river.example"],
])("%s is a sender", (text, name, address) => {
  expect(parseSender(text)).toEqual({ name, address: address as Email });
});

test.each([
  "",
  "River Festival",
  "River <tickets@river.example>, Eve <eve@evil.example>",
  "River\r\nBcc: eve@evil.example <tickets@river.example>",
  "River <tickets@river.example> <eve@evil.example>",
  'River "Festival" <tickets@river.example>',
  "River <not an address>",
])("%j is no sender", (text) => {
  expect(parseSender(text)).toBeNull();
});
