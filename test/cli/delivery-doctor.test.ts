import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { eventDraft, openStores, saleDraft, writeEvent } from "../adapters/postgres/stores.ts";
import { gatewayFile, SECRETS, serve, smppFile } from "../adapters/sms/make-gateway.ts";
import type { Certificate } from "../adapters/smtp/certificate.ts";
import { makeCertificate } from "../adapters/smtp/certificate.ts";
import { MailServer } from "../adapters/smtp/mail-server.ts";
import { needs } from "../support/needs.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { freshDatabase, freshFolder } from "../support/postgres.ts";
import { openSmsc } from "../support/smsc.ts";
import type { Zone } from "./delivery-dns-server.ts";
import { DnsServer } from "./delivery-dns-server.ts";
import { runCommand } from "./run-command.ts";

setDefaultTimeout(60_000);

const DAY_MS = 86_400_000;
const folder = freshFolder();
let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await using stores = openStores(database.url);
  const nowMs = Date.now();
  const past = saleDraft({
    verifyFromMs: nowMs - 2 * DAY_MS,
    opensAtMs: nowMs - 2 * DAY_MS,
    closesAtMs: nowMs - DAY_MS,
    quota: 100_000,
  });
  const ahead = saleDraft({
    number: 2,
    verifyFromMs: nowMs,
    opensAtMs: nowMs + DAY_MS,
    closesAtMs: nowMs + 2 * DAY_MS,
    quota: 60_000,
  });
  await writeEvent(stores, eventDraft("river-songs", { sales: [past, ahead] }));
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  folder.release();
});

/** The findings as `kind text`, by subject. */
async function doctor(environment: Readonly<Record<string, string>> = {}, words = "") {
  const { exitCode, stdout, stderr } = await runCommand(`delivery doctor ${words}`.trim(), {
    environment: {
      DATABASE_URL: database.url,
      FLOODGATE_DATA: folder.path,
      PUBLIC_URL: "https://mela.example",
      ...SECRETS,
      ...environment,
    },
  });
  const findings = new Map<string, string[]>();
  for (const line of stdout.trimEnd().split("\n")) {
    const [kind = "", subject = "", ...text] = line.split(/ {2,}/);
    findings.set(subject, [...(findings.get(subject) ?? []), `${kind} ${text.join(" ")}`]);
  }
  return { exitCode, stdout, stderr, findings };
}

function httpGateway(balance: () => Response) {
  const server = serve(balance);
  const file = gatewayFile({
    url: `${server.url}send`,
    segmentsPerS: 100,
    pricePerSegment: "0.35",
    balance: { method: "GET", url: `${server.url}balance`, path: "left" },
  });
  return { server, file };
}

describe("the doctor's word on SMS", () => {
  test("is texts, the account, the rate against the largest quota ahead, and the price", async () => {
    const { server, file } = httpGateway(() => Response.json({ left: "1234.50 BDT" }));
    const { exitCode, stderr, findings } = await doctor({ SMS_GATEWAY: file });
    await server.stop(true);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "1 fault to mend before a sale.\n",
    });
    expect(findings.get("texts English")).toEqual(["ok code 1 segment, confirmation 1 segment"]);
    expect(findings.get("texts বাংলা")).toHaveLength(1);
    expect(findings.get("SMS example")).toEqual([
      "ok it is on this machine",
      "ok it knows the account, with 1234.50 BDT left",
    ]);
    expect(findings.get("SMS rate")?.[0]).toBe(
      "warning 60,000 codes at 100/s take 10 minutes, with the confirmations 20 minutes, " +
        "where a code is no use after 8 minutes: ask the provider for 125/s",
    );
    expect(findings.get("SMS price")?.[0]).toStartWith(
      "warning a sale-out of 60,000 seats takes 120,000 segments and 42,000.00",
    );
    expect(findings.get("mail")?.[0]).toStartWith("fault no server");
  });

  test("is a fault where the account is not known, by HTTP and by SMPP, and quotes no secret", async () => {
    const { server, file } = httpGateway(() => new Response("s3cret", { status: 401 }));
    await using smsc = await openSmsc({ onBind: () => 0x0e });
    const { exitCode, stdout, stderr, findings } = await doctor({
      SMS_GATEWAY: file,
      SMS_GATEWAY_2: smppFile({ host: "127.0.0.1", port: smsc.port }),
      DEV_INBOX: "on",
    });
    await server.stop(true);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "2 faults to mend before a sale.\n",
    });
    expect(findings.get("SMS example")?.[1]).toBe(
      "fault no balance: the gateway answered 401; look at address and credentials",
    );
    expect(findings.get("SMS operator")?.[1]).toMatch(
      /^fault no session: .*systemId and password$/,
    );
    expect(stdout).not.toContain("s3cret");
  });

  test("is that an operator binds, and the session is ended", async () => {
    await using smsc = await openSmsc();
    const file = smppFile({ host: "127.0.0.1", port: smsc.port, segmentsPerS: 1_000 });
    const { exitCode, findings } = await doctor({
      SMS_GATEWAY: file,
      SMS_SEGMENTS_PER_DAY: "150000",
      DEV_INBOX: "on",
    });
    expect(exitCode).toBe(0);
    expect(findings.get("SMS price")?.[0]).toBe(
      "ok a sale-out of 60,000 seats takes 120,000 segments at no price (pricePerSegment says none), " +
        "which the budget of a day allows",
    );
    expect(findings.get("SMS operator")?.[1]).toBe("ok it knows the account: a session is bound");
    expect(findings.get("SMS rate")?.[0]).toStartWith("ok 60,000 codes at 1,000/s take 1 minute");
    expect(smsc.submits).toEqual([]);
    await smsc.until(({ linkCount }) => linkCount === 0);
  });

  test("is that a lane stands still, and that there is no gateway", async () => {
    await database.sql`update lanes set is_paused = true where name = 'code'`;
    const { exitCode, findings } = await doctor({ DEV_INBOX: "on" });
    await database.sql`update lanes set is_paused = false`;
    expect(exitCode).toBe(0);
    expect(findings.get("lane codes")).toEqual([
      "warning is paused; send again: bun run delivery resume codes",
    ]);
    expect(findings.get("SMS")?.[0]).toStartWith("warning no gateway");
    expect(findings.get("mail")?.[0]).toStartWith("warning no server");
  });
});

describe.if(needs("openssl"))("the doctor's word on mail", () => {
  const password = "p4ssword";
  let certificate: Certificate;
  let authority: string;

  beforeAll(async () => {
    certificate = makeCertificate("localhost");
    authority = join(folder.path, "authority.pem");
    await Bun.write(authority, certificate.cert);
  });

  /** With an account, so that a login is asked for. */
  function mailServer(isSecure: boolean) {
    return new MailServer(certificate, {
      secure: isSecure,
      authOptional: false,
      onAuth: (login, _session, done) =>
        done(login.password === password ? null : new Error("no"), { user: "mela" }),
    });
  }

  /** The command with that mail server, and a DNS that knows the zone; whatever else is amiss is left out. */
  async function mailDoctor(
    zone: Zone,
    mail: { readonly url: string; readonly authority?: string },
    words = "",
  ) {
    await using dns = new DnsServer(zone);
    const environment = {
      DEV_INBOX: "on",
      SMTP_URL: mail.url,
      MAIL_FROM: "Winter Mela <tickets@mela.example>",
      NODE_EXTRA_CA_CERTS: mail.authority ?? authority,
    };
    return await doctor(environment, `dns ${await dns.listen()} ${words}`.trim());
  }

  test("is ok where the server knows the account and the domain says what it should", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const key = `v=DKIM1; k=rsa; p=${publicKey.export({ type: "spki", format: "der" }).toString("base64")}`;
    const zone = {
      txt: {
        "mela.example": [["site=1"], ["v=spf1 include:provider.example -all"]],
        "_dmarc.mela.example": [["v=DMARC1; p=none"]],
        "s1._domainkey.mela.example": [[key.slice(0, 255), key.slice(255)]],
      },
      mx: { "mela.example": ["mx.mela.example"] },
    };
    for (const [scheme, isSecure] of [
      ["smtps", true],
      ["smtp", false],
    ] as const) {
      await using server = mailServer(isSecure);
      const url = `${scheme}://mela:${password}@localhost:${await server.listen()}`;
      const { exitCode, findings } = await mailDoctor(zone, { url }, "dkim s1");
      expect(exitCode).toBe(0);
      const subjects = ["mail server", "SPF mela.example", "DMARC mela.example", "DKIM s1"];
      expect(subjects.map((subject) => findings.get(subject)?.[0])).toEqual([
        "ok it is there, by TLS, and knows the account",
        "ok ends in -all",
        "ok none",
        "ok an RSA key of 2048 bits",
      ]);
      expect(findings.get("MX mela.example")?.[0]).toBe("ok 1 host takes mail");
      expect(server.taken).toEqual([]);
    }
  });

  test("is a fault for a wrong password, a server that is not there and a bare domain", async () => {
    await using server = mailServer(true);
    const port = await server.listen();
    const wrong = await mailDoctor({}, { url: `smtps://mela:other@localhost:${port}` });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toBe("3 faults to mend before a sale.\n");
    expect(wrong.findings.get("mail server")?.[0]).toStartWith("fault AUTH PLAIN: 535 no; look at");
    expect(wrong.findings.get("SPF mela.example")?.[0]).toStartWith("fault no record");
    expect(wrong.findings.get("DMARC mela.example")?.[0]).toStartWith("fault no record");
    expect(wrong.findings.get("MX mela.example")?.[0]).toStartWith("warning nobody takes mail");
    const away = await mailDoctor({}, { url: `smtps://mela:${password}@localhost:1` });
    expect(away.findings.get("mail server")?.[0]).toStartWith("fault ");
    expect(wrong.stdout + away.stdout).not.toContain(password);
  });

  test("is a fault for a certificate that nobody vouches for", async () => {
    await using server = mailServer(false);
    const url = `smtp://mela:${password}@localhost:${await server.listen()}`;
    const { exitCode, findings } = await mailDoctor({}, { url, authority: "" });
    expect(exitCode).toBe(1);
    expect(findings.get("mail server")?.[0]).toMatch(/^fault .*self.signed/);
  });

  test("is unknown, and no fault, where the DNS does not answer", async () => {
    await using server = mailServer(true);
    const url = `smtps://mela:${password}@localhost:${await server.listen()}`;
    const names = ["mela.example", "_dmarc.mela.example"];
    const { exitCode, findings } = await mailDoctor({ broken: names }, { url });
    expect(exitCode).toBe(0);
    for (const subject of ["SPF mela.example", "DMARC mela.example", "MX mela.example"]) {
      expect(findings.get(subject)?.[0]).toBe("unknown the DNS does not answer (ESERVFAIL)");
    }
  });
});
