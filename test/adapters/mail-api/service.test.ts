import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Attendee, phoneNumber, saleDraft, storeEvent } from "../../support/harness.ts";
import { needs } from "../../support/needs.ts";
import { freshDatabase } from "../../support/postgres.ts";
import { ServiceProcess } from "../../support/service-process.ts";
import { makeCertificate } from "../smtp/certificate.ts";
import { API_KEY, composed, MailApiServer } from "./mail-api-server.ts";

test.if(needs("openssl"))(
  "a service that is told of a mail API sends the tickets there, from its sender and with its key",
  async () => {
    const certificate = makeCertificate("localhost");
    await using server = new MailApiServer(certificate);
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
      MAIL_API_URL: `https://api:${API_KEY}@localhost:${port}/v3/mela.example`,
      MAIL_FROM: "Winter Mela <tickets@mela.example>",
      NODE_EXTRA_CA_CERTS: authority,
    }).ready();
    const registered = await new Attendee(service.url, phoneNumber(1)).comeThrough();
    expect(registered.status).toBe(201);
    await server.arrival.promise;
    const [request] = server.requests;
    if (request === undefined) throw new Error("nothing was sent");
    expect(request.headers.authorization).toBe(`Basic ${btoa(`api:${API_KEY}`)}`);
    expect(request.fields["from"]).toBe('"Winter Mela" <tickets@mela.example>');
    const mail = await composed(request);
    expect(mail.subject).toBe("Your tickets for Winter Mela");
    const [pdf, calendar] = mail.attachments;
    expect(Buffer.from(pdf?.content.subarray(0, 4) ?? []).toString()).toBe("%PDF");
    expect(calendar?.filename).toBe("tickets.ics");
    await service.end();
    await rm(folder, { recursive: true });
  },
);
