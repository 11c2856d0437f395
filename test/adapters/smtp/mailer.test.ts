import { describe, expect, test } from "bun:test";
import type { SMTPServerOptions } from "smtp-server";
import type { SmtpMailerOptions } from "../../../src/adapters/smtp/mailer.ts";
import type { Email } from "../../../src/attendee/email.ts";
import type { RemoteMailerHarness } from "../../contract/mailer.contract.ts";
import { HOSTILE_NAMES, remoteMailerContract } from "../../contract/mailer.contract.ts";
import { needs } from "../../support/needs.ts";
import { makeCertificate } from "./certificate.ts";
import { MailServer, makeMail, makeMailer, never } from "./mail-server.ts";
import { addressesOf, receivedMail } from "./received-mail.ts";

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

const BROKEN = "broken@mail.example" as Email;
/** By address; a real server likes to quote it. */
const REPLIES: Readonly<Record<string, { readonly responseCode: number; readonly text: string }>> =
  {
    "nobody@mail.example": { responseCode: 550, text: "5.1.1 no such user" },
    "hurried@mail.example": { responseCode: 450, text: "4.7.1 too many mails at once" },
  };

async function openStrict(secure: boolean): Promise<RemoteMailerHarness> {
  const opened = await open({
    secure,
    onRcptTo: ({ address }, _session, done) => {
      const reply = REPLIES[address];
      if (reply === undefined) return done();
      const { responseCode, text } = reply;
      done(Object.assign(new Error(`${text}: <${address}>`), { responseCode }));
    },
    onData: (stream, session, done) => {
      opened.server.take(stream, (answer) => {
        if (session.envelope.rcptTo[0]?.address === BROKEN) opened.server.hangUp(session);
        else done(null, answer);
      });
    },
  });
  return {
    ...opened,
    refusedAddress: "nobody@mail.example" as Email,
    hurriedAddress: "hurried@mail.example" as Email,
    brokenAddress: BROKEN,
    received: async () => (await opened.server.parsed()).map(receivedMail),
  };
}

describe.if(needs("openssl"))("Over a real server", () => {
  remoteMailerContract("SMTP over implicit TLS", () => openStrict(true));
  remoteMailerContract("SMTP over STARTTLS", () => openStrict(false));

  test("a mail has each header once, and none that tells what sent it", async () => {
    await using opened = await open();
    const content = crypto.getRandomValues(new Uint8Array(40_000));
    const attachments = [{ filename: "tickets.pdf", contentType: "application/pdf", content }];
    const outcome = await opened.mailer.send(makeMail({ attachments }), never());
    expect(outcome).toEqual({ kind: "accepted", providerId: "Q1" });
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

  test.each([true, false])(
    "many mails go over a few connections, each used again (implicit TLS: %p)",
    async (secure) => {
      const opened = new Set<string>();
      let openCount = 0;
      let openCountMax = 0;
      await using server = new MailServer(certificate, {
        secure,
        onSecure: (_socket, session, done) => {
          opened.add(session.id);
          openCount += 1;
          openCountMax = Math.max(openCountMax, openCount);
          done();
        },
        onClose: () => {
          openCount -= 1;
        },
      });
      const connectionCountMax = 3;
      using mailer = makeMailer(
        await server.listen(),
        certificate.cert,
        { hasImplicitTls: secure },
        { connectionCountMax },
      );
      for (let burst = 0; burst < 2; burst += 1) {
        const mails = Array.from({ length: 25 }, () => mailer.send(makeMail(), never()));
        for (const { kind } of await Promise.all(mails)) expect(kind).toBe("accepted");
      }
      expect(server.taken).toHaveLength(50);
      expect(opened.size).toBe(connectionCountMax);
      expect(openCountMax).toBe(connectionCountMax);
    },
  );

  test("no name and no subject can add a header, an addressee, or a line to the envelope", async () => {
    const envelopes: string[] = [];
    await using opened = await open({
      onRcptTo: ({ address }, _session, done) => {
        envelopes.push(address);
        done();
      },
    });
    for (const name of HOSTILE_NAMES) {
      const to = { name, address: "ada@mail.example" as Email };
      const outcome = await opened.mailer.send(makeMail({ to, subject: name }), never());
      expect(outcome.kind).toBe("accepted");
    }
    expect(new Set(envelopes)).toEqual(new Set(["ada@mail.example"]));
    for (const [index, mail] of (await opened.server.parsed()).entries()) {
      expect(addressesOf(mail.to), HOSTILE_NAMES[index]).toEqual(["ada@mail.example"]);
      const counts = headersOf(opened.server.taken[index]);
      expect([counts["to"], counts["subject"], counts["bcc"]]).toEqual([1, 1, undefined]);
      expect(mail.text).toBe("Hello Ada Lovelace,\n");
    }
    expect(opened.server.taken).toHaveLength(HOSTILE_NAMES.length);
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

/** How often each header stands at the top of the mail. */
function headersOf(mail: Buffer | undefined): Record<string, number> {
  const [head = ""] = String(mail).split("\r\n\r\n", 1);
  const counts: Record<string, number> = {};
  for (const [, name = ""] of head.matchAll(/^([^\s:]+):/gm)) {
    counts[name.toLowerCase()] = (counts[name.toLowerCase()] ?? 0) + 1;
  }
  return counts;
}
