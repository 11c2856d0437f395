import { describe, expect, test } from "bun:test";
import { Inbox } from "../../../src/adapters/inbox/inbox.ts";
import type { Email } from "../../../src/attendee/email.ts";
import type { Phone } from "../../../src/attendee/phone.ts";
import type { Inbox as InboxPage } from "../../../src/http/inbox.ts";
import { mailerContract } from "../../contract/mailer.contract.ts";
import { smsGatewayContract } from "../../contract/sms-gateway.contract.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function makeInbox(messageCountMax = 500): Inbox {
  return new Inbox({ clock: new ManualClock(1_000), messageCountMax });
}

smsGatewayContract("The inbox", async () => {
  const inbox = makeInbox();
  return {
    gateway: inbox.sms,
    received: async () => inbox.list().map(({ to, text }) => ({ to: to as Phone, text })),
    [Symbol.asyncDispose]: async () => {},
  };
});

mailerContract("The inbox", async () => {
  const inbox = makeInbox();
  return {
    mailer: inbox.mail,
    refusedAddress: "nobody" as Email,
    received: async () =>
      inbox
        .list()
        .filter((message) => message.kind === "mail")
        .map(({ messageId, to, subject, text, html, attachments }) => ({
          messageId,
          to,
          subject,
          text,
          html,
          attachments: attachments.map(({ filename, contentType, content }) => ({
            filename,
            contentType,
            content,
          })),
        })),
    [Symbol.asyncDispose]: async () => {},
  };
});

describe("The inbox", () => {
  const signal = new AbortController().signal;
  const pdf = new Uint8Array([37, 80, 68, 70]);
  const mail = {
    messageId: "<1@tickets.example>",
    to: { name: "Ada", address: "ada@mail.example" as Email },
    subject: "Your tickets",
    text: "Hello",
    html: "<p>Hello</p>",
    attachments: [{ filename: "tickets.pdf", contentType: "application/pdf", content: pdf }],
  };

  test("SMS and mails lie in one list, newest first", async () => {
    const inbox = makeInbox();
    await inbox.sms.send({ to: "+8801712345678" as Phone, text: "first" }, signal);
    await inbox.mail.send(mail, signal);
    const page: InboxPage = inbox;
    expect(page.list()).toMatchObject([
      { kind: "mail", to: "ada@mail.example", subject: "Your tickets", at: 1_000 },
      { kind: "sms", to: "+8801712345678", text: "first", at: 1_000 },
    ]);
  });

  test("the oldest message makes room when the inbox is full (invariant 8)", async () => {
    const inbox = makeInbox(3);
    for (const text of ["a", "b", "c", "d", "e"]) {
      await inbox.sms.send({ to: "+8801712345678" as Phone, text }, signal);
    }
    expect(inbox.list().map(({ text }) => text)).toEqual(["e", "d", "c"]);
  });

  test("an attachment is found by its message and name, and nothing else is", async () => {
    const inbox = makeInbox();
    await inbox.mail.send(mail, signal);
    const id = inbox.list()[0]?.id ?? "";
    expect(inbox.attachment(id, "tickets.pdf")).toEqual({
      filename: "tickets.pdf",
      contentType: "application/pdf",
      bytes: 4,
      content: pdf,
    });
    expect(inbox.attachment(id, "other.pdf")).toBeNull();
    expect(inbox.attachment("no such id", "tickets.pdf")).toBeNull();
  });

  test("an attachment keeps its bytes when the sender uses its buffer again", async () => {
    const inbox = makeInbox();
    const content = new Uint8Array([1, 2, 3]);
    const attachments = [{ filename: "a", contentType: "text/plain", content }];
    await inbox.mail.send({ ...mail, attachments }, signal);
    content.fill(0);
    expect(inbox.attachment("1", "a")?.content).toEqual(new Uint8Array([1, 2, 3]));
  });
});
