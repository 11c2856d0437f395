import { expect, test } from "bun:test";
import { parseEmail } from "../../src/attendee/email.ts";
import { parsePersonName } from "../../src/attendee/person-name.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import { parsePhone } from "../../src/attendee/phone.ts";
import { PhoneReader } from "../../src/attendee/phone-reader.ts";
import { clientAddress, isFromHere } from "../../src/http/client-address.ts";
import { encodingFor } from "../../src/http/compression.ts";
import { frontDoor } from "../../src/http/front-door.ts";
import { chooseLanguage } from "../../src/http/language.ts";
import { routeTable } from "../../src/http/route-table.ts";
import { isFromOwnPage } from "../../src/http/same-origin.ts";
import { secretCheck } from "../../src/http/shared-secret.ts";
import { openChallenge } from "../../src/otp/challenge.ts";
import { isSameCode } from "../../src/otp/otp-code.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import { openVerification } from "../../src/otp/verification.ts";
import { parseShortCode } from "../../src/ticket/short-code.ts";
import { parseTicketKey } from "../../src/ticket/ticket.ts";
import { growthOf } from "./growth.ts";

/**
 * The longest that reaches a validator is a body or a head of 16 KiB. Sixteen times as much may take sixteen times as
 * long; what is quadratic takes 256 times. The bound stands between, far from both, for noise.
 */
const LENGTH_MAX = 16 * 1_024;
const GROWTH_MAX = 64;
/** A machine that is busy can make one measurement wrong, hardly this many. */
const TRY_COUNT_MAX = 4;

const BANGLADESH = { defaultCountry: "BD", countries: null } as const;
const phones = new PhoneReader(BANGLADESH);
const keys = deriveOtpKeys(Buffer.alloc(32, 7));
const isSecret = secretCheck("planted-secret");
const refusalOf = frontDoor({
  urlBytesMax: 2_048,
  originSecret: "planted-secret",
  allow: (path) => table.allow(path),
});
const table = routeTable([
  { method: "GET", path: "/t/:key/tickets.pdf" },
  { method: "POST", path: "/api/v1/events/:event/codes" },
]);
const loopback = { requestIP: () => ({ address: "127.0.0.1" }) };

function asking(headers: Readonly<Record<string, string>>, target = "/"): Request {
  return new Request(`http://localhost${target}`, { headers });
}

type Validator = (text: string) => unknown;

const VALIDATORS: Readonly<Record<string, Validator>> = {
  "a phone": (text) => parsePhone(text, BANGLADESH),
  "a phone, read the quick way": (text) => phones.read(text),
  "a mail address": (text) => parseEmail(text),
  "a mail address after its at sign": (text) => parseEmail(`a@${text}`),
  "a name": (text) => parsePersonName(text),
  "a code": (text) => isSameCode(text, "123456"),
  "a challenge": (text) => openChallenge(text, "+8801712345678" as Phone, keys),
  "a verification": (text) => openVerification(text, keys),
  "a ticket's key": (text) => parseTicketKey(text),
  "a short code": (text) => parseShortCode(text),
  "a path": (text) => table.allow(`/t/${text}/tickets.pdf`),
  "a secret": (text) => isSecret(text),
  "an encoding": (text) => encodingFor(text),
};

/** What is longer is refused unread, so these are also given what they read. */
const READ_LENGTH_MAX: Readonly<Record<string, number>> = {
  "a phone": 64,
  "a mail address": 254,
  "a mail address after its at sign": 252,
  // Beyond 80, with a space after each dot, its graphemes are counted: a step, which would look like growth.
  "a name": 64,
};

/** These read a request, whose headers may hold no line feed and nothing beyond Latin. */
const HEADER_VALIDATORS: Readonly<Record<string, Validator>> = {
  "Accept-Language": (text) => chooseLanguage(asking({ "accept-language": text })),
  "the language in an address": (text) => chooseLanguage(asking({}, `/?lang=${text}`)),
  Origin: (text) => isFromOwnPage(asking({ origin: text, host: "localhost" }), "https://a.example"),
  "Sec-Fetch-Site": (text) =>
    isFromOwnPage(asking({ "sec-fetch-site": text }), "https://a.example"),
  "CF-Connecting-IP": (text) =>
    clientAddress(asking({ "cf-connecting-ip": text }), loopback, "cloudflare"),
  "Fly-Client-IP": (text) => clientAddress(asking({ "fly-client-ip": text }), loopback, "fly"),
  "X-Forwarded-For": (text) => isFromHere(asking({ "x-forwarded-for": text }), "127.0.0.1"),
  "the address of a client": (text) => isFromHere(asking({}), text),
  "the front door": (text) =>
    refusalOf(asking({ "x-origin-secret": text, "content-length": text })),
};

/** Of a pattern, again and again, and one end that does not fit, so that whatever can go back goes back. */
const PATTERNS: readonly [pattern: string, end: string][] = [
  ["a", "!"],
  ["0", "x"],
  ["1", "1"],
  [" ", "x"],
  ["\t ", "x"],
  ["-", "!"],
  [".", "@"],
  ["a.", "@"],
  ["a-", "."],
  ["@", "a"],
  [",", "x"],
  [";q=0.", "x"],
  ["a;q=0.0, ", ";q=x"],
  [";", "="],
  ["gzip;q=0.00000000,", "br;q=0.x"],
  ["en-", "!"],
  ["%", "2"],
  ["%2e/", "x"],
  ["/", "?"],
  [":", "g"],
  ["1.", "x"],
  ["::ffff:", "x"],
  ["http://a", "/"],
  ["+880 (", ")"],
  ["00", "+"],
  ["ext. ", "x"],
];

/** Beyond Latin: marks that are put in order, joined or mapped, digits of other scripts, half characters. */
const WIDE_PATTERNS: readonly [pattern: string, end: string][] = [
  ["\u0300\u0316", "a"],
  ["a\u0301\u0323", "!"],
  ["\ufdfa", "x"],
  ["\u1100\u1161", "\u11a8"],
  ["\u09e7", "x"],
  ["\u200d\u200b", "1"],
  ["👩\u200d", "👩"],
  ["\ud800", "a"],
  ["ß。", "x"],
  ["\r\n", "x"],
  ["\0", "a"],
];

function adversarial([pattern, end]: readonly [string, string], length: number): string {
  return pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length - end.length) + end;
}

/** A machine that is halted by others is so for a moment: what is slow by itself is slow after it too. */
const PAUSE_MS = 100;

async function expectLinear(
  validate: Validator,
  patterns: typeof PATTERNS,
  lengthMax: number,
): Promise<void> {
  for (const pattern of patterns) {
    const short = adversarial(pattern, lengthMax / 16);
    const long = adversarial(pattern, lengthMax);
    let growth = Number.POSITIVE_INFINITY;
    for (let tried = 0; growth > GROWTH_MAX && tried < TRY_COUNT_MAX; tried += 1) {
      if (tried > 0) await Bun.sleep(PAUSE_MS);
      growth = growthOf(
        () => validate(short),
        () => validate(long),
      );
    }
    if (growth > GROWTH_MAX) throw new Error(`${growth} times as long: ${JSON.stringify(pattern)}`);
  }
}

test.each(Object.entries(VALIDATORS))(
  "%s: sixteen times the length takes no more than in proportion, whatever it is made of",
  async (what, validate) => {
    const patterns = [...PATTERNS, ...WIDE_PATTERNS];
    await expectLinear(validate, patterns, LENGTH_MAX);
    await expectLinear(validate, patterns, READ_LENGTH_MAX[what] ?? LENGTH_MAX / 16);
  },
);

test.each(Object.entries(HEADER_VALIDATORS))(
  "%s: sixteen times the length takes no more than in proportion, whatever it is made of",
  (_, validate) => expectLinear(validate, PATTERNS, LENGTH_MAX),
);

test("what is not linear is seen: a pattern that begins anew at every space", async () => {
  const quadratic: Validator = (text) => /\s+$/.test(text);
  const thrown = await expectLinear(quadratic, [[" ", "x"]], LENGTH_MAX / 8).catch(String);
  expect(thrown).toContain("times as long");
});
