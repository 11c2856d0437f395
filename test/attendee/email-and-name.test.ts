import { expect, test } from "bun:test";
import { parseEmail } from "../../src/attendee/email.ts";
import { parsePersonName } from "../../src/attendee/person-name.ts";

test("plain addresses are taken, the domain in lower-case ASCII", () => {
  const taken: Record<string, string> = {
    "rahim@example.org": "rahim@example.org",
    " Rahim.Uddin+fest@Example.ORG ": "Rahim.Uddin+fest@example.org",
    "a@bücher.example": "a@xn--bcher-kva.example",
    "o'neil@sub.example.co.uk": "o'neil@sub.example.co.uk",
  };
  for (const [typed, email] of Object.entries(taken))
    expect(parseEmail(typed)).toBe(email as never);
});

test("what could carry a second header, a second address or no host is refused", () => {
  const refused = [
    "",
    "rahim",
    "@example.org",
    "rahim@",
    "rahim@localhost",
    "a..b@example.org",
    ".a@example.org",
    '"a b"@example.org',
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@example.org\r\nBcc: b@example.org",
    "a@example.org,b@example.org",
    "Rahim <a@example.org>",
    "a(comment)@example.org",
    "a@exa mple.org",
    "a@example.org\u0000",
    "a@b@example.org",
    `${"a".repeat(65)}@example.org`,
    `a@${"b".repeat(250)}.org`,
    `a@${"é".repeat(200)}.org`,
  ];
  for (const typed of refused) expect(parseEmail(typed), typed).toBeNull();
});

test("names of any script are taken, spaces made single", () => {
  const taken = [
    "Ana",
    "রহিম উদ্দিন",
    "محمد علي",
    "דנה כהן",
    "山田太郎",
    "Zoë O’Neil-Smith",
    "👩‍👩‍👧 Ana",
  ];
  for (const typed of taken) expect(parsePersonName(typed), typed).toBe(typed as never);
  expect(parsePersonName("  Ana \t María  ")).toBe("Ana María" as never);
  expect(parsePersonName("e\u0301".repeat(80))).toBe("é".repeat(80) as never);
});

test("names that are empty, too long, links, or that would turn the text around are refused", () => {
  const refused = [
    "",
    "  ",
    "12345",
    "e".repeat(81),
    "http://x.example Ana",
    "Ana\u202eanA",
    "A\u2066b",
  ];
  for (const typed of [...refused, "Ana\u0000", "Ana\nBcc: x", "Ana\ud800", "a".repeat(100_000)]) {
    expect(parsePersonName(typed), typed.slice(0, 20)).toBeNull();
  }
});
