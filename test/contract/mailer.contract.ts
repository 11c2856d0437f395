import { describe, expect, test } from "bun:test";
import type { Email } from "../../src/attendee/email.ts";
import type { Mail, Mailer } from "../../src/delivery/ports.ts";

/** A mailer in front of a server that refuses the one address and takes every other. */
export interface MailerHarness extends AsyncDisposable {
  readonly mailer: Mailer;
  readonly refusedAddress: Email;
  /** What the server has taken, in any order, decoded. */
  received(): Promise<readonly ReceivedMail[]>;
}

export interface ReceivedMail extends Omit<Mail, "to"> {
  readonly to: string;
}

/** What every mailer promises, whatever it speaks to its server. */
export function mailerContract(name: string, make: () => Promise<MailerHarness>): void {
  describe(`${name} keeps the Mailer contract`, () => {
    test("a mail is accepted with an id to trace it by", async () => {
      await using harness = await make();
      const outcome = await harness.mailer.send(mail(1), never());
      expect(outcome).toEqual({ kind: "accepted", providerId: expect.stringMatching(/./) });
    });

    test("Message-ID, subject, both texts and attachment arrive as they were given", async () => {
      await using harness = await make();
      const sent = mail(1);
      await harness.mailer.send(sent, never());
      expect(await harness.received()).toEqual([{ ...sent, to: sent.to.address }]);
    });

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
      expect(outcome.kind).toBeOneOf(["retry", "unknown"]);
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
    ],
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
