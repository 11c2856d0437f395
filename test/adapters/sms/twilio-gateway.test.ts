import { describe, expect, test } from "bun:test";
import type { Phone } from "../../../src/attendee/phone.ts";
import type { SmsMessage } from "../../../src/delivery/ports.ts";
import { smsGatewayContract } from "../../contract/sms-gateway.contract.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import type { Changes } from "./make-gateway.ts";
import { openGateway, SECRETS, serve, twilioFile } from "./make-gateway.ts";
import { startRawProvider } from "./raw-provider.ts";

const message: SmsMessage = { to: "+8801712345678" as Phone, text: "your code is 041295" };
const never = new AbortController().signal;
const accountSid = "AC0123456789abcdef0123456789abcdef";
const credentials = Buffer.from(`${accountSid}:${SECRETS["TWILIO_TOKEN"]}`).toString("base64");

interface TwilioServer extends AsyncDisposable {
  readonly url: string;
  /** The forms of the messages it made, in their order. */
  readonly forms: readonly Readonly<Record<string, string>>[];
}

/** Makes messages as Twilio does, and refuses what Twilio refuses. */
function startTwilio(): TwilioServer {
  const forms: Readonly<Record<string, string>>[] = [];
  const server = serve(async (request) => {
    const { pathname } = new URL(request.url);
    if (request.headers.get("authorization") !== `Basic ${credentials}`) {
      return Response.json({ code: 20003, message: "Authenticate", status: 401 }, { status: 401 });
    }
    if (
      request.method !== "POST" ||
      pathname !== `/2010-04-01/Accounts/${accountSid}/Messages.json`
    ) {
      return Response.json({ code: 20404, status: 404 }, { status: 404 });
    }
    const form = Object.fromEntries(new URLSearchParams(await request.text()));
    if (form["To"] === "+999") {
      const message = "The 'To' number +999 is not a valid phone number.";
      return Response.json({ code: 21211, message, status: 400 }, { status: 400 });
    }
    forms.push(form);
    const sid = `SM${String(forms.length).padStart(32, "0")}`;
    return Response.json({ sid, status: "queued", error_code: null }, { status: 201 });
  });
  return {
    url: server.url.origin,
    forms,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

smsGatewayContract("The Twilio gateway", async () => {
  const twilio = startTwilio();
  return {
    gateway: openGateway(twilioFile({ baseUrl: twilio.url })),
    received: async () =>
      twilio.forms.map((form) => ({ to: `${form["To"]}` as Phone, text: `${form["Body"]}` })),
    [Symbol.asyncDispose]: () => twilio[Symbol.asyncDispose](),
  };
});

async function outcomeOf(status: number, body: unknown, headers: Record<string, string> = {}) {
  const server = serve(() => Response.json(body, { status, headers }));
  try {
    return await openGateway(twilioFile({ baseUrl: server.url.origin })).send(message, never);
  } finally {
    await server.stop(true);
  }
}

describe("A message to Twilio", () => {
  const formOf = async (changes: Changes, reportUrl?: string) => {
    await using twilio = startTwilio();
    const file = twilioFile({ baseUrl: twilio.url, ...changes });
    const gateway = openGateway(file, reportUrl === undefined ? {} : { reportUrl });
    expect((await gateway.send(message, never)).kind).toBe("accepted");
    return twilio.forms[0];
  };

  test("names its sender, and how long it may wait", async () => {
    expect(await formOf({ validityMs: 120_000 })).toEqual({
      To: message.to,
      Body: message.text,
      From: "+15005550006",
      ValidityPeriod: "120",
    });
  });

  test("goes by a messaging service, and asks for reports where they can reach us", async () => {
    const changes = { from: undefined, messagingServiceSid: "MG0123" };
    const reportUrl = "https://tickets.example/api/v1/sms-reports/twilio";
    expect(await formOf(changes, reportUrl)).toEqual({
      To: message.to,
      Body: message.text,
      MessagingServiceSid: "MG0123",
      ValidityPeriod: "300",
      StatusCallback: reportUrl,
    });
  });

  test("is accepted under the id that Twilio gives it", async () => {
    const sid = "SM0123456789abcdef0123456789abcdef";
    const accepted = { kind: "accepted", providerId: sid } as const;
    expect(await outcomeOf(201, { sid, status: "queued" })).toEqual(accepted);
    // Others that speak as Twilio does answer 200.
    expect(await outcomeOf(200, { sid })).toEqual(accepted);
  });
});

describe("Twilio's refusals", () => {
  test.each([21211, 21217, 21265, 21268, 21610, 21612, 21614, 21635, 30003, 30004, 30005, 30006])(
    "%d is about the number, so it is final",
    async (code) => {
      const outcome = await outcomeOf(400, { code, message: `to ${message.to}`, status: 400 });
      expect(outcome.kind).toBe("refused");
      const reason = "reason" in outcome ? outcome.reason : "";
      expect(reason).toStartWith(`the gateway answered 400 with code ${code}: `);
      expect(reason).not.toContain("880171");
    },
  );

  test.each([
    [401, 20003],
    [403, 20005],
    [404, 20404],
    [400, 21408],
    [400, 21606],
    [400, 21608],
    [400, 21703],
    [400, 99999],
    [503, 20503],
  ])("%d with code %d is ours to mend, or passes: nothing was taken", async (status, code) => {
    const reason = `the gateway answered ${status} with code ${code}`;
    expect(await outcomeOf(status, { code })).toEqual({ kind: "retry", afterMs: 0, reason });
  });

  test("a wrong password loses no message", async () => {
    await using twilio = startTwilio();
    const file = twilioFile({ baseUrl: twilio.url, authToken: "another token of 16 or more" });
    const reason = "the gateway answered 401 with code 20003";
    expect(await openGateway(file).send(message, never)).toEqual({
      kind: "retry",
      afterMs: 0,
      reason,
    });
  });

  test.each([
    [429, 20429],
    [400, 20429],
    [400, 21611],
    [400, 30001],
  ])("%d with code %d says that messages come too fast", async (status, code) => {
    expect(await outcomeOf(status, { code }, { "retry-after": "3" })).toEqual({
      kind: "throttled",
      afterMs: 3_000,
      reason: `the gateway answered ${status} with code ${code}`,
    });
  });

  test("429 needs no code, in whatever it comes wrapped", async () => {
    const server = serve(() => new Response("<html>slow down</html>", { status: 429 }));
    const outcome = await openGateway(twilioFile({ baseUrl: server.url.origin })).send(
      message,
      never,
    );
    await server.stop(true);
    const reason = "the gateway answered 429";
    expect(outcome).toEqual({ kind: "throttled", afterMs: 0, reason });
  });

  test("a code that is none is not quoted (invariant 10)", async () => {
    for (const code of ["+8801712345678", "041295", 8801712345678, { code: 21211 }]) {
      const reason = "the gateway answered 400";
      expect(await outcomeOf(400, { code })).toEqual({ kind: "retry", afterMs: 0, reason });
    }
  });
});

describe("Twilio in trouble", () => {
  test.each([500, 502, 504])("a message is unknown after %d", async (status) => {
    const reason = `the gateway answered ${status} with code 20500`;
    expect(await outcomeOf(status, { code: 20500 })).toEqual({ kind: "unknown", reason });
  });

  test("a page that calls itself a success is none", async () => {
    const server = serve(() => new Response("<!doctype html><title>Welcome</title>"));
    const outcome = await openGateway(twilioFile({ baseUrl: server.url.origin })).send(
      message,
      never,
    );
    await server.stop(true);
    const reason = "the gateway answered 200, and no id";
    expect(outcome).toEqual({ kind: "unknown", reason });
  });

  test("201 is enough where the rest breaks off, and the message goes under an id of ours", async () => {
    await using provider = await startRawProvider({
      onRequest: (socket) =>
        socket.end('HTTP/1.1 201 Created\r\ncontent-length: 99\r\n\r\n{"sid": "SM01'),
    });
    const baseUrl = new URL(provider.url).origin;
    const outcome = await openGateway(twilioFile({ baseUrl })).send(message, never);
    expect(outcome).toEqual({
      kind: "accepted",
      providerId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  test("a redirect is not followed, as it would carry the account's password along", async () => {
    const outcome = await outcomeOf(307, {}, { location: "https://elsewhere.example/" });
    const reason = "the gateway redirects, which is not followed";
    expect(outcome).toEqual({ kind: "refused", reason });
  });

  test("a request that is taken and not answered leaves everything open", async () => {
    await using provider = await startRawProvider({});
    const clock = new ManualClock();
    const file = twilioFile({ baseUrl: new URL(provider.url).origin, timeoutMs: 2_000 });
    const sending = openGateway(file, { clock }).send(message, never);
    await provider.requests(1);
    await clock.advance(2_000);
    expect(await sending).toEqual({ kind: "unknown", reason: "no answer within 2000 ms" });
  });
});
