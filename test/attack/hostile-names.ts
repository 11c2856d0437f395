import type { PersonName } from "../../src/attendee/person-name.ts";
import { parsePersonName } from "../../src/attendee/person-name.ts";

/** Each is harmless as it is, and must appear as text wherever it appears. */
const TYPED_NAMES: Readonly<Record<string, string>> = {
  markup: `<img src=x onerror=alert(1)>"'&amp;</bdi></title>`,
  script: `<script>document.title="run"</script>A`,
  attribute: `" autofocus onfocus=alert(1) x="A`,
  template: "${7*7} {{7*7}} {{constructor.constructor('alert(1)')()}} A",
  addresses: `"Rahim" <evil@evil.example>, other@evil.example`,
  comment: "Rahim (evil@evil.example) ; : , [x]",
  formula: `=HYPERLINK("//evil.example","A")`,
  splitFormula: `Rahim;=cmd|'/C calc'!A0`,
  quotedFormula: `"=1+1";"@SUM(A1)`,
  wideFormula: "＝1+1 A",
  hiddenFormula: "\u200b\ufeff+1+1 A",
  pdf: "Rahim) Tj ET endstream endobj %%EOF <</JS (alert)>> \\(",
  code: "Rahim @evil.example #123456",
  joiners: "R\u200da\u200dh\u200di\u200dm U\u200cddin",
  marks: "\u200fRahim\u200e Uddin\u061c",
  family: "👩‍👩‍👧‍👦👨‍👩‍👦 Rahim 🇧🇩",
  stacked: `a${"\u0338\u0323\u0307\u0308\u0302\u030c\u0332"}`.repeat(80),
  unbroken: "W".repeat(80),
};

/** What was attempted, and the name that was taken for it. */
export const TAKEN_NAMES: readonly (readonly [attempt: string, name: PersonName])[] =
  Object.entries(TYPED_NAMES).map(([attempt, typed]) => {
    const name = parsePersonName(typed);
    if (name === null) throw new Error(`${attempt} is refused`);
    return [attempt, name];
  });

/** Names that are nobody's. */
export const REFUSED_NAMES: Readonly<Record<string, string>> = {
  "line break": "Rahim\r\nBcc: evil@evil.example",
  "bare line feed": "Rahim\n@evil.example #123456",
  null: "Rahim\u0000",
  escape: "Rahim\u001b[31m",
  "line separator": "Rahim\u2028Uddin",
  "next line": "Rahim\u0085Uddin",
  override: "Rahim\u202egpj.exe",
  isolate: "\u2066Rahim\u2069",
  link: "Win at https://evil.example",
  "encoded word": "Rahim=?utf-8?q?=0D=0ABcc=3A_evil=40evil.example?=",
  "lone surrogate": "Rahim\ud83d",
  "81 letters": "a".repeat(81),
  "641 units": "a\u0301\u0302\u0303".repeat(160) + "b",
  "80 letters of eight marks": `a${"\u0338".repeat(8)}`.repeat(80),
  "signs alone": "=+-@",
};

/** Mail addresses that are more or less than one plain address. */
export const REFUSED_EMAILS: readonly string[] = [
  "rahim@example.org\r\nBcc: evil@evil.example",
  "rahim@example.org\nSubject: evil",
  "rahim@example.org\u0000.evil.example",
  "rahim@example.org,evil@evil.example",
  "rahim@example.org;evil@evil.example",
  "Rahim <evil@evil.example>",
  "<evil@evil.example>",
  `"rahim evil"@example.org`,
  `"rahim\\"@evil.example> "@example.org`,
  "rahim(comment)@example.org",
  "rahim@example.org (comment)",
  "=?utf-8?q?evil=40evil.example?=",
  "rahim@[127.0.0.1]",
  "rahim@localhost",
  "rahim@evil.example@example.org",
  "rahim@example.org?bcc=evil@evil.example",
  "rahim%0d%0aBcc:x@evil.example\u2028",
];

/** Addresses that are taken, as they are written from then on. */
export const TAKEN_EMAILS: Readonly<Record<string, string>> = {
  "=1+1@example.org": "=1+1@example.org",
  "+rahim@example.org": "+rahim@example.org",
  "rahim%0d%0abcc=x@example.org": "rahim%0d%0abcc=x@example.org",
  "rahim|calc'!{{7}}@example.org": "rahim|calc'!{{7}}@example.org",
  // A Cyrillic a: a reader sees that it is another domain.
  "rahim@ex\u0430mple.org": "rahim@xn--exmple-4nf.org",
};
