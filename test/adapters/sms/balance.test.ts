import { describe, expect, test } from "bun:test";
import { checkBalance } from "../../../src/adapters/sms/open-gateway.ts";
import type { BalanceOutcome } from "../../../src/delivery/ports.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import {
  ANSWER_BYTES_MAX,
  gatewayFile,
  HTTP_BOUNDS,
  parsed,
  SECRETS,
  serve,
  smppFile,
  twilioFile,
} from "./make-gateway.ts";
import { startRawProvider } from "./raw-provider.ts";

const never = new AbortController().signal;

async function balanceOf(answer: Response, path = "account.left"): Promise<BalanceOutcome> {
  const server = serve(() => answer);
  const balance = { method: "GET", url: `${server.url}`, path };
  try {
    return await checkBalance(parsed(gatewayFile({ balance })), HTTP_BOUNDS, never);
  } finally {
    await server.stop(true);
  }
}

describe("The balance of an account", () => {
  test("is asked for as the file says, secrets included", async () => {
    const seen: (string | null)[] = [];
    const server = serve(async (request) => {
      const { pathname, search } = new URL(request.url);
      seen.push(
        request.method,
        pathname + search,
        request.headers.get("x-key"),
        await request.text(),
      );
      return new Response('{"account": {"left": 1234.50}}');
    });
    const balance = {
      url: `${server.url}left?key=\${GATEWAY_TOKEN}`,
      headers: { "x-key": "${REPORT_SECRET}" },
      body: { what: "balance" },
      path: "account.left",
    };
    const outcome = await checkBalance(parsed(gatewayFile({ balance })), HTTP_BOUNDS, never);
    await server.stop(true);
    // As the provider wrote it: a double would have dropped the last digit.
    expect(outcome).toEqual({ kind: "balance", text: "1234.50" });
    expect(seen).toEqual([
      "POST",
      "/left?key=s3cret%20%22%26%22%20token",
      `${SECRETS["REPORT_SECRET"]}`,
      '{"what":"balance"}',
    ]);
  });

  test("keeps the words of the provider", async () => {
    for (const left of ["১২৩ ৳", "1.234,50 EUR", "-3", "$12"]) {
      const outcome = await balanceOf(Response.json({ account: { left } }));
      expect(outcome).toEqual({ kind: "balance", text: left });
    }
  });

  test.each([
    ["another status", Response.json({ account: { left: 1 } }, { status: 401 }), "answered 401"],
    ["a page", new Response("<html>"), "answered 200, and no balance"],
    ["nothing at the path", Response.json({ account: {} }), "answered 200, and no balance"],
    ["more than an amount", Response.json({ account: { left: "<b>12</b>" } }), "no balance"],
    ["a long text", Response.json({ account: { left: "1".repeat(41) } }), "no balance"],
    ["a huge body", new Response(new Uint8Array(2 * ANSWER_BYTES_MAX)), "no balance"],
  ])("is not known from %s", async (_name, answer, reason) => {
    const outcome = await balanceOf(answer);
    expect(outcome).toEqual({ kind: "failed", reason: expect.stringContaining(reason) });
  });

  test("is not waited for longer than an answer", async () => {
    await using provider = await startRawProvider({});
    const clock = new ManualClock();
    const balance = { method: "GET", url: provider.url, path: "left" };
    const settings = parsed(gatewayFile({ balance, timeoutMs: 2_000 }));
    const asking = checkBalance(settings, { ...HTTP_BOUNDS, clock }, never);
    await provider.requests(1);
    await clock.advance(2_000);
    expect(await asking).toEqual({ kind: "failed", reason: "no answer within 2000 ms" });
  });

  test("of Twilio comes with its currency, and not at all for an account below another", async () => {
    const settings = twilioFile();
    const { accountSid } = JSON.parse(settings) as { readonly accountSid: string };
    const token = SECRETS["TWILIO_TOKEN"];
    const credentials = Buffer.from(`${accountSid}:${token}`).toString("base64");
    const answers = [
      { balance: "12.29", currency: "USD" },
      { balance: null, currency: null },
    ];
    const server = serve((request) => {
      expect(request.headers.get("authorization")).toBe(`Basic ${credentials}`);
      expect(new URL(request.url).pathname).toBe(`/2010-04-01/Accounts/${accountSid}/Balance.json`);
      return Response.json(answers.shift());
    });
    const twilio = parsed(twilioFile({ baseUrl: server.url.origin }));
    const outcomes = [
      await checkBalance(twilio, HTTP_BOUNDS, never),
      await checkBalance(twilio, HTTP_BOUNDS, never),
    ];
    await server.stop(true);
    expect(outcomes).toEqual([
      { kind: "balance", text: "12.29 USD" },
      { kind: "failed", reason: "the gateway answered 200, and no balance" },
    ]);
  });

  test("is nothing to be asked where the file has no question, nor over SMPP", async () => {
    expect(await checkBalance(parsed(gatewayFile()), HTTP_BOUNDS, never)).toEqual({
      kind: "failed",
      reason: "its file has no balance",
    });
    expect(await checkBalance(parsed(smppFile()), HTTP_BOUNDS, never)).toEqual({
      kind: "failed",
      reason: "SMPP has no question for it",
    });
  });
});
