import { describe, expect, test } from "bun:test";
import { type AddressObject, type ParsedMail, simpleParser } from "mailparser";
import { parseEmail } from "../../src/attendee/email.ts";
import { parsePersonName } from "../../src/attendee/person-name.ts";
import { ticketMail } from "../../src/delivery/ticket-mail.ts";
import { makeCertificate } from "../adapters/smtp/certificate.ts";
import { MailServer, makeMailer, never } from "../adapters/smtp/mail-server.ts";
import { makeRow } from "../delivery/make.ts";
import { REFUSED_EMAILS, REFUSED_NAMES, TAKEN_EMAILS, TAKEN_NAMES } from "./hostile-names.ts";

const ORIGIN = { publicUrl: "https://tickets.example", nowMs: 0 };
const PLAIN = { name: "Rahim Uddin", address: "rahim@example.org" };

describe("what somebody typed as a name", () => {
  test.each(Object.entries(REFUSED_NAMES))("is refused where it is more: %s", (_, typed) => {
    expect(parsePersonName(typed)).toBeNull();
  });

  test("makes no link by itself: within a word, a dot is the end of an abbreviation", () => {
    const written: Readonly<Record<string, string>> = {
      "Md.Rahim Uddin": "Md. Rahim Uddin",
      "মো.রহিম": "মো. রহিম",
      "J.R.R. Tolkien": "J.R.R. Tolkien",
      "Win at evil.example/x": "Win at evil. example/x",
      "www.evil.example A": "www. evil. example A",
      "me@evil.example": "me@evil. example",
    };
    for (const [typed, name] of Object.entries(written)) {
      expect(parsePersonName(typed)).toBe(name as never);
      expect(parsePersonName(name)).toBe(name as never);
    }
  });
});

test("a mail address that is more or less than one is refused, and one that is taken is written plainly", () => {
  for (const typed of REFUSED_EMAILS) expect(parseEmail(typed), typed).toBeNull();
  for (const [typed, email] of Object.entries(TAKEN_EMAILS)) {
    expect(parseEmail(typed)).toBe(email as never);
  }
});

describe("the mail, as it comes over the wire", () => {
  test("has one To, one Subject, no header and no part more, and the name as its text", async () => {
    const plain = await sent(PLAIN);
    for (const [attempt, name] of TAKEN_NAMES) {
      const mail = await sent({ ...PLAIN, name });
      expect(recipients(mail), attempt).toEqual([{ ...PLAIN, name }]);
      expect(shapeOf(mail), attempt).toEqual(shapeOf(plain));
      expect(mail.text, attempt).toStartWith(`Hello ${name},\n`);
      expect(mail.html, attempt).toBe(String(plain.html).replace(PLAIN.name, Bun.escapeHTML(name)));
    }
  });

  test("goes to the one address that was typed", async () => {
    for (const address of Object.values(TAKEN_EMAILS)) {
      const mail = await sent({ ...PLAIN, address });
      expect(recipients(mail)).toHaveLength(1);
      expect(toLine(mail)).toBe(`To: ${PLAIN.name} <${address}>`);
    }
  });
});

async function sent(to: { readonly name: string; readonly address: string }): Promise<ParsedMail> {
  const certificate = makeCertificate("localhost");
  await using server = new MailServer(certificate, { secure: true });
  using mailer = makeMailer(await server.listen(), certificate.cert);
  const email = parseEmail(to.address);
  if (email === null) throw new Error("no such address");
  const item = { ...makeRow(7, { holderName: to.name, locale: "en" }), email, tries: 1 };
  const outcome = await mailer.send(ticketMail(item, null, ORIGIN), never());
  expect(outcome.kind).toBe("accepted");
  expect(server.taken).toHaveLength(1);
  return await simpleParser(server.taken[0] ?? "");
}

function recipients({ to, cc, bcc }: ParsedMail): unknown {
  const fields = [to, cc, bcc]
    .flat()
    .filter((field): field is AddressObject => field !== undefined);
  return fields.flatMap(({ value }) => value.map(({ name, address }) => ({ name, address })));
}

/** As it came; a reader may show a domain in its own script. */
function toLine({ headerLines }: ParsedMail): string | undefined {
  return headerLines.find(({ key }) => key === "to")?.line;
}

/** All that a name has no say in. */
function shapeOf({ headerLines, subject, attachments }: ParsedMail) {
  return {
    headers: headerLines.map(({ key }) => key),
    subject,
    attachments: attachments.map(({ filename, content }) => [filename, content.toString()]),
  };
}
