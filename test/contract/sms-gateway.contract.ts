import { describe, expect, test } from "bun:test";
import type { Phone } from "../../src/attendee/phone.ts";
import type { SmsGateway, SmsMessage } from "../../src/delivery/ports.ts";

/** A gateway in front of a provider that refuses `+999` and takes every other number. */
export interface SmsGatewayHarness extends AsyncDisposable {
  readonly gateway: SmsGateway;
  /** What the provider has taken, in any order. */
  received(): Promise<readonly SmsMessage[]>;
}

/** What every SMS gateway promises, however its provider spells it. */
export function smsGatewayContract(name: string, make: () => Promise<SmsGatewayHarness>): void {
  describe(`${name} keeps the SmsGateway contract`, () => {
    test("a good number is accepted with an id to trace it by", async () => {
      await using harness = await make();
      const outcome = await harness.gateway.send(sms(1), never());
      expect(outcome).toEqual({ kind: "accepted", providerId: expect.stringMatching(/./) });
    });

    test("number and text arrive as they were given, in any script", async () => {
      await using harness = await make();
      const message = { ...sms(1), text: "নিবন্ধন ✓ é\n@tickets.example #123456" };
      await harness.gateway.send(message, never());
      expect(await harness.received()).toEqual([message]);
    });

    test("a number the provider refuses is a value, and nothing goes out", async () => {
      await using harness = await make();
      const outcome = await harness.gateway.send({ to: "+999" as Phone, text: "x" }, never());
      expect(outcome).toEqual({ kind: "refused", reason: expect.stringMatching(/./) });
      expect(await harness.received()).toEqual([]);
    });

    test("a signal aborted before the send stops it, and the outcome allows another try", async () => {
      await using harness = await make();
      const outcome = await harness.gateway.send(sms(1), AbortSignal.abort());
      expect(outcome.kind).toBeOneOf(["retry", "unknown"]);
      expect(await harness.received()).toEqual([]);
    });

    test("a signal that aborts on the way ends in an outcome that claims no refusal", async () => {
      await using harness = await make();
      const controller = new AbortController();
      const sending = harness.gateway.send(sms(1), controller.signal);
      controller.abort();
      expect((await sending).kind).toBeOneOf(["accepted", "retry", "unknown"]);
    });

    test("a hundred sends at once give a hundred ids", async () => {
      await using harness = await make();
      const messages = Array.from({ length: 100 }, (_, index) => sms(index));
      const outcomes = await Promise.all(
        messages.map((message) => harness.gateway.send(message, never())),
      );
      const ids = outcomes.map((outcome) => outcome.kind === "accepted" && outcome.providerId);
      expect(ids).not.toContain(false);
      expect(new Set(ids).size).toBe(100);
      const received = (await harness.received()).map(({ to }) => to);
      expect(received.toSorted()).toEqual(messages.map(({ to }) => to).toSorted());
    });
  });
}

function sms(index: number): SmsMessage {
  return { to: `+880171${2_000_000 + index}` as Phone, text: `message ${index}` };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
