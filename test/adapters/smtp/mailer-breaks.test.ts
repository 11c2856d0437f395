import { expect, test } from "bun:test";
import type { Email } from "../../../src/attendee/email.ts";
import { needs } from "../../support/needs.ts";
import { makeCertificate } from "./certificate.ts";
import { MailServer, makeMail, makeMailer, never } from "./mail-server.ts";

const MAIL_COUNT = 70;

/** Where the server hangs up, by the number of the mail. */
const BREAKS = ["never", "at RCPT", "never", "within the mail", "never", "after the mail"] as const;

function breakOf(index: number): (typeof BREAKS)[number] {
  return BREAKS[index % BREAKS.length] ?? "never";
}

test.if(needs("openssl"))(
  "of a server that keeps breaking off: accepted was taken, retry was not, what was taken is no retry",
  async () => {
    const certificate = makeCertificate("localhost");
    const taken = new Set<number>();
    await using server = new MailServer(certificate, {
      secure: true,
      onRcptTo: ({ address }, session, done) => {
        if (breakOf(numberOf(address)) === "at RCPT") return server.hangUp(session);
        done();
      },
      onData: (stream, session, done) => {
        const index = numberOf(session.envelope.rcptTo[0]?.address ?? "");
        const at = breakOf(index);
        if (at === "within the mail") stream.once("data", () => server.hangUp(session));
        stream.resume();
        stream.on("end", () => {
          if (at === "within the mail") return;
          taken.add(index);
          if (at === "after the mail") return server.hangUp(session);
          done(null, `queued as Q${index}`);
        });
      },
    });
    using mailer = makeMailer(await server.listen(), certificate.cert);
    const content = new Uint8Array(200_000);
    const attachments = [{ filename: "tickets.pdf", contentType: "application/pdf", content }];
    const outcomes = await Promise.all(
      Array.from({ length: MAIL_COUNT }, (_, index) => {
        const to = { name: "", address: `person${index}@mail.example` as Email };
        return mailer.send(makeMail({ to, attachments }), never());
      }),
    );
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.kind === "accepted") expect(outcome.providerId).toBe(`Q${index}`);
      if (outcome.kind !== "unknown") expect(taken.has(index)).toBe(outcome.kind === "accepted");
    }
    const kinds = new Set(outcomes.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(["accepted", "retry", "unknown"]));
  },
);

function numberOf(address: string): number {
  return Number(/\d+/.exec(address)?.[0]);
}
