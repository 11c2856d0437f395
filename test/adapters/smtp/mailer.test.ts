import { describe, expect, test } from "bun:test";
import type { AddressObject } from "mailparser";
import type { SMTPServerOptions } from "smtp-server";
import type { SmtpMailerOptions } from "../../../src/adapters/smtp/mailer.ts";
import type { Email } from "../../../src/attendee/email.ts";
import { ticketMail } from "../../../src/delivery/ticket-mail.ts";
import { mailerContract } from "../../contract/mailer.contract.ts";
import { makeRow } from "../../delivery/make.ts";
import { needs } from "../../support/needs.ts";
import { makeCertificate } from "./certificate.ts";
import { MailServer, makeMail, makeMailer, never } from "./mail-server.ts";

const certificate = needs("openssl") ? makeCertificate("localhost") : { key: "", cert: "" };

async function open(
  options: SMTPServerOptions = {},
  changes: Partial<SmtpMailerOptions["server"]> = {},
) {
  const server = new MailServer(certificate, { secure: true, ...options });
  const mailer = makeMailer(await server.listen(), certificate.cert, {
    hasImplicitTls: options.secure ?? true,
    ...changes,
  });
  return {
    server,
    mailer,
    async [Symbol.asyncDispose]() {
      mailer[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const refuseNobody: SMTPServerOptions = {
  onRcptTo: ({ address }, _session, done) => {
    if (address !== "nobody@mail.example") return done();
    done(Object.assign(new Error("5.1.1 no such user"), { responseCode: 550 }));
  },
};

describe.if(needs("openssl"))("Over a real server", () => {
  for (const [secure, wire] of [
    [true, "implicit TLS"],
    [false, "STARTTLS"],
  ] as const) {
    mailerContract(`SMTP over ${wire}`, async () => {
      const opened = await open({ secure, ...refuseNobody });
      return {
        ...opened,
        refusedAddress: "nobody@mail.example" as Email,
        received: async () =>
          (await opened.server.parsed()).map((mail) => ({
            messageId: mail.messageId ?? "",
            to: addresses(mail.to).join(),
            subject: mail.subject ?? "",
            text: mail.text ?? "",
            html: mail.html || "",
            attachments: mail.attachments.map(({ filename, contentType, content }) => ({
              filename: filename ?? "",
              contentType,
              content: new Uint8Array(content),
            })),
          })),
      };
    });
  }

  test("a ticket mail arrives whole: PDF and calendar to the byte, both texts, one of each header", async () => {
    await using opened = await open();
    const pdf = crypto.getRandomValues(new Uint8Array(40_000));
    const item = { ...makeRow(7, { holderName: "रवि शर्मा" }), tries: 1 };
    const mail = ticketMail(item, pdf, { publicUrl: "https://tickets.example", nowMs: 0 });
    expect(await opened.mailer.send(mail, never())).toEqual({ kind: "accepted", providerId: "Q1" });
    const [arrived] = await opened.server.parsed();
    expect(arrived?.text).toBe(mail.text);
    expect(arrived?.html).toBe(mail.html);
    expect(arrived?.attachments.map(({ content }) => new Uint8Array(content))).toEqual(
      mail.attachments.map(({ content }) => new Uint8Array(content)),
    );
    expect(headersOf(opened.server.taken[0])).toEqual({
      "auto-submitted": 1,
      "content-type": 1,
      date: 1,
      from: 1,
      "message-id": 1,
      "mime-version": 1,
      subject: 1,
      to: 1,
    });
  });

  test("no name and no subject can add a header, an addressee, or a line to the envelope", async () => {
    const envelopes: string[] = [];
    await using opened = await open({
      onRcptTo: ({ address }, _session, done) => {
        envelopes.push(address);
        done();
      },
    });
    const hostile = [
      'Eve" <eve@evil.example>, "Ada',
      "Eve <eve@evil.example>",
      "Eve\r\nBcc: eve@evil.example",
      "Eve\nTo: eve@evil.example\n\nbody",
      "Eve\r\n\r\nRCPT TO:<eve@evil.example>",
      "Eve, eve@evil.example;",
      "=?utf-8?Q?Eve=0D=0ABcc:_eve@evil.example?=",
      "रवि\u2028Bcc: eve@evil.example",
      "Eve\u0000\u0007\u202e",
    ];
    for (const name of hostile) {
      const to = { name, address: "ada@mail.example" as Email };
      const outcome = await opened.mailer.send(makeMail({ to, subject: name }), never());
      expect(outcome.kind).toBe("accepted");
    }
    expect(new Set(envelopes)).toEqual(new Set(["ada@mail.example"]));
    for (const [index, mail] of (await opened.server.parsed()).entries()) {
      expect(addresses(mail.to), hostile[index]).toEqual(["ada@mail.example"]);
      const counts = headersOf(opened.server.taken[index]);
      expect([counts["to"], counts["subject"], counts["bcc"]]).toEqual([1, 1, undefined]);
      expect(mail.text).toBe("Hello Ada Lovelace,\n");
    }
    expect(opened.server.taken).toHaveLength(hostile.length);
  });

  test("the sender is the one configured, and the user and password of the URL open the door", async () => {
    const credentials = { user: "floodgate", password: "p@ss:word/1" };
    await using opened = await open(
      {
        authOptional: false,
        onAuth: ({ username, password }, _session, done) => {
          if (username === credentials.user && password === credentials.password) {
            return done(null, { user: "floodgate" });
          }
          done(new Error("wrong password"));
        },
      },
      { credentials },
    );
    expect((await opened.mailer.send(makeMail(), never())).kind).toBe("accepted");
    const [mail] = await opened.server.parsed();
    expect(mail?.from?.text).toBe('"River Festival" <tickets@river.example>');
  });

  test("a server that offers no TLS gets no mail", async () => {
    const seen: string[] = [];
    await using opened = await open({
      secure: false,
      disabledCommands: ["STARTTLS"],
      onMailFrom: ({ address }, _session, done) => {
        seen.push(address);
        done();
      },
    });
    expect((await opened.mailer.send(makeMail(), never())).kind).toBe("retry");
    expect(seen).toEqual([]);
  });

  test.each([
    ["nobody vouches for", null, "localhost"],
    ["is another host's", certificate.cert, "127.0.0.1"],
  ])("a server whose certificate %s gets no mail", async (_, authority, host) => {
    for (const secure of [true, false]) {
      await using server = new MailServer(certificate, { secure });
      const port = await server.listen();
      using mailer = makeMailer(port, authority, { host, hasImplicitTls: secure });
      const outcome = await mailer.send(makeMail(), never());
      expect(outcome).toEqual({
        kind: "retry",
        afterMs: 0,
        reason: expect.stringMatching(/cert/i),
      });
      expect(server.taken).toEqual([]);
    }
  });
});

function addresses(to: AddressObject | AddressObject[] | undefined): string[] {
  return [to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ""));
}

/** How often each header stands at the top of the mail. */
function headersOf(mail: Buffer | undefined): Record<string, number> {
  const [head = ""] = String(mail).split("\r\n\r\n", 1);
  const counts: Record<string, number> = {};
  for (const [, name = ""] of head.matchAll(/^([^\s:]+):/gm)) {
    counts[name.toLowerCase()] = (counts[name.toLowerCase()] ?? 0) + 1;
  }
  return counts;
}
