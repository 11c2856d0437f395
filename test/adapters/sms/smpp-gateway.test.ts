import { describe, expect, test } from "bun:test";
import type { Phone } from "../../../src/attendee/phone.ts";
import type { SmsOutcome } from "../../../src/delivery/ports.ts";
import { smsGatewayContract } from "../../contract/sms-gateway.contract.ts";
import type { SubmitAnswer } from "../../support/smsc.ts";
import { openSmsc } from "../../support/smsc.ts";
import { COMMAND, deliverBody, tlv } from "../../support/smsc-pdu.ts";
import { boundSmppGateway, makeSmppGateway, never, sms, until } from "./smpp-make-gateway.ts";

smsGatewayContract("The SMPP gateway", async () => {
  const smsc = await openSmsc({
    onSubmit: ({ to }) => (to === "999" ? { kind: "status", status: 0x0b } : { kind: "accept" }),
  });
  const { gateway } = await boundSmppGateway(smsc.port);
  return {
    gateway,
    received: async () => smsc.received(),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await smsc[Symbol.asyncDispose]();
    },
  };
});

/** Three parts. */
const LONG_TEXT = "নিবন্ধন সম্পন্ন 🎫 ".repeat(10);

async function outcomeOf(answer: SubmitAnswer): Promise<SmsOutcome> {
  await using smsc = await openSmsc({ onSubmit: () => answer });
  await using made = await boundSmppGateway(smsc.port);
  return await made.gateway.send(sms(1), never());
}

describe("The SMPP gateway and what an SMSC answers", () => {
  test("binds as a transceiver of version 3.4, under its account", async () => {
    await using smsc = await openSmsc();
    await using made = await boundSmppGateway(smsc.port, { settings: { systemType: "BULK" } });
    expect(smsc.binds).toEqual([
      { systemId: "mela", password: "s3cret", systemType: "BULK", interfaceVersion: 0x34 },
    ]);
    expect(made.events).toEqual([{ kind: "bound" }]);
  });

  test("submits from its sender to an international number, asking for a receipt and no late delivery", async () => {
    await using smsc = await openSmsc();
    await using made = await boundSmppGateway(smsc.port, { settings: { validityMs: 93_784_500 } });
    const outcome = await made.gateway.send(sms(1), never());
    expect(outcome).toEqual({ kind: "accepted", providerId: "m-1" });
    const [submit] = smsc.submits;
    expect(submit?.source).toBe("MELA");
    expect([submit?.sourceTon, submit?.sourceNpi]).toEqual([5, 0]);
    expect(submit?.to).toBe("8801712000001");
    expect(submit?.validityPeriod).toBe("000001020305000R");
    expect([submit?.registeredDelivery, submit?.esmClass, submit?.dataCoding]).toEqual([1, 0, 0]);
  });

  test("leaves out what it is not set to ask for", async () => {
    await using smsc = await openSmsc();
    const settings = { validityMs: null, registeredDelivery: false };
    await using made = await boundSmppGateway(smsc.port, { settings });
    await made.gateway.send(sms(1), never());
    expect(smsc.submits[0]?.validityPeriod).toBe("");
    expect(smsc.submits[0]?.registeredDelivery).toBe(0);
  });

  test.each([
    [0x01, "refused", "ESME_RINVMSGLEN"],
    [0x0b, "refused", "ESME_RINVDSTADR"],
    [0x40, "refused", "ESME_RINVDESTFLAG"],
    [0x50, "refused", "ESME_RINVDSTTON"],
    [0x51, "refused", "ESME_RINVDSTNPI"],
    [0x14, "throttled", "ESME_RMSGQFUL"],
    [0x58, "throttled", "ESME_RTHROTTLED"],
    [0x08, "unknown", "ESME_RSYSERR"],
    [0xff, "unknown", "ESME_RUNKNOWNERR"],
    [0x0a, "retry", "status 0x0a"],
    [0x45, "retry", "status 0x45"],
    [0x40b, "retry", "status 0x40b"],
  ])("status %i is %s: %s", async (status, kind, words) => {
    const reason = `the SMSC answered ${words}`;
    const wait = kind === "retry" || kind === "throttled" ? { afterMs: 0 } : {};
    const expected = { kind, ...wait, reason };
    expect(await outcomeOf({ kind: "status", status })).toEqual(expected as SmsOutcome);
    expect(await outcomeOf({ kind: "nack", status })).toEqual(expected as SmsOutcome);
  });

  test("takes a generic_nack without a reason for no yes", async () => {
    expect((await outcomeOf({ kind: "nack", status: 0 })).kind).toBe("retry");
  });

  test("makes an id where the SMSC gives none", async () => {
    const first = await outcomeOf({ kind: "accept", messageId: "" });
    expect(first).toEqual({
      kind: "accepted",
      providerId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test("gives each send its own answer, in whatever order and however often they come", async () => {
    await using smsc = await openSmsc({ onSubmit: () => ({ kind: "silence" }) });
    await using made = await boundSmppGateway(smsc.port);
    const sends = Array.from({ length: 50 }, (_, index) => made.gateway.send(sms(index), never()));
    await smsc.until(({ submits }) => submits.length === 50);
    for (const submit of smsc.submits.toReversed()) {
      smsc.answer(submit, { kind: "accept", messageId: `id of ${submit.to}` });
      smsc.answer(submit, { kind: "status", status: 0x0b });
    }
    const expected = sends.map((_, index) => {
      return { kind: "accepted", providerId: `id of ${sms(index).to.slice(1)}` };
    });
    expect(await Promise.all(sends)).toEqual(expected as SmsOutcome[]);
  });

  test("answers throttled beyond its window, of which nothing goes out, until an answer frees a place", async () => {
    await using smsc = await openSmsc({ onSubmit: () => ({ kind: "silence" }) });
    await using made = await boundSmppGateway(smsc.port, { settings: { windowMax: 2 } });
    const sends = [1, 2].map((index) => made.gateway.send(sms(index), never()));
    const full = { kind: "throttled", afterMs: 0, reason: "the window is full" } as const;
    expect(await made.gateway.send(sms(3), never())).toEqual(full);
    await smsc.until(({ submits }) => submits.length === 2);
    for (const submit of smsc.submits) smsc.answer(submit, { kind: "accept" });
    await Promise.all(sends);
    const next = made.gateway.send(sms(4), never());
    await smsc.until(({ submits }) => submits.length === 3);
    for (const submit of smsc.submits) smsc.answer(submit, { kind: "accept" });
    expect((await next).kind).toBe("accepted");
    expect(smsc.submits.map(({ to }) => to)).not.toContain(sms(3).to.slice(1));
  });

  test("hears of each message above the contracted rate that it was not taken", async () => {
    await using smsc = await openSmsc({ segmentsPerS: 20, burstCountMax: 20 });
    await using made = await boundSmppGateway(smsc.port);
    const sends = Array.from({ length: 60 }, (_, index) => made.gateway.send(sms(index), never()));
    const kinds = (await Promise.all(sends)).map(({ kind }) => kind);
    const acceptedCount = kinds.filter((kind) => kind === "accepted").length;
    expect(acceptedCount).toBeWithin(20, 40);
    expect(kinds.filter((kind) => kind === "throttled")).toHaveLength(60 - acceptedCount);
    expect(smsc.acceptedSegmentCount).toBe(acceptedCount);
  });
});

describe("The SMPP gateway and long texts", () => {
  test("arrive whole, however many are on their way to one phone", async () => {
    await using smsc = await openSmsc({ delayMs: 1 });
    await using made = await boundSmppGateway(smsc.port);
    const texts = Array.from({ length: 100 }, (_, index) => `${index} ${LONG_TEXT}€{}`);
    texts.push("[€] ".repeat(60));
    const outcomes = await Promise.all(
      texts.map((text) => made.gateway.send({ to: "+8801712345678" as Phone, text }, never())),
    );
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(["accepted"]));
    const received = smsc.received().map(({ text }) => text);
    expect(received.toSorted()).toEqual(texts.toSorted());
    expect(smsc.submits.every(({ esmClass }) => esmClass === 0x40)).toBe(true);
  });

  test("are refused with their first part, and nothing else goes out", async () => {
    await using smsc = await openSmsc({ onSubmit: () => ({ kind: "status", status: 0x0b }) });
    await using made = await boundSmppGateway(smsc.port);
    expect((await made.gateway.send(sms(1, LONG_TEXT), never())).kind).toBe("refused");
    expect(smsc.submits).toHaveLength(1);
  });

  test("are unknown when a later part is refused, for some of it may be read", async () => {
    await using smsc = await openSmsc({
      onSubmit: ({ part }) =>
        part?.number === 2 ? { kind: "status", status: 0x0b } : { kind: "accept" },
    });
    await using made = await boundSmppGateway(smsc.port);
    expect(await made.gateway.send(sms(1, LONG_TEXT), never())).toEqual({
      kind: "unknown",
      reason: "part 2 of 3: the SMSC answered ESME_RINVDSTADR",
    });
    expect(smsc.submits).toHaveLength(2);
  });

  test("wait a little when a later part is throttled, so that the first was not for nothing", async () => {
    let throttleCount = 0;
    await using smsc = await openSmsc({
      onSubmit({ part }) {
        if (part?.number !== 3 || throttleCount === 1) return { kind: "accept" };
        throttleCount += 1;
        return { kind: "status", status: 0x58 };
      },
    });
    await using made = await boundSmppGateway(smsc.port);
    const outcome = await made.gateway.send(sms(1, LONG_TEXT), never());
    expect(outcome).toEqual({ kind: "accepted", providerId: "m-1" });
    expect(smsc.received()).toEqual([sms(1, LONG_TEXT)]);
    expect(smsc.submits).toHaveLength(4);
  });

  test("are throttled as a whole when the first part is", async () => {
    await using smsc = await openSmsc({ onSubmit: () => ({ kind: "status", status: 0x58 }) });
    await using made = await boundSmppGateway(smsc.port);
    expect((await made.gateway.send(sms(1, LONG_TEXT), never())).kind).toBe("throttled");
    expect(smsc.submits).toHaveLength(1);
  });

  test("are refused beyond what a header can count", async () => {
    await using smsc = await openSmsc();
    await using made = await boundSmppGateway(smsc.port);
    expect(await made.gateway.send(sms(1, "ক".repeat(67 * 255 + 1)), never())).toEqual({
      kind: "refused",
      reason: "the text is too long",
    });
    expect(smsc.submits).toEqual([]);
  });
});

describe("The SMPP gateway and receipts", () => {
  const receipt = (id: string, state: string) =>
    deliverBody(
      `id:${id} sub:001 dlvrd:001 submit date:2611230815 done date:2611230816 stat:${state} err:000 text:`,
    );

  test("are reported in any order, once each, and every one is answered", async () => {
    await using smsc = await openSmsc();
    await using made = await boundSmppGateway(smsc.port);
    for (const index of [1, 2, 3]) await made.gateway.send(sms(index), never());
    const bodies = [
      receipt("m-3", "UNDELIV"),
      receipt("m-1", "DELIVRD"),
      receipt("m-3", "UNDELIV"),
    ];
    bodies.push(receipt("m-2", "ENROUTE"), receipt("m-2", "EXPIRED"));
    bodies.forEach((body, index) => smsc.say(COMMAND.deliver, { sequence: 70 + index, body }));
    await smsc.until(({ pdus }) => pdus.length === bodies.length);
    expect(made.reports).toEqual([
      { providerId: "m-3", state: "failed" },
      { providerId: "m-1", state: "delivered" },
      { providerId: "m-2", state: "failed" },
    ]);
    const answers = smsc.pdus.map(({ command, status, sequence }) => [command, status, sequence]);
    expect(answers).toEqual(bodies.map((_, index) => [COMMAND.deliverAnswer, 0, 70 + index]));
  });

  test("are read from the fields made for them, with or without their final NUL", async () => {
    await using smsc = await openSmsc();
    await using made = await boundSmppGateway(smsc.port);
    for (const index of [1, 2]) await made.gateway.send(sms(index), never());
    const delivered = tlv(0x0427, Uint8Array.of(2));
    for (const id of ["m-1\0", "m-2"]) {
      const tlvs = Buffer.concat([tlv(0x001e, id), delivered]);
      smsc.say(COMMAND.deliver, { sequence: 7, body: deliverBody("", { tlvs }) });
    }
    const tlvs = tlv(0x0424, "id:m-1 stat:DELIVRD");
    smsc.say(COMMAND.deliver, { sequence: 8, body: deliverBody("", { tlvs }) });
    await smsc.until(({ pdus }) => pdus.length === 3);
    expect(made.reports.map(({ providerId }) => providerId)).toEqual(["m-1", "m-2"]);
  });

  test("are found in a payload, with an id that GSM-7 would spell otherwise", async () => {
    await using smsc = await openSmsc({ onSubmit: () => ({ kind: "accept", messageId: "a_1@x" }) });
    await using made = await boundSmppGateway(smsc.port);
    await made.gateway.send(sms(1), never());
    const tlvs = tlv(0x0424, "id:a_1@x sub:001 stat:DELIVRD");
    smsc.say(COMMAND.deliver, { sequence: 8, body: deliverBody("", { tlvs }) });
    await until(() => made.reports.length === 1);
    expect(made.reports).toEqual([{ providerId: "a_1@x", state: "delivered" }]);
  });

  test("that overtake the answer are reported by the id it gives, once it has come", async () => {
    await using smsc = await openSmsc({ onSubmit: () => ({ kind: "silence" }) });
    const settings = { responseTimeoutMs: 300 };
    await using made = await boundSmppGateway(smsc.port, { settings });
    const sending = made.gateway.send(sms(1), never());
    await smsc.until(({ submits }) => submits.length === 1);
    smsc.say(COMMAND.deliver, { sequence: 7, body: receipt("0000000163", "DELIVRD") });
    await smsc.until(({ pdus }) => pdus.length === 1);
    for (const submit of smsc.submits) smsc.answer(submit, { kind: "accept", messageId: "00A3" });
    expect(await sending).toEqual({ kind: "accepted", providerId: "00A3" });
    await until(() => made.reports.length === 1);
    expect(made.reports).toEqual([{ providerId: "00A3", state: "delivered" }]);
  });

  test("a text from a phone is answered, and is no report", async () => {
    await using smsc = await openSmsc();
    await using made = await boundSmppGateway(smsc.port);
    await made.gateway.send(sms(1), never());
    const body = deliverBody("id:m-1 stat:DELIVRD", { esmClass: 0 });
    smsc.say(COMMAND.deliver, { sequence: 7, body });
    await smsc.until(({ pdus }) => pdus.length === 1);
    expect(made.reports).toEqual([]);
  });
});

test("a gateway that was never started binds at its first send, which may be tried again", async () => {
  await using smsc = await openSmsc();
  await using made = makeSmppGateway(smsc.port);
  const outcome = await made.gateway.send(sms(1), never());
  expect(outcome).toEqual({ kind: "retry", afterMs: 1_000, reason: "no session is bound" });
  await until(() => made.events.length === 1);
  expect((await made.gateway.send(sms(1), never())).kind).toBe("accepted");
  expect(smsc.binds).toHaveLength(1);
});

test("a thousand codes through a window of fifty reach the SMSC once each", async () => {
  await using smsc = await openSmsc();
  await using made = await boundSmppGateway(smsc.port, { settings: { windowMax: 50 } });
  const indices = Array.from({ length: 1_000 }, (_, index) => index);
  const queue = indices.values();
  const drain = async () => {
    for (const index of queue) {
      expect((await made.gateway.send(sms(index), never())).kind).toBe("accepted");
    }
  };
  await Promise.all(Array.from({ length: 50 }, drain));
  const received = smsc.received().map(({ to }) => to);
  expect(received.toSorted()).toEqual(indices.map((index) => sms(index).to));
});
