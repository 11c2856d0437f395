import { expect, test } from "bun:test";
import { sleep } from "../../src/actor/clock.ts";
import type { Mail, RenderOutcome } from "../../src/delivery/ports.ts";
import { accept, hang, inTurn, lose, makeRow, refuse } from "./make.ts";
import { MAIL_COUNT_MAX, RelayWorld, relayLimits } from "./relay-world.ts";

function setUp(): RelayWorld {
  const world = new RelayWorld();
  world.addRows(1);
  return world;
}

const rendered: RenderOutcome = { kind: "rendered", pdf: new Uint8Array([1]) };

test("a mail whose fate is unknown is sent once more with the same Message-ID", async () => {
  const world = setUp();
  world.mailer.answer = inTurn<Mail>(lose, accept);
  world.makeRelay().start();
  await world.clock.advance(relayLimits.outboxRetryFirstMs);
  expect(world.store.channel("mail", 1)).toMatchObject({ state: "sent", tries: 1 });
  const ids = world.mailer.sent.map(({ messageId }) => messageId);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

test("a mail that is unknown twice stays unknown and is not sent a third time", async () => {
  const world = setUp();
  world.mailer.answer = lose;
  world.makeRelay().start();
  await world.clock.advance(3_600_000);
  expect(world.store.channel("mail", 1)).toMatchObject({ state: "unknown", tries: 1 });
  expect(world.mailer.sent).toHaveLength(2);
});

test("both tries of a mail server that hangs are over when the lease ends", async () => {
  const world = setUp();
  const signals: AbortSignal[] = [];
  world.mailer.answer = (_, signal) => {
    signals.push(signal);
    return hang();
  };
  world.render = async () => {
    await sleep(world.clock, relayLimits.renderTimeoutMs - 1);
    return rendered;
  };
  world.makeRelay().start();
  await world.clock.advance(relayLimits.outboxLeaseMs - 1);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(world.store.channel("mail", 1)).toMatchObject({ state: "unknown", tries: 1 });
});

test("a refused mail is failed with its reason", async () => {
  const world = setUp();
  world.mailer.answer = refuse;
  world.makeRelay().start();
  await world.clock.advance(3_600_000);
  expect(world.store.channel("mail", 1)).toMatchObject({ state: "failed", tries: 1 });
});

test("a busy renderer is waited for without costing the mail a try", async () => {
  const world = setUp();
  let rendersLeft = 100;
  world.render = () => {
    rendersLeft -= 1;
    return rendersLeft > 0 ? { kind: "busy", retryAfterMs: 200 } : rendered;
  };
  world.makeRelay().start();
  await world.clock.advance(20_000);
  expect(world.store.channel("mail", 1)).toMatchObject({ state: "sent", tries: 1 });
  expect(world.attachmentsSent()).toEqual([["tickets.pdf", "tickets.ics"]]);
});

test("a renderer that is busy at first sight of the stop leaves the mail to the next life", async () => {
  const world = setUp();
  world.render = () => ({ kind: "busy", retryAfterMs: 200 });
  const relay = world.makeRelay();
  relay.start();
  await world.clock.advance(1_000);
  const drained = relay.drain(AbortSignal.abort());
  await world.clock.advance(0);
  await drained;
  expect(world.store.channel("mail", 1)).toMatchObject({ state: "queued", tries: 1 });
  expect(world.mailer.sent).toEqual([]);
});

test("a renderer that is busy for good lets the mail go with its link alone in the end", async () => {
  const world = setUp();
  world.render = () => ({ kind: "busy", retryAfterMs: 2_000 });
  world.makeRelay({ outboxTriesMax: 12 }).start();
  await world.clock.advance(3_600_000);
  expect(world.store.channel("mail", 1)).toMatchObject({ state: "sent", tries: 8 });
  expect(world.attachmentsSent()).toEqual([["tickets.ics"]]);
});

test("a stop while the ticket is rendered sends nothing, not even the link alone", async () => {
  const world = setUp();
  for (let crash = 0; crash < 3; crash += 1) {
    await world.claimElsewhere("mail", 1);
    await world.clock.advance(relayLimits.outboxLeaseMs);
  }
  world.render = () => new Promise(() => {});
  const relay = world.makeRelay();
  relay.start();
  await world.clock.advance(0);
  const drained = relay.drain(AbortSignal.abort());
  await world.clock.advance(0);
  await drained;
  expect(world.mailer.sent).toEqual([]);
  expect(world.store.channel("mail", 1)).toMatchObject({ state: "queued", tries: 4 });
});

test("an unknown is not repeated past the lease", async () => {
  const world = setUp();
  world.mailer.answer = hang;
  world.makeRelay({ outboxLeaseMs: 66_000 }).start();
  await world.clock.advance(3_600_000);
  expect(world.mailer.sent).toHaveLength(1);
  expect(world.store.channel("mail", 1).state).toBe("unknown");
});

test("a ticket that cannot be rendered goes with its link alone at the third try", async () => {
  const world = setUp();
  world.render = () => ({ kind: "failed", reason: "worker died" });
  world.makeRelay().start();
  await world.clock.advance(3_000);
  expect(world.mailer.sent).toEqual([]);
  await world.clock.advance(60_000);
  expect(world.store.channel("mail", 1)).toMatchObject({ state: "sent", tries: 3 });
  expect(world.attachmentsSent()).toEqual([["tickets.ics"]]);
  expect(world.mailer.sent[0]?.text).toContain("https://tickets.example/t/");
});

test("a renderer that throws, or never answers, is one that failed", async () => {
  const world = setUp();
  let rendersCount = 0;
  world.render = () => {
    rendersCount += 1;
    if (rendersCount === 1) throw new Error("pool is gone");
    return rendersCount === 2 ? new Promise(() => {}) : rendered;
  };
  world.makeRelay().start();
  await world.clock.advance(60_000);
  expect(world.store.channel("mail", 1)).toMatchObject({ state: "sent", tries: 3 });
  expect(world.attachmentsSent()).toEqual([["tickets.pdf", "tickets.ics"]]);
});

test("an address that refuses mail fails its mail without rendering, and its SMS goes out all the same", async () => {
  const world = new RelayWorld();
  world.addRows(2);
  world.store.suppress(makeRow(1).email);
  let rendersCount = 0;
  world.render = () => {
    rendersCount += 1;
    return rendered;
  };
  world.makeRelay().start();
  await world.clock.advance(1_000);
  expect(world.store.channel("mail", 1)).toMatchObject({
    state: "failed",
    tries: 1,
    result: { reason: "the address refuses mail" },
  });
  expect(world.store.channel("mail", 2).state).toBe("sent");
  expect(rendersCount).toBe(1);
  expect(world.mailer.sent.map(({ to }) => to.address)).toEqual([makeRow(2).email]);
  expect(world.store.channel("confirmation-sms", 1).state).toBe("sent");
});

test("tickets are drawn while others are sent, never more sent at once than allowed, nor held than that", async () => {
  const world = new RelayWorld();
  let drawnCount = 0;
  world.mailHeldCountMax = 10;
  world.render = () => {
    drawnCount += 1;
    return { kind: "rendered", pdf: new Uint8Array(3) };
  };
  world.mailer.answer = hang;
  world.addRows(30);
  world.makeRelay().start();
  await world.clock.advance(1_000);
  expect([world.mailer.inFlight, drawnCount]).toEqual([MAIL_COUNT_MAX, 10]);
});

test("a mail whose turn does not come within its lease is left for another time", async () => {
  const world = new RelayWorld();
  world.mailHeldCountMax = 5;
  world.mailer.answer = hang;
  world.addRows(5);
  world.makeRelay({ mailSendTimeoutMs: 1_000_000, outboxLeaseMs: 60_000 }).start();
  await world.clock.advance(58_000);
  expect(world.mailer.sent).toHaveLength(MAIL_COUNT_MAX);
  expect(world.settled.filter(([lane, kind]) => lane === "mail" && kind === "retry")).toHaveLength(
    1,
  );
});
