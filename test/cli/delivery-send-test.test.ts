import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { gatewayFile, SECRETS, serve, smppFile } from "../adapters/sms/make-gateway.ts";
import { makeCertificate } from "../adapters/smtp/certificate.ts";
import { MailServer } from "../adapters/smtp/mail-server.ts";
import { needs } from "../support/needs.ts";
import { freshFolder } from "../support/postgres.ts";
import { openSmsc } from "../support/smsc.ts";
import { runCommand } from "./run-command.ts";

setDefaultTimeout(60_000);

const NUMBER = "+8801712345678";
const folder = freshFolder();
const settings = { FLOODGATE_DATA: folder.path, ...SECRETS };

afterAll(() => folder.release());

function run(words: string, environment: Readonly<Record<string, string>> = {}) {
  return runCommand(`delivery send-test ${words}`, {
    environment: { ...settings, ...environment },
  });
}

/** A gateway that answers all messages the same, and what it was sent. */
function httpGateway(answer: unknown) {
  const taken: unknown[] = [];
  const server = serve(async (request) => {
    taken.push(await request.json());
    return Response.json(answer);
  });
  return { server, taken, url: `${server.url}` };
}

test("a test SMS goes by each gateway, which are told with answer, time and price", async () => {
  const { server, taken, url } = httpGateway({ messages: [{ status: "0", id: "abc" }] });
  await using smsc = await openSmsc();
  const { exitCode, stdout, stderr } = await run(`sms ${NUMBER}`, {
    SMS_GATEWAY: gatewayFile({ url, pricePerSegment: "0.35" }),
    SMS_GATEWAY_2: smppFile({ host: "127.0.0.1", port: smsc.port }),
  });
  await server.stop(true);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^example: accepted as abc, after [\d,]+ ms$/);
  expect(lines[1]).toMatch(/^operator: accepted as .+, after [\d,]+ ms$/);
  expect(lines[2]).toBe("the text takes 1 segment: 0.35 by example, 0.00 by operator");
  const text = "A test by localhost:3000. Nothing is to be done.";
  expect(taken).toEqual([{ to: NUMBER, text }]);
  expect(smsc.received()).toEqual([{ to: NUMBER, text }] as never);
  await smsc.until(({ linkCount }) => linkCount === 0);
});

test("a gateway that refuses is told with its reason, and the command has failed", async () => {
  const { server, url } = httpGateway({ messages: [{ status: "9" }] });
  const { exitCode, stdout, stderr } = await run(`sms ${NUMBER}`, {
    SMS_GATEWAY: gatewayFile({ url }),
  });
  await server.stop(true);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^example: refused: .+, after /);
  expect(stderr).toBe("Not every gateway took it.\n");
  expect(stdout + stderr).not.toContain(NUMBER);
});

test("an operator that refuses the account is told as such and sent nothing", async () => {
  await using smsc = await openSmsc({ onBind: () => 0x0e });
  const { exitCode, stdout } = await run(`sms ${NUMBER}`, {
    SMS_GATEWAY: smppFile({ host: "127.0.0.1", port: smsc.port }),
  });
  expect(exitCode).toBe(1);
  expect(stdout).toStartWith("operator: not sent, and the service would try again: ");
  expect(smsc.submits).toEqual([]);
});

test("a number or address that is none, or has no way to go, is refused in a sentence", async () => {
  const gateway = { SMS_GATEWAY: gatewayFile({ url: "http://127.0.0.1:1/" }) };
  const refusals = await Promise.all([
    run(`sms ${NUMBER}`),
    run(`sms ${NUMBER}`, { DEV_INBOX: "off" }),
    run("sms 12", gateway),
    run(`sms ${NUMBER}`, { ...gateway, COUNTRIES: "IN" }),
    run("mail nobody"),
    run("mail nobody@example.org"),
  ]);
  expect(refusals.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(refusals.map(({ stderr }) => stderr)).toEqual([
    "No gateway is named in SMS_GATEWAY: a running server shows its SMS at /dev/inbox.\n",
    "No gateway is named in SMS_GATEWAY.\n",
    "That is no phone number.\n",
    "That number is of a country that COUNTRIES does not name.\n",
    "That is no mail address.\n",
    "No mail server is named in SMTP_URL or MAIL_API_URL: a running server shows its mail at /dev/inbox.\n",
  ]);
});

test.if(needs("openssl"))(
  "a test mail goes to the server, which takes it or refuses it",
  async () => {
    const certificate = makeCertificate("localhost");
    await using server = new MailServer(certificate, {
      onRcptTo: ({ address }, _session, done) =>
        done(address === "gone@mail.example" ? new Error("no such user") : null),
    });
    const port = await server.listen();
    const authority = join(folder.path, "authority.pem");
    await Bun.write(authority, certificate.cert);
    const environment = {
      SMTP_URL: `smtp://localhost:${port}`,
      MAIL_FROM: "Winter Mela <tickets@mela.example>",
      NODE_EXTRA_CA_CERTS: authority,
    };
    const taken = await run("mail ada@mail.example", environment);
    expect(taken).toMatchObject({ exitCode: 0, stderr: "" });
    expect(taken.stdout).toMatch(/^smtp: accepted as Q1, after [\d,]+ ms\n$/);
    const [mail] = await server.parsed();
    expect(mail?.from?.text).toBe('"Winter Mela" <tickets@mela.example>');
    expect(mail?.text).toContain("A test by localhost:3000.");

    const refused = await run("mail gone@mail.example", environment);
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toMatch(/^smtp: refused: bounced: RCPT TO: 550 no such user, after /);
    expect(refused.stderr).toBe("The mail was not taken.\n");
  },
);
