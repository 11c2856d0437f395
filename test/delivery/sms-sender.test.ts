import { expect, test } from "bun:test";
import type { SmsRoute } from "../../src/delivery/gateway-route.ts";
import type { SmsMessage } from "../../src/delivery/ports.ts";
import type { FinalOutcome, SmsSenderLimits } from "../../src/delivery/sms-sender.ts";
import { SmsSender } from "../../src/delivery/sms-sender.ts";
import type { CodeOutbound } from "../../src/otp/ports.ts";
import { ManualClock } from "../support/manual-clock.ts";
import type { Answer } from "./make.ts";
import {
  accept,
  hang,
  inTurn,
  lose,
  makeDispatcher,
  phoneOf,
  refuse,
  Scripted,
  throttle,
} from "./make.ts";

const limits: SmsSenderLimits = {
  codeQueueCountMax: 100,
  codeWaitMsMax: 60_000,
  codeComeBackMs: 15_000,
  codeSendTriesMax: 4,
  codeRetryFirstMs: 1_000,
  codeRetryMaxMs: 8_000,
};
const OF_USE_MS = 120_000;

function setUp(
  answer: Answer<SmsMessage> = accept,
  {
    route = {},
    ...changes
  }: Partial<SmsSenderLimits> & { readonly route?: Partial<SmsRoute> } = {},
) {
  const clock = new ManualClock();
  const gateway = new Scripted(answer);
  const outcomes: FinalOutcome["kind"][] = [];
  const sender = new SmsSender({
    dispatcher: makeDispatcher(clock, gateway, { inFlightMax: 4, ...route }),
    clock,
    random: () => 1,
    limits: { ...limits, ...changes },
  });
  const offer = (id: number, ofUseMs = OF_USE_MS) =>
    sender.offer({
      phone: phoneOf(id),
      text: `code ${id}`,
      untilMs: clock.nowMs() + ofUseMs,
      onOutcome: ({ kind }) => outcomes.push(kind),
    });
  return { clock, gateway, outcomes, sender, offer };
}

test("a code goes out as it was offered, and its shard is told once", async () => {
  const { clock, gateway, outcomes, sender } = setUp();
  const outbound: CodeOutbound = sender;
  const answer = outbound.offer({
    phone: phoneOf(1),
    text: "the text",
    untilMs: clock.nowMs() + OF_USE_MS,
    onOutcome: ({ kind }) => outcomes.push(kind),
  });
  expect(answer).toEqual({ kind: "taken", waitMs: 0 });
  expect(outcomes).toEqual([]);
  await clock.advance(0);
  expect(gateway.sent).toEqual([{ to: phoneOf(1), text: "the text" }]);
  expect(outcomes).toEqual(["accepted"]);
  await clock.advance(600_000);
  expect(outcomes).toHaveLength(1);
});

test("a sender without a gateway refuses at once, with a time to come back", () => {
  const clock = new ManualClock();
  const dispatcher = makeDispatcher(clock, new Scripted(accept), {}, { routes: [] });
  const sender = new SmsSender({ dispatcher, clock, random: () => 1, limits });
  const message = { phone: phoneOf(1), text: "x", untilMs: clock.nowMs() + 1_000 };
  expect(sender.offer({ ...message, onOutcome: () => {} })).toEqual({
    kind: "refused",
    retryAfterMs: limits.codeComeBackMs,
  });
});

test("a code that would wait longer than a minute is refused until half of the wait is over", async () => {
  const { clock, outcomes, offer } = setUp(accept, { route: { segmentsPerS: 1 } });
  const answers = Array.from({ length: 80 }, (_, id) => offer(id));
  const takenCount = answers.filter(({ kind }) => kind === "taken").length;
  expect(takenCount).toBeGreaterThanOrEqual(59);
  expect(takenCount).toBeLessThanOrEqual(61);
  const refused = answers.at(-1);
  const retryAfterMs = refused?.kind === "refused" ? refused.retryAfterMs : 0;
  expect(retryAfterMs).toBeWithin(30_000, 32_000);
  await clock.advance(retryAfterMs);
  expect(offer(81).kind).toBe("taken");
  await clock.advance(70_000);
  expect(outcomes).toEqual(Array.from({ length: takenCount + 1 }, () => "accepted"));
});

test("sends at once are bounded, and so is everything held; more is refused (invariant 8)", async () => {
  const { clock, gateway, offer, sender } = setUp(hang);
  const answers = Array.from({ length: 150 }, (_, id) => offer(id));
  expect(answers.filter(({ kind }) => kind === "taken")).toHaveLength(100);
  await clock.advance(0);
  expect(gateway.inFlight).toBe(4);
  expect(sender.stats).toEqual({ dispatched: 100, backingOff: 0 });
});

test("messages that back off keep their place among those held", async () => {
  const { clock, offer, sender } = setUp(throttle, { codeQueueCountMax: 5 });
  for (let id = 0; id < 5; id += 1) offer(id);
  await clock.advance(0);
  expect(sender.stats).toEqual({ dispatched: 0, backingOff: 5 });
  expect(offer(6).kind).toBe("refused");
});

test("a gateway that throttles is tried again with growing waits, within the tries there are", async () => {
  const { clock, gateway, outcomes, offer } = setUp(throttle);
  offer(1);
  const sentAfterMs: number[] = [];
  for (const byMs of [0, 999, 1, 1_999, 1, 3_999, 1, 600_000]) {
    await clock.advance(byMs);
    sentAfterMs.push(gateway.sent.length);
  }
  expect(sentAfterMs).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  expect(outcomes).toEqual(["refused"]);
});

test("a gateway that recovers gets the code out", async () => {
  const { clock, outcomes, offer } = setUp(inTurn(throttle, throttle, accept));
  offer(1);
  await clock.advance(10_000);
  expect(outcomes).toEqual(["accepted"]);
});

test("a message that backs off leaves its place to the others", async () => {
  const patient: Answer<SmsMessage> = ({ text }) =>
    text === "code 0" ? { kind: "retry", afterMs: 60_000, reason: "later" } : accept();
  const { clock, outcomes, offer, sender } = setUp(patient, { route: { inFlightMax: 1 } });
  for (let id = 0; id < 10; id += 1) offer(id);
  await clock.advance(0);
  expect(outcomes).toEqual(Array.from({ length: 9 }, () => "accepted"));
  expect(sender.stats.backingOff).toBe(1);
});

test("no try begins after the time in which a code is of use", async () => {
  const tooPatient = () => ({ kind: "retry", afterMs: 120_000, reason: "later" }) as const;
  const { clock, gateway, outcomes, offer } = setUp(tooPatient);
  offer(1);
  await clock.advance(0);
  expect(outcomes).toEqual(["refused"]);
  expect(gateway.sent).toHaveLength(1);
});

test("a message that waited too long behind a stalled gateway is dropped, not sent late", async () => {
  const { clock, gateway, outcomes, offer } = setUp(hang, { route: { inFlightMax: 1 } });
  for (let id = 0; id < 5; id += 1) offer(id, 15_000);
  await clock.advance(60_000);
  expect(gateway.sent.length).toBeLessThan(5);
  expect(outcomes).toHaveLength(5);
  expect(outcomes.filter((kind) => kind === "refused").length).toBe(5 - gateway.sent.length);
});

test("a refusal is final", async () => {
  const { clock, gateway, outcomes, offer } = setUp(refuse);
  offer(1);
  await clock.advance(600_000);
  expect(outcomes).toEqual(["refused"]);
  expect(gateway.sent).toHaveLength(1);
});

test("an unknown is repeated once and no more", async () => {
  const { clock, gateway, outcomes, offer } = setUp(lose);
  offer(1);
  await clock.advance(600_000);
  expect(outcomes).toEqual(["unknown"]);
  expect(gateway.sent).toHaveLength(2);
});

test("a refusal after an unknown stays unknown: the first may have gone out", async () => {
  const { clock, outcomes, offer } = setUp(inTurn(lose, refuse));
  offer(1);
  await clock.advance(600_000);
  expect(outcomes).toEqual(["unknown"]);
});

test("a gateway that throws is unknown, and the sender goes on", async () => {
  const broken = () => {
    throw new Error("adapter at fault");
  };
  const { clock, outcomes, offer } = setUp(inTurn<SmsMessage>(broken, broken, accept));
  offer(1);
  await clock.advance(60_000);
  offer(2);
  await clock.advance(60_000);
  expect(outcomes).toEqual(["unknown", "accepted"]);
});

test("a gateway that never answers costs its timeout, not its place for ever", async () => {
  const { clock, gateway, outcomes, offer } = setUp(inTurn<SmsMessage>(hang, hang, accept), {
    route: { inFlightMax: 1 },
  });
  offer(1);
  await clock.advance(60_000);
  offer(2);
  await clock.advance(0);
  expect(gateway.sent).toHaveLength(3);
  expect(outcomes).toEqual(["unknown", "accepted"]);
});

test("a drain takes nothing more and ends when all have their outcome", async () => {
  const { clock, outcomes, offer, sender } = setUp(inTurn(throttle, accept));
  for (let id = 0; id < 20; id += 1) offer(id);
  const drained = sender.drain(new AbortController().signal);
  expect(offer(21).kind).toBe("refused");
  await clock.advance(10_000);
  await drained;
  expect(outcomes).toEqual(Array.from({ length: 20 }, () => "accepted"));
});

test("a drain of an idle sender is over at once", async () => {
  const { sender } = setUp();
  await sender.drain(new AbortController().signal);
  expect(sender.stats).toEqual({ dispatched: 0, backingOff: 0 });
});

test("a drain that is cut off still gives everyone an outcome: what may be out is unknown", async () => {
  const stalledOnce: Answer<SmsMessage> = ({ text }) => (text === "code 0" ? throttle() : hang());
  const { clock, outcomes, offer, sender } = setUp(stalledOnce);
  for (let id = 0; id < 10; id += 1) offer(id);
  await clock.advance(0);
  const deadline = new AbortController();
  const drained = sender.drain(deadline.signal);
  deadline.abort();
  await clock.advance(0);
  await drained;
  expect(outcomes.toSorted()).toEqual([
    ...Array.from({ length: 6 }, () => "refused" as const),
    ...Array.from({ length: 4 }, () => "unknown" as const),
  ]);
  expect(clock.timerCount).toBe(0);
});
