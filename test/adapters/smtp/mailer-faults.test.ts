import { describe, expect, test } from "bun:test";
import type { SendOutcome } from "../../../src/delivery/ports.ts";
import { needs } from "../../support/needs.ts";
import { makeCertificate } from "./certificate.ts";
import type { Fault, Step } from "./faulty-server.ts";
import { FaultyServer } from "./faulty-server.ts";
import { makeMail, makeMailer, never } from "./mail-server.ts";

const certificate = needs("openssl") ? makeCertificate("localhost") : { key: "", cert: "" };
const credentials = { user: "floodgate", password: "secret-word" };

async function open(at: Step | "body", fault: Fault) {
  const isPlain = at === "STARTTLS";
  const server = new FaultyServer(isPlain ? null : certificate, at, fault);
  const mailer = makeMailer(await server.listen(), certificate.cert, {
    hasImplicitTls: !isPlain,
    credentials,
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

type Kind = SendOutcome["kind"];

/** What a fault at each step comes to: a 4xx, a 5xx, and a connection that breaks or falls silent. */
const FAULTS: readonly [step: Step, temporary: Kind, permanent: Kind, lost: Kind][] = [
  ["greeting", "retry", "retry", "retry"],
  ["EHLO", "retry", "retry", "retry"],
  ["STARTTLS", "retry", "retry", "retry"],
  ["AUTH", "retry", "retry", "retry"],
  ["MAIL", "retry", "refused", "retry"],
  ["RCPT", "retry", "refused", "retry"],
  ["DATA", "retry", "refused", "retry"],
  ["dot", "retry", "refused", "unknown"],
];

describe.if(needs("openssl"))("A server that fails", () => {
  test.each(FAULTS)("at %s: 4xx is %s, 5xx is %s", async (step, temporary, permanent) => {
    for (const [fault, kind] of [
      ["451 4.3.0 try later", temporary],
      ["421 4.3.2 going down", temporary],
      ["550 5.7.1 no", permanent],
    ] as const) {
      await using opened = await open(step, fault);
      const outcome = await opened.mailer.send(makeMail(), never());
      expect(outcome.kind, fault).toBe(kind);
      expect(reasonOf(outcome)).toContain(fault);
    }
  });

  test.each(FAULTS)("by a connection lost at %s gives %4$s", async (step, _, __, lost) => {
    await using opened = await open(step, "drop");
    const outcome = await opened.mailer.send(makeMail(), never());
    expect(outcome.kind).toBe(lost);
    expect(reasonOf(outcome)).not.toBe("");
  });

  test.each(FAULTS)("by silence at %s ends with the signal", async (step, _, __, lost) => {
    await using opened = await open(step, "hang");
    const controller = new AbortController();
    const sending = opened.mailer.send(makeMail(), controller.signal);
    await opened.server.struck.promise;
    controller.abort();
    expect((await sending).kind).toBe(lost);
  });

  test("to greet in time is tried again", async () => {
    await using server = new FaultyServer(certificate, "greeting", "hang");
    using mailer = makeMailer(
      await server.listen(),
      certificate.cert,
      {},
      { greetingTimeoutMs: 200 },
    );
    const outcome = await mailer.send(makeMail(), never());
    expect(outcome).toEqual({ kind: "retry", afterMs: 0, reason: "Greeting never received" });
  });

  test.each([
    "421 4.7.0 mx.example Error: too many connections from 192.0.2.1",
    "421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing",
    "450 4.7.1 Error: too much mail from 192.0.2.1",
    "451 4.7.500 Server busy. Please try again later",
    "452 4.3.1 too many messages",
    "454 Throttling failure: Maximum sending rate exceeded.",
  ] as const)("because mails come too fast is left alone for a minute: %s", async (reply) => {
    for (const step of ["greeting", "MAIL", "RCPT", "dot"] as const) {
      await using opened = await open(step, reply);
      const outcome = await opened.mailer.send(makeMail(), never());
      expect(outcome).toMatchObject({ kind: "retry", afterMs: 60_000 });
    }
  });

  test.each([
    "451 4.3.0 try later",
    "452 4.2.2 mailbox full",
    "550 5.7.1 too many hops, over the limit",
  ] as const)("for another reason asks for no such wait: %s", async (reply) => {
    await using opened = await open("dot", reply);
    const outcome = await opened.mailer.send(makeMail(), never());
    expect(outcome.kind === "retry" ? outcome.afterMs : 0).toBe(0);
  });

  test("within the mail, before it has all of it, has not taken it", async () => {
    await using opened = await open("body", "drop");
    const content = new Uint8Array(16 * 1024 * 1024);
    const attachments = [{ filename: "large.bin", contentType: "application/pdf", content }];
    const outcome = await opened.mailer.send(makeMail({ attachments }), never());
    expect(outcome.kind).toBe("retry");
  });

  test.each([503, 530, 535])(
    "at MAIL with %d speaks of the session, and bounces nobody",
    async (code) => {
      await using opened = await open("MAIL", `${code} 5.7.0 not like this`);
      expect((await opened.mailer.send(makeMail(), never())).kind).toBe("retry");
    },
  );

  test.each(FAULTS)("once at %s is spoken to again by the next mail", async (step) => {
    if (step === "STARTTLS") return;
    for (const fault of ["451 4.3.0 try later", "550 5.7.1 no", "drop"] as const) {
      await using opened = await open(step, fault);
      await opened.mailer.send(makeMail(), never());
      const outcome = await opened.mailer.send(makeMail(), never());
      expect(outcome, `${step} ${fault}`).toEqual({ kind: "accepted", providerId: "F1" });
    }
  });

  test("tells the mailer's password to nobody", async () => {
    await using opened = await open("AUTH", "535 5.7.8 bad credentials");
    const outcome = await opened.mailer.send(makeMail(), never());
    expect(reasonOf(outcome)).not.toMatch(/secret-word|floodgate/);
  });

  test("tries one mail no second time on its own (the outbox does that)", async () => {
    await using opened = await open("RCPT", "drop");
    await opened.mailer.send(makeMail(), never());
    expect(opened.server.told.filter((verb) => verb === "MAIL")).toHaveLength(1);
  });

  test("is one that is not there", async () => {
    const server = new FaultyServer(certificate, "greeting", "drop");
    const port = await server.listen();
    await server[Symbol.asyncDispose]();
    using mailer = makeMailer(port, certificate.cert);
    expect((await mailer.send(makeMail(), never())).kind).toBe("retry");
  });
});

function reasonOf(outcome: SendOutcome): string {
  return outcome.kind === "accepted" ? "" : outcome.reason;
}
