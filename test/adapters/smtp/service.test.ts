import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Attendee, phoneNumber, saleDraft, storeEvent } from "../../support/harness.ts";
import { needs } from "../../support/needs.ts";
import { freshDatabase } from "../../support/postgres.ts";
import { ServiceProcess } from "../../support/service-process.ts";
import { makeCertificate } from "./certificate.ts";
import { MailServer } from "./mail-server.ts";

test.if(needs("openssl"))(
  "a service that is told of a mail server sends the tickets there, and its inbox keeps the SMS alone",
  async () => {
    const certificate = makeCertificate("localhost");
    await using server = new MailServer(certificate);
    const port = await server.listen();
    await using database = await freshDatabase();
    await storeEvent(database.url, [saleDraft(Date.now())]);
    const folder = await mkdtemp(join(tmpdir(), "floodgate-test-mail-"));
    const authority = join(folder, "authority.pem");
    await Bun.write(authority, certificate.cert);
    await using service = await new ServiceProcess({
      DATABASE_URL: database.url,
      FLOODGATE_DATA: folder,
      DEV_INBOX: "on",
      SMTP_URL: `smtp://localhost:${port}`,
      MAIL_FROM: "Winter Mela <tickets@mela.example>",
      NODE_EXTRA_CA_CERTS: authority,
    }).ready();
    const registered = await new Attendee(service.url, phoneNumber(1)).comeThrough();
    expect(registered.status).toBe(201);
    await server.arrival.promise;
    const inbox = await fetch(`${service.url}/dev/inbox.json`);
    expect(await inbox.text()).not.toContain('"mail"');
    const [mail] = await server.parsed();
    expect(mail?.subject).toBe("Your tickets for Winter Mela");
    expect(mail?.from?.text).toBe('"Winter Mela" <tickets@mela.example>');
    expect(mail?.attachments.map(({ filename }) => filename)).toEqual([
      "tickets.pdf",
      "tickets.ics",
    ]);
    expect(mail?.attachments[0]?.content.subarray(0, 4).toString()).toBe("%PDF");
    await service.end();
    await rm(folder, { recursive: true });
  },
);
