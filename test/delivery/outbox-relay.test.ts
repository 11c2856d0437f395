import { describe, expect, test } from "bun:test";
import { sleep } from "../../src/actor/clock.ts";
import type { OutboxStore, SendOutcome, SmsMessage } from "../../src/delivery/ports.ts";
import type { Answer } from "./make.ts";
import {
  accept,
  hang,
  lose,
  makeRow,
  phoneOf,
  refuse,
  throttle,
  UNLIMITED_SPENDING,
} from "./make.ts";
import { MAIL_COUNT_MAX, RelayWorld, relayLimits, SMS_COUNT_MAX } from "./relay-world.ts";

const SMS = "confirmation-sms";
const never = () => new AbortController().signal;

describe("Outcomes", () => {
  test("a registration is told by SMS and by mail with its PDF", async () => {
    const world = new RelayWorld();
    world.addRows(1);
    world.makeRelay().start();
    await world.clock.advance(0);
    expect(world.gateway.sent).toMatchObject([{ to: phoneOf(1) }]);
    expect(world.attachmentsSent()).toEqual([["tickets.pdf", "tickets.ics"]]);
    expect(world.store.channel(SMS, 1).result).toEqual({ kind: "sent", providerId: "scripted/p1" });
    expect(world.store.channel("mail", 1).state).toBe("sent");
    expect(world.settled).toHaveLength(2);
    expect(world.settled).toContainEqual([SMS, "sent"]);
    expect(world.settled).toContainEqual(["mail", "sent"]);
  });

  test("a refusal is failed for everyone to see, and never tried again", async () => {
    const world = new RelayWorld();
    world.gateway.answer = refuse;
    world.addRows(1);
    world.makeRelay().start();
    await world.clock.advance(3_600_000);
    expect(world.store.channel(SMS, 1)).toMatchObject({
      state: "failed",
      tries: 1,
      result: { kind: "failed", reason: "no such number" },
    });
    expect(world.gateway.sent).toHaveLength(1);
  });

  test("a throttled row waits longer each time up to the cap, then fails visibly", async () => {
    const world = new RelayWorld();
    world.addRows(1);
    const sentAtMs: number[] = [];
    const startMs = world.clock.nowMs();
    world.gateway.answer = () => {
      sentAtMs.push(world.clock.nowMs() - startMs);
      return throttle();
    };
    world.makeRelay().start();
    await world.clock.advance(600_000);
    expect(sentAtMs).toEqual([0, 2_000, 6_000, 14_000, 24_000]);
    expect(world.store.channel(SMS, 1)).toMatchObject({ state: "failed", tries: 5 });
  });

  test("a provider's own wait is honoured up to the cap", async () => {
    const world = new RelayWorld();
    world.gateway.answer = () => ({ kind: "retry", afterMs: 9_000, reason: "slow down" });
    world.addRows(1);
    world.makeRelay().start();
    await world.clock.advance(8_999);
    expect(world.gateway.sent).toHaveLength(1);
    await world.clock.advance(1_001);
    expect(world.gateway.sent).toHaveLength(2);
  });

  test("a confirmation whose fate is unknown is not sent again", async () => {
    const world = new RelayWorld();
    world.gateway.answer = lose;
    world.addRows(1);
    world.makeRelay().start();
    await world.clock.advance(3_600_000);
    expect(world.store.channel(SMS, 1).state).toBe("unknown");
    expect(world.gateway.sent).toHaveLength(1);
  });

  test("a provider's words are stored short and without control characters", async () => {
    const world = new RelayWorld();
    world.gateway.answer = () => ({ kind: "refused", reason: `bad\0\r\n${"x".repeat(5_000)}` });
    world.addRows(1);
    world.makeRelay().start();
    await world.clock.advance(0);
    const result = world.store.channel(SMS, 1).result;
    expect(result).toEqual({ kind: "failed", reason: `bad ${"x".repeat(196)}` });
  });
});

describe("At least once, and once while a lease lives", () => {
  test("a crash between send and settle sends again when the lease ends, not before", async () => {
    const world = new RelayWorld();
    world.addRows(3);
    world.makeRelay({}, world.crashingStore()).start();
    await world.clock.advance(0);
    expect(world.idsSentBySms()).toEqual([1, 2, 3]);

    world.makeRelay().start();
    await world.clock.advance(relayLimits.outboxLeaseMs - 1);
    expect(world.idsSentBySms()).toEqual([1, 2, 3]);
    await world.clock.advance(relayLimits.outboxPollMs + 1);
    expect(world.idsSentBySms()).toEqual([1, 2, 3, 1, 2, 3]);
    expect(world.store.countIn(SMS, "sent")).toBe(3);
  });

  test("a mail sent twice by a crash carries one Message-ID", async () => {
    const world = new RelayWorld();
    world.addRows(1);
    world.makeRelay({}, world.crashingStore()).start();
    await world.clock.advance(0);
    world.makeRelay().start();
    await world.clock.advance(relayLimits.outboxLeaseMs + relayLimits.outboxPollMs);
    expect(world.mailer.sent).toHaveLength(2);
    expect(world.mailer.sent[0]?.messageId).toBe(world.mailer.sent[1]?.messageId ?? "");
  });

  test("two relays alive at once send every row once", async () => {
    const world = new RelayWorld();
    world.addRows(200);
    world.makeRelay().start();
    world.makeRelay().start();
    await world.clock.advance(30_000);
    expect(world.idsSentBySms().toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    expect(world.mailer.sent).toHaveLength(200);
  });

  test("a claim whose answer comes when its lease is over sends nothing", async () => {
    const world = new RelayWorld();
    world.addRows(1);
    const released = Promise.withResolvers<void>();
    const slow = world.crashingStore();
    const relay = world.makeRelay(
      {},
      {
        ...slow,
        claim: async (lane, want) => {
          const items = await world.store.claim(lane, want);
          await released.promise;
          return items;
        },
      },
    );
    relay.start();
    await world.clock.advance(relayLimits.outboxLeaseMs);
    released.resolve();
    await world.clock.advance(0);
    expect(world.gateway.sent).toEqual([]);
    expect(world.mailer.sent).toEqual([]);
  });
});

describe("One row does not harm the others", () => {
  test("a poisonous row that fails before it is sent does not starve those behind it", async () => {
    const world = new RelayWorld();
    const poison = makeRow(1);
    const event = { ...poison.sheet.event, days: [{ day: 1, date: "no date", doorsAt: "" }] };
    world.store.add({ ...poison, sheet: { ...poison.sheet, event } });
    for (let id = 2; id <= 40; id += 1) world.store.add(makeRow(id));
    world.makeRelay().start();
    await world.clock.advance(600_000);
    expect(world.store.countIn("mail", "sent")).toBe(39);
    expect(world.store.channel("mail", 1)).toMatchObject({ state: "failed", tries: 5 });
    expect(world.faults).toEqual(Array.from({ length: 5 }, () => "mail delivery"));
  });

  test("a row that kills every process that sends it is given up", async () => {
    const world = new RelayWorld();
    world.addRows(1);
    for (let crash = 0; crash < relayLimits.outboxTriesMax; crash += 1) {
      await world.claimElsewhere(SMS, 1);
      await world.clock.advance(relayLimits.outboxLeaseMs);
    }
    world.makeRelay().start();
    await world.clock.advance(0);
    expect(world.gateway.sent).toEqual([]);
    expect(world.store.channel(SMS, 1).result).toEqual({ kind: "failed", reason: "given up" });
  });

  test("sends that stall hold the rest up for no longer than a poll", async () => {
    const world = new RelayWorld();
    const stalling: Answer<SmsMessage> = ({ to }) => (to <= phoneOf(6) ? hang() : accept());
    world.gateway.answer = stalling;
    world.addRows(20);
    world.makeRelay().start();
    await world.clock.advance(9_999);
    expect(world.store.countIn(SMS, "sent")).toBe(14);
    await world.clock.advance(1);
    expect(world.store.countIn(SMS, "unknown")).toBe(6);
  });

  test("a mailer that stalls does not touch the SMS lane", async () => {
    const world = new RelayWorld();
    world.mailer.answer = hang;
    world.addRows(300);
    world.makeRelay().start();
    await world.clock.advance(0);
    expect(world.store.countIn(SMS, "sent")).toBe(300);
    expect(world.mailer.sent).toHaveLength(MAIL_COUNT_MAX);
  });
});

describe("Bounds and hints", () => {
  test("a thousand rows drain, each once, never more at once than allowed (invariant 8)", async () => {
    const world = new RelayWorld();
    const late = async (): Promise<SendOutcome> => {
      await sleep(world.clock, 100);
      return accept();
    };
    world.gateway.answer = late;
    world.mailer.answer = late;
    world.addRows(1_000);
    world.makeRelay().start();
    await world.clock.advance(60_000);
    expect(world.store.countIn(SMS, "sent")).toBe(1_000);
    expect(world.store.countIn("mail", "sent")).toBe(1_000);
    expect(new Set(world.idsSentBySms()).size).toBe(1_000);
    expect(world.gateway.sent).toHaveLength(1_000);
    expect(world.gateway.inFlightMax).toBe(SMS_COUNT_MAX);
    expect(world.mailer.inFlightMax).toBe(MAIL_COUNT_MAX);
  });

  test("claims smaller than the lane fill it all the same", async () => {
    const world = new RelayWorld();
    world.gateway.answer = hang;
    world.addRows(20);
    world.makeRelay({ outboxClaimCountMax: 2 }).start();
    await world.clock.advance(relayLimits.outboxPollMs);
    expect(world.gateway.inFlight).toBe(SMS_COUNT_MAX);
  });

  test("what finishes while results are written down is written down next", async () => {
    const world = new RelayWorld();
    const sendsMs = [0, 0, 0, 0, 50, 50, 50, 50];
    world.gateway.answer = async () => {
      await sleep(world.clock, sendsMs.shift() ?? 0);
      return accept();
    };
    const slow: OutboxStore = {
      claim: (lane, want) => world.store.claim(lane, want),
      setPaused: (lane, isPaused) => world.store.setPaused(lane, isPaused),
      settle: async (lane, results) => {
        const written = [...results];
        await sleep(world.clock, 100);
        await world.store.settle(lane, written);
      },
    };
    world.addRows(8);
    world.makeRelay({}, slow).start();
    await world.clock.advance(1_000);
    expect(world.store.countIn(SMS, "sent")).toBe(8);
    expect(world.gateway.sent).toHaveLength(8);
  });

  test("an empty outbox is asked once a poll and lane", async () => {
    const world = new RelayWorld();
    world.makeRelay().start();
    await world.clock.advance(10_000);
    expect(world.store.claimCalls).toBe(22);
  });

  test("a hint sends within 50 ms, also one that comes while a claim is under way", async () => {
    const world = new RelayWorld();
    const relay = world.makeRelay();
    relay.start();
    world.store.add(makeRow(1));
    relay.wake();
    await world.clock.advance(50);
    expect(world.idsSentBySms()).toEqual([1]);
    world.store.add(makeRow(2));
    await world.clock.advance(50);
    expect(world.idsSentBySms()).toEqual([1]);
    relay.wake();
    await world.clock.advance(50);
    expect(world.idsSentBySms()).toEqual([1, 2]);
  });

  test("hints that come together are one claim of each lane", async () => {
    const world = new RelayWorld();
    const relay = world.makeRelay();
    relay.start();
    await world.clock.advance(0);
    const before = world.store.claimCalls;
    for (let count = 0; count < 40; count += 1) {
      relay.wake();
      await world.clock.advance(1);
    }
    expect(world.store.claimCalls).toBe(before);
    await world.clock.advance(60);
    expect(world.store.claimCalls).toBe(before + 2);
  });

  test("without a hint the poll finds the rows", async () => {
    const world = new RelayWorld();
    world.makeRelay().start();
    await world.clock.advance(0);
    world.addRows(3);
    await world.clock.advance(relayLimits.outboxPollMs);
    expect(world.store.countIn(SMS, "sent")).toBe(3);
  });

  test("a paused lane sends nothing while the other goes on, and resumes", async () => {
    const world = new RelayWorld();
    world.addRows(10);
    await world.store.setPaused("mail", true);
    world.makeRelay().start();
    await world.clock.advance(60_000);
    expect(world.mailer.sent).toEqual([]);
    expect(world.store.countIn(SMS, "sent")).toBe(10);
    await world.store.setPaused("mail", false);
    await world.clock.advance(relayLimits.outboxPollMs);
    expect(world.store.countIn("mail", "sent")).toBe(10);
  });

  test("while nothing may be spent confirmations wait without costing a try, for a day if need be", async () => {
    const world = new RelayWorld();
    const dayMs = 24 * 3_600_000;
    const resumesAtMs = world.clock.nowMs() + dayMs;
    world.spending = {
      ...UNLIMITED_SPENDING,
      take: (share, cost) =>
        world.clock.nowMs() < resumesAtMs
          ? { kind: "spent", resumesAtMs }
          : UNLIMITED_SPENDING.take(share, cost),
    };
    world.addRows(30);
    world.makeRelay().start();
    await world.clock.advance(dayMs - 1);
    expect(world.gateway.sent).toEqual([]);
    await world.clock.advance(60_000);
    expect(world.store.countIn(SMS, "sent")).toBe(30);
    expect(world.store.channel(SMS, 1).tries).toBeLessThanOrEqual(3);
  });

  test("a database that is away is asked again with growing waits, and met again", async () => {
    const world = new RelayWorld();
    world.addRows(5);
    world.store.isAway = true;
    world.makeRelay().start();
    await world.clock.advance(60_000);
    expect(world.faults.length).toBeGreaterThan(4);
    expect(world.faults.length).toBeLessThan(20);
    world.store.isAway = false;
    await world.clock.advance(30_000);
    expect(world.store.countIn(SMS, "sent")).toBe(5);
    expect(world.store.countIn("mail", "sent")).toBe(5);
  });

  test("results that the database would not take are kept, and no more is sent meanwhile", async () => {
    const world = new RelayWorld();
    world.gateway.answer = () => {
      world.store.isAway = true;
      return accept();
    };
    world.addRows(50);
    const relay = world.makeRelay();
    relay.start();
    await world.clock.advance(20_000);
    expect(world.gateway.sent).toHaveLength(SMS_COUNT_MAX);
    expect(relay.stats[0]).toEqual({ lane: SMS, inFlight: 0, unsettled: 8 });
    world.gateway.answer = accept;
    world.store.isAway = false;
    await world.clock.advance(30_000);
    expect(world.gateway.sent).toHaveLength(50);
    expect(world.store.countIn(SMS, "sent")).toBe(50);
  });
});

describe("Draining", () => {
  test("what is under way is finished and written down, the rest is left", async () => {
    const world = new RelayWorld();
    const answers: (() => void)[] = [];
    const onDemand = () =>
      new Promise<SendOutcome>((resolve) => answers.push(() => resolve(accept())));
    world.gateway.answer = onDemand;
    world.mailer.answer = onDemand;
    world.addRows(100);
    const relay = world.makeRelay();
    relay.start();
    await world.clock.advance(0);
    const drained = relay.drain(never());
    for (const answer of answers) answer();
    await drained;
    expect(world.store.countIn(SMS, "sent")).toBe(8);
    expect(world.store.countIn("mail", "sent")).toBe(4);
    expect(world.gateway.sent).toHaveLength(8);
    expect(await world.claimElsewhere(SMS, 100)).toHaveLength(92);
    expect(world.clock.timerCount).toBe(0);
  });

  test("an idle relay drains at once, and one that never started too", async () => {
    const world = new RelayWorld();
    const relay = world.makeRelay();
    relay.start();
    await world.clock.advance(500);
    await relay.drain(never());
    await world.makeRelay().drain(never());
    expect(world.clock.timerCount).toBe(0);
  });

  test("a drain that is cut off leaves mails to the next life and does not guess about SMS", async () => {
    const world = new RelayWorld();
    world.gateway.answer = hang;
    world.mailer.answer = hang;
    world.addRows(2);
    const relay = world.makeRelay();
    relay.start();
    await world.clock.advance(0);
    const deadline = new AbortController();
    const drained = relay.drain(deadline.signal);
    deadline.abort();
    await world.clock.advance(0);
    await drained;
    expect(world.store.countIn(SMS, "unknown")).toBe(2);
    expect(world.store.channel("mail", 1)).toMatchObject({
      state: "queued",
      result: { kind: "retry" },
    });
  });

  test("a drain that is cut off does not wait for a database that is away", async () => {
    const world = new RelayWorld();
    world.addRows(2);
    const relay = world.makeRelay();
    world.gateway.answer = () => {
      world.store.isAway = true;
      return accept();
    };
    relay.start();
    await world.clock.advance(5_000);
    const deadline = new AbortController();
    const drained = relay.drain(deadline.signal);
    deadline.abort();
    await world.clock.advance(0);
    await drained;
    expect(relay.stats[0]).toEqual({ lane: SMS, inFlight: 0, unsettled: 0 });
    expect(world.store.channel(SMS, 1).state).toBe("queued");
  });
});
