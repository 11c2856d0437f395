import { describe, expect, test } from "bun:test";
import type { Email } from "../../../src/attendee/email.ts";
import type { SendOutcome } from "../../../src/delivery/ports.ts";
import { remoteMailerContract } from "../../contract/mailer.contract.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { needs } from "../../support/needs.ts";
import { makeCertificate } from "../smtp/certificate.ts";
import { makeMail, never } from "../smtp/mail-server.ts";
import type { ApiRequest, Judge } from "./mail-api-server.ts";
import {
  ANSWER_BYTES_MAX,
  API_KEY,
  accept,
  composed,
  MailApiServer,
  makeApiMailer,
} from "./mail-api-server.ts";

const certificate = needs("openssl") ? makeCertificate("localhost") : { key: "", cert: "" };

async function open(judge: Judge = accept) {
  const server = new MailApiServer(certificate, judge);
  const mailer = makeApiMailer(await server.listen(), certificate.cert);
  return { server, mailer, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const REFUSED = "nobody@mail.example" as Email;
const HURRIED = "hurried@mail.example" as Email;
const BROKEN = "broken@mail.example" as Email;

describe.if(needs("openssl"))("Over a real API", () => {
  remoteMailerContract("The mail API", async () => {
    const taken: ApiRequest[] = [];
    const opened = await open((request, count) => {
      const to = request.fields["to"] ?? "";
      const message = `to parameter is not a valid address: ${to}`;
      if (to.includes(REFUSED)) return { status: 400, body: JSON.stringify({ message }) };
      if (to.includes(HURRIED)) return { status: 429, headers: { "retry-after": "30" } };
      taken.push(request);
      return to.includes(BROKEN) ? "break" : accept(request, count);
    });
    return {
      ...opened,
      refusedAddress: REFUSED,
      hurriedAddress: HURRIED,
      brokenAddress: BROKEN,
      received: () => Promise.all(taken.map(composed)),
    };
  });

  test("a request is what Mailgun reads, with the key, and with no link led over its own host", async () => {
    await using opened = await open();
    const outcome = await opened.mailer.send(makeMail(), never());
    expect(outcome).toEqual({ kind: "accepted", providerId: "<2026112308.1@river.example>" });
    const [request] = opened.server.requests;
    expect([request?.method, request?.path]).toEqual(["POST", "/v3/river.example/messages"]);
    expect(request?.headers.authorization).toBe(`Basic ${btoa(`api:${API_KEY}`)}`);
    expect(request?.headers["transfer-encoding"]).toBeUndefined();
    expect(request?.fields).toEqual({
      from: '"River Festival" <tickets@river.example>',
      to: '"Ada Lovelace" <ada@mail.example>',
      subject: "Your tickets",
      // Lines of a form end so.
      text: "Hello Ada Lovelace,\r\n",
      html: "<!doctype html><p>Hello Ada Lovelace,</p>\r\n",
      "h:Message-Id": "<row.7@tickets.example>",
      "h:Auto-Submitted": "auto-generated",
      "o:tracking": "no",
    });
  });

  test("a connection is used again by the mails after", async () => {
    await using opened = await open();
    for (let index = 0; index < 50; index += 1) {
      expect((await opened.mailer.send(makeMail(), never())).kind).toBe("accepted");
    }
    // Or another, where fetch told of an answer before its connection was free.
    expect(opened.server.connectionCount).toBeLessThan(5);
  });
});

type Kind = SendOutcome["kind"];

describe.if(needs("openssl"))("An API that fails", () => {
  test.each<[status: number, kind: Kind, why: string]>([
    [400, "refused", "the message"],
    [413, "refused", "the message"],
    [422, "refused", "the message"],
    [301, "retry", "the setting"],
    [401, "retry", "the key"],
    [402, "retry", "the account"],
    [403, "retry", "the key"],
    [404, "retry", "the domain"],
    [408, "retry", "the connection"],
    [429, "retry", "the rate"],
    [500, "retry", "the provider"],
    [502, "retry", "the provider"],
    [503, "retry", "the provider"],
    [504, "unknown", "a proxy that no longer waits"],
  ])("with %d gives %s: it speaks of %s", async (status, kind) => {
    await using opened = await open(() => ({ status, body: "ada@mail.example cannot" }));
    const outcome = await opened.mailer.send(makeMail(), never());
    expect(outcome.kind).toBe(kind);
    expect(reasonOf(outcome)).toContain(String(status));
    expect(reasonOf(outcome)).not.toContain("ada@mail.example");
  });

  test.each([
    [429, "7", 7_000],
    [503, new Date(90_000).toUTCString(), 90_000],
    [503, new Date(0).toUTCString(), 0],
    [429, "soon", 0],
    [500, null, 0],
  ])("with %d and Retry-After %p is left alone for %d ms", async (status, wait, afterMs) => {
    const headers: Record<string, string> = wait === null ? {} : { "retry-after": wait };
    await using server = new MailApiServer(certificate, () => ({ status, headers }));
    const clock = new ManualClock(0);
    const mailer = makeApiMailer(await server.listen(), certificate.cert, { clock });
    expect(await mailer.send(makeMail(), never())).toEqual({
      kind: "retry",
      afterMs,
      reason: `the mail API answered ${status}`,
    });
  });

  test.each(["", "<!doctype html>Welcome", "{}", '{"id": 7}', " ".repeat(2 * ANSWER_BYTES_MAX)])(
    "to name an id has perhaps taken nothing (%#)",
    async (body) => {
      await using opened = await open(() => ({ status: 200, body }));
      expect((await opened.mailer.send(makeMail(), never())).kind).toBe("unknown");
    },
  );

  test("by a redirect is not followed, so that key and ticket go nowhere else", async () => {
    await using elsewhere = new MailApiServer(certificate);
    const location = `https://localhost:${await elsewhere.listen()}/`;
    await using opened = await open(() => ({ status: 307, headers: { location } }));
    expect((await opened.mailer.send(makeMail(), never())).kind).toBe("retry");
    expect(elsewhere.requests).toEqual([]);
  });

  test("is not sent the same mail twice over a connection it kept and then broke", async () => {
    await using opened = await open((request, count) =>
      count === 1 ? accept(request, 1) : "break",
    );
    expect((await opened.mailer.send(makeMail(), never())).kind).toBe("accepted");
    expect((await opened.mailer.send(makeMail(), never())).kind).toBe("unknown");
    expect(opened.server.requests).toHaveLength(2);
  });

  test("whose certificate nobody vouches for, or that is another host's, gets no mail", async () => {
    await using server = new MailApiServer(certificate);
    const port = await server.listen();
    const elsewhere = {
      messagesUrl: `https://127.0.0.1:${port}/v3/x/messages`,
      user: "api",
      key: "k",
    };
    for (const mailer of [
      makeApiMailer(port, null),
      makeApiMailer(port, certificate.cert, { account: elsewhere }),
    ]) {
      const outcome = await mailer.send(makeMail(), never());
      expect(outcome.kind).toBe("retry");
      expect(reasonOf(outcome)).toMatch(/CERT/i);
    }
    expect(server.requests).toEqual([]);
  });

  test("to answer in time may or may not have taken the mail", async () => {
    await using opened = await open(() => "hang");
    const controller = new AbortController();
    const sending = opened.mailer.send(makeMail(), controller.signal);
    await opened.server.arrival.promise;
    controller.abort();
    expect(await sending).toEqual({ kind: "unknown", reason: "cut off" });
  });

  test("is one that is not there", async () => {
    const server = new MailApiServer(certificate);
    const mailer = makeApiMailer(await server.listen(), certificate.cert);
    await server[Symbol.asyncDispose]();
    expect(await mailer.send(makeMail(), never())).toEqual({
      kind: "retry",
      afterMs: 0,
      reason: "the connection failed (ECONNREFUSED)",
    });
  });
});

function reasonOf(outcome: SendOutcome): string {
  return outcome.kind === "accepted" ? "" : outcome.reason;
}
