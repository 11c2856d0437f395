import { describe, expect, test } from "bun:test";
import type { Email } from "../../src/attendee/email.ts";
import type { Mail, Mailer } from "../../src/delivery/ports.ts";
import { ticketMail } from "../../src/delivery/ticket-mail.ts";
import { makeRow } from "../delivery/make.ts";

/** A mailer in front of a server that refuses the one address and takes every other. */
export interface MailerHarness extends AsyncDisposable {
  readonly mailer: Mailer;
  readonly refusedAddress: Email;
  /** What the server has taken, in any order, decoded. */
  received(): Promise<readonly ReceivedMail[]>;
}

export interface ReceivedMail extends Omit<Mail, "to"> {
  /** All addressees, with commas between. */
  readonly to: string;
}

/** A server that can be in trouble as well. */
export interface RemoteMailerHarness extends MailerHarness {
  /** The server says that mails to it come too fast. */
  readonly hurriedAddress: Email;
  /** The server takes a mail to it, and the connection breaks before it says so. */
  readonly brokenAddress: Email;
}

/** What every mailer promises, whatever it speaks to its server. */
export function mailerContract(name: string, make: () => Promise<MailerHarness>): void {
  describe(`${name} keeps the Mailer contract`, () => {
    test("a mail is accepted with an id to trace it by", async () => {
      await using harness = await make();
      const outcome = await harness.mailer.send(mail(1), never());
      expect(outcome).toEqual({ kind: "accepted", providerId: expect.stringMatching(/./) });
    });

    test("Message-ID, subject, both texts and attachments arrive as they were given", async () => {
      await using harness = await make();
      const sent = mail(1);
      await harness.mailer.send(sent, never());
      expect(await harness.received()).toEqual([{ ...sent, to: sent.to.address }]);
    });

    test("a ticket mail arrives whole: PDF and calendar to the byte", async () => {
      await using harness = await make();
      const pdf = crypto.getRandomValues(new Uint8Array(40_000));
      const item = { ...makeRow(7, { holderName: "रवि शर्मा" }), tries: 1 };
      const sent = ticketMail(item, pdf, { publicUrl: "https://tickets.example", nowMs: 0 });
      await harness.mailer.send(sent, never());
      const [received] = await harness.received();
      expect(received?.text).toBe(sent.text);
      expect(received?.html).toBe(sent.html);
      expect(received?.attachments).toEqual(sent.attachments);
    });

    test("a mail sent again bears the same Message-ID, so that it can be seen to be one", async () => {
      await using harness = await make();
      for (let copy = 0; copy < 2; copy += 1) await harness.mailer.send(mail(1), never());
      const ids = (await harness.received()).map(({ messageId }) => messageId);
      expect(ids).toEqual([mail(1).messageId, mail(1).messageId]);
    });

    test.each(HOSTILE_NAMES)(
      "no name and no subject like %j adds an addressee or a line",
      async (name) => {
        await using harness = await make();
        const to = { name, address: "ada@mail.example" as Email };
        const outcome = await harness.mailer.send({ ...mail(1), to, subject: name }, never());
        expect(outcome.kind).toBe("accepted");
        const [received] = await harness.received();
        expect(received?.to).toBe("ada@mail.example");
        expect(received?.text).toBe(mail(1).text);
        expect(received?.messageId).toBe(mail(1).messageId);
      },
    );

    test("a mail without an attachment is a mail", async () => {
      await using harness = await make();
      const outcome = await harness.mailer.send({ ...mail(1), attachments: [] }, never());
      expect(outcome.kind).toBe("accepted");
      expect((await harness.received())[0]?.attachments).toEqual([]);
    });

    test("a refused address is a value, and nothing goes out", async () => {
      await using harness = await make();
      const to = { name: "Nobody", address: harness.refusedAddress };
      const outcome = await harness.mailer.send({ ...mail(1), to }, never());
      expect(outcome).toEqual({ kind: "refused", reason: expect.stringMatching(/./) });
      expect(await harness.received()).toEqual([]);
    });

    test("a signal aborted before the send stops it, and the outcome allows another try", async () => {
      await using harness = await make();
      const outcome = await harness.mailer.send(mail(1), AbortSignal.abort());
      expect(outcome.kind).toBe("retry");
      expect(await harness.received()).toEqual([]);
    });

    test("a signal that aborts on the way ends in an outcome that claims no refusal", async () => {
      await using harness = await make();
      const controller = new AbortController();
      const sending = harness.mailer.send(mail(1), controller.signal);
      controller.abort();
      expect((await sending).kind).toBeOneOf(["accepted", "retry", "unknown"]);
    });

    test("a hundred sends at once give a hundred ids", async () => {
      await using harness = await make();
      const mails = Array.from({ length: 100 }, (_, index) => mail(index));
      const outcomes = await Promise.all(mails.map((each) => harness.mailer.send(each, never())));
      const ids = outcomes.map((outcome) => outcome.kind === "accepted" && outcome.providerId);
      expect(ids).not.toContain(false);
      expect(new Set(ids).size).toBe(100);
      const received = (await harness.received()).map(({ messageId }) => messageId);
      expect(received.toSorted()).toEqual(mails.map(({ messageId }) => messageId).toSorted());
    });
  });
}

/** What a mailer promises besides, where what it speaks to is another machine. */
export function remoteMailerContract(name: string, make: () => Promise<RemoteMailerHarness>): void {
  mailerContract(name, make);

  describe(`${name} and a server in trouble`, () => {
    test("a server to which mails come too fast gets this one later, after a wait", async () => {
      await using harness = await make();
      const to = { name: "", address: harness.hurriedAddress };
      const outcome = await harness.mailer.send({ ...mail(1), to }, never());
      expect(outcome.kind).toBe("retry");
      if (outcome.kind === "retry") expect(outcome.afterMs).toBeGreaterThanOrEqual(1_000);
      expect(await harness.received()).toEqual([]);
    });

    test("a mail taken without an answer is unknown, and not sent again by the mailer itself", async () => {
      await using harness = await make();
      const to = { name: "", address: harness.brokenAddress };
      const outcome = await harness.mailer.send({ ...mail(1), to }, never());
      expect(outcome).toEqual({ kind: "unknown", reason: expect.stringMatching(/./) });
      expect(await harness.received()).toHaveLength(1);
    });

    test("no outcome repeats the address or the name (invariant 10)", async () => {
      await using harness = await make();
      const { refusedAddress, hurriedAddress, brokenAddress } = harness;
      for (const address of [refusedAddress, hurriedAddress, brokenAddress]) {
        const to = { name: "Rahima", address };
        const outcome = await harness.mailer.send({ ...mail(1), to }, never());
        expect(JSON.stringify(outcome)).not.toMatch(new RegExp(`${address}|Rahima`, "i"));
      }
    });
  });
}

/** Names, and subjects, that would be more than that. */
export const HOSTILE_NAMES = [
  'Eve" <eve@evil.example>, "Ada',
  "Eve \\",
  "Eve <eve@evil.example>",
  "Eve\r\nBcc: eve@evil.example",
  "Eve\nTo: eve@evil.example\n\nbody",
  "Eve\r\n\r\nRCPT TO:<eve@evil.example>",
  "Eve, eve@evil.example;",
  "=?utf-8?Q?Eve=0D=0ABcc:_eve@evil.example?=",
  "रवि\u2028Bcc: eve@evil.example",
  "Eve\u0000\u0007\u202e",
];

function mail(index: number): Mail {
  return {
    messageId: `<mail.${index}@tickets.example>`,
    to: { name: "রহিমা খাতুন", address: `person${index}@mail.example` as Email },
    subject: `Tickets ${index} für den Abend`,
    text: "Hello রহিমা,\n\nyour tickets.\n",
    html: "<!doctype html>\n<p>Hello <bdi>রহিমা</bdi>,</p>\n<p>your tickets.</p>\n",
    attachments: [
      {
        filename: "tickets.pdf",
        contentType: "application/pdf",
        content: Uint8Array.from({ length: 3_000 }, (_, at) => (at * 7 + index) % 256),
      },
      {
        filename: "tickets.ics",
        contentType: "text/calendar; charset=utf-8",
        content: new TextEncoder().encode(
          "BEGIN:VCALENDAR\r\nSUMMARY:নদী উৎসব\r\nEND:VCALENDAR\r\n",
        ),
      },
    ],
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
