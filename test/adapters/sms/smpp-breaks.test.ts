import { describe, expect, test } from "bun:test";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import type { SmsOutcome } from "../../../src/delivery/ports.ts";
import { freePort } from "../../support/free-port.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import type { SmscOptions } from "../../support/smsc.ts";
import { openSmsc, Smsc } from "../../support/smsc.ts";
import { COMMAND, deliverBody, writePdu } from "../../support/smsc-pdu.ts";
import { makeCertificate } from "../smtp/certificate.ts";
import { boundSmppGateway, makeSmppGateway, never, sms, until } from "./smpp-make-gateway.ts";

const SILENCE: SmscOptions = { onSubmit: () => ({ kind: "silence" }) };

describe("An SMPP connection that is lost", () => {
  test("leaves all that is outstanding unknown, once, and is made again", async () => {
    await using smsc = await openSmsc({
      onSubmit: ({ to }) => (to === sms(49).to.slice(1) ? { kind: "reset" } : { kind: "silence" }),
    });
    await using made = await boundSmppGateway(smsc.port);
    const settled: SmsOutcome[] = [];
    const sends = Array.from({ length: 50 }, async (_, index) => {
      settled.push(await made.gateway.send(sms(index), never()));
    });
    await Promise.all(sends);
    expect(settled).toHaveLength(50);
    expect(new Set(settled.map(({ kind }) => kind))).toEqual(new Set(["unknown"]));
    const meanwhile = await made.gateway.send(sms(50), never());
    expect(meanwhile).toEqual({
      kind: "retry",
      afterMs: expect.any(Number),
      reason: "no session is bound",
    });
    await until(() => made.events.length === 3);
    expect(made.events.map(({ kind }) => kind)).toEqual(["bound", "unbound", "bound"]);
    const sending = made.gateway.send(sms(51), never());
    await smsc.until(({ submits }) => submits.length === 51);
    for (const submit of smsc.submits.slice(-1)) {
      smsc.answer(submit, { kind: "accept", messageId: "second" });
    }
    expect(await sending).toEqual({ kind: "accepted", providerId: "second" });
    expect(smsc.submits).toHaveLength(51);
  });

  test.concurrent.each([
    ["a length beyond all bounds", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["a length shorter than a header", Buffer.from([0, 0, 0, 8, 0, 0, 0, 4])],
    ["a length of nothing", Buffer.alloc(64)],
    ["a length shorter than itself", Buffer.from([0, 0, 0, 2, 9, 9, 9, 9, 9, 9, 9, 9])],
    ["an answer cut off in its fields", writePdu(COMMAND.deliver, { body: Buffer.from([1, 1]) })],
    ["a message with a false length", deliverPdu([0, 0, 200, 1])],
    ["a header that never goes on", Buffer.from([0, 0, 0, 99, 1])],
  ])(
    "or garbled by %s leaves what is outstanding unknown and takes the next message",
    async (_, bytes) => {
      await using smsc = await openSmsc({
        onSubmit: () => (smsc.submits.length === 1 ? { kind: "bytes", bytes } : { kind: "accept" }),
      });
      const settings = { responseTimeoutMs: 100, enquireLinkMs: 50 };
      await using made = await boundSmppGateway(smsc.port, { settings });
      expect((await made.gateway.send(sms(1), never())).kind).toBe("unknown");
      while ((await made.gateway.send(sms(2), never())).kind !== "accepted") await Bun.sleep(20);
      expect(smsc.received()).toContainEqual(sms(2));
    },
  );

  test("in the mind of the SMSC alone is made again", async () => {
    await using smsc = await openSmsc({ onSubmit: () => ({ kind: "status", status: 0x04 }) });
    await using made = await boundSmppGateway(smsc.port);
    expect((await made.gateway.send(sms(1), never())).kind).toBe("retry");
    await smsc.until(({ binds }) => binds.length === 2);
  });

  test("leaves no timer behind", async () => {
    await using smsc = await openSmsc(SILENCE);
    const clock = new ManualClock();
    const made = await boundSmppGateway(smsc.port, { options: { clock } });
    const sends = [1, 2, 3].map((index) => made.gateway.send(sms(index), never()));
    await smsc.until(({ submits }) => submits.length === 3);
    smsc.reset();
    await Promise.all(sends);
    await until(() => made.events.length === 2);
    // That of the next bind.
    expect(clock.timerCount).toBe(1);
    await made[Symbol.asyncDispose]();
    expect(clock.timerCount).toBe(0);
  });

  test("is found out by an enquiry that nobody answers", async () => {
    await using smsc = await openSmsc({ ...SILENCE, isSilentOnEnquiry: true });
    const clock = new ManualClock();
    const settings = { responseTimeoutMs: 40_000 };
    await using made = await boundSmppGateway(smsc.port, { settings, options: { clock } });
    const sending = made.gateway.send(sms(1), never());
    await smsc.until(({ submits }) => submits.length === 1);
    await clock.advance(29_999);
    expect(smsc.pdus).toEqual([]);
    await clock.advance(1);
    await smsc.until(({ pdus }) => pdus.length === 1);
    expect(smsc.pdus[0]?.command).toBe(COMMAND.enquireLink);
    await clock.advance(40_000);
    expect((await sending).kind).toBe("unknown");
    expect(made.events.at(-1)).toEqual({
      kind: "unbound",
      reason: "the SMSC does not answer an enquiry",
    });
    await smsc.until(({ linkCount }) => linkCount === 0);
  });

  test("is found out though the SMSC talks, if it does not read (invariant 8)", async () => {
    const links: Socket[] = [];
    await using server = await listen((socket) => {
      links.push(socket);
      socket.once("data", (bytes: Buffer) => {
        socket.pause();
        socket.write(bindAnswer(bytes));
      });
    });
    const clock = new ManualClock();
    await using made = await boundSmppGateway(server.port, { options: { clock } });
    for (let second = 1; second <= 35; second += 1) {
      const body = deliverBody(`id:${second} stat:DELIVRD`);
      for (const link of links) link.write(writePdu(COMMAND.deliver, { sequence: second, body }));
      await clock.advance(1_000);
    }
    await until(() => made.events.length === 2);
    expect(made.events[1]).toEqual({
      kind: "unbound",
      reason: "the SMSC does not answer an enquiry",
    });
    // It was heard, all the time.
    expect(made.reports.length).toBeWithin(20, 36);
  });
});

describe("An SMPP session that lives", () => {
  test("is kept by enquiries that are answered, and only when it is idle", async () => {
    await using smsc = await openSmsc();
    const clock = new ManualClock();
    await using made = await boundSmppGateway(smsc.port, { options: { clock } });
    await clock.advance(20_000);
    await made.gateway.send(sms(1), never());
    await clock.advance(29_999);
    expect(smsc.pdus).toEqual([]);
    await clock.advance(1);
    for (const count of [1, 2, 3]) {
      await smsc.until(({ pdus }) => pdus.length === count);
      // Its answer comes after that of the enquiry, the same way.
      await made.gateway.send(sms(count), never());
      await clock.advance(30_000);
    }
    await smsc.until(({ pdus }) => pdus.length === 4);
    expect(made.events).toEqual([{ kind: "bound" }]);
  });

  test("answers what it is asked, and leaves alone what asks for nothing", async () => {
    await using smsc = await openSmsc();
    await using made = await boundSmppGateway(smsc.port);
    const alert = 0x0000_0102;
    const unknown = 0x0000_0999;
    smsc.say(alert, { sequence: 1, body: Buffer.from([1, 1, 0, 1, 1, 0]) });
    smsc.say(unknown, { sequence: 2 });
    smsc.say(COMMAND.submitAnswer, { sequence: 999, body: Buffer.from("late\0") });
    smsc.say(COMMAND.enquireLink, { sequence: 3 });
    await smsc.until(({ pdus }) => pdus.length === 2);
    expect(smsc.pdus.map(({ command, status, sequence }) => [command, status, sequence])).toEqual([
      [COMMAND.genericNack, 0x03, 2],
      [COMMAND.enquireLinkAnswer, 0, 3],
    ]);
    expect((await made.gateway.send(sms(1), never())).kind).toBe("accepted");
  });

  test("takes an answer to something else for none, though its number is right", async () => {
    await using smsc = await openSmsc({
      onSubmit: ({ sequence }) => {
        return { kind: "bytes", bytes: writePdu(COMMAND.enquireLinkAnswer, { sequence }) };
      },
    });
    await using made = await boundSmppGateway(smsc.port);
    const sending = made.gateway.send(sms(1), never());
    await smsc.until(({ submits }) => submits.length === 1);
    for (const submit of smsc.submits) smsc.answer(submit, { kind: "accept", messageId: "right" });
    expect(await sending).toEqual({ kind: "accepted", providerId: "right" });
  });

  test("leaves no timer behind when it ends in peace", async () => {
    await using smsc = await openSmsc();
    const clock = new ManualClock();
    const made = await boundSmppGateway(smsc.port, { options: { clock } });
    await made[Symbol.asyncDispose]();
    await until(() => clock.timerCount === 0);
    expect(smsc.pdus.map(({ command }) => command)).toEqual([COMMAND.unbind]);
  });

  test("answers an SMSC that takes its leave, and binds again", async () => {
    await using smsc = await openSmsc(SILENCE);
    await using made = await boundSmppGateway(smsc.port);
    const sending = made.gateway.send(sms(1), never());
    await smsc.until(({ submits }) => submits.length === 1);
    smsc.say(COMMAND.unbind, { sequence: 5 });
    expect(await sending).toEqual({ kind: "unknown", reason: "the SMSC took its leave" });
    await smsc.until(({ pdus, binds }) => pdus.length === 1 && binds.length === 2);
    expect(smsc.pdus[0]?.command).toBe(COMMAND.unbindAnswer);
  });

  test("holds a submit without an answer for unknown, its place free again, and hears a late one in vain", async () => {
    await using smsc = await openSmsc(SILENCE);
    const clock = new ManualClock();
    const settings = { windowMax: 1 };
    await using made = await boundSmppGateway(smsc.port, { settings, options: { clock } });
    const sending = made.gateway.send(sms(1), never());
    await smsc.until(({ submits }) => submits.length === 1);
    await clock.advance(5_000);
    expect(await sending).toEqual({ kind: "unknown", reason: "no answer within 5000 ms" });
    const next = made.gateway.send(sms(2), never());
    await smsc.until(({ submits }) => submits.length === 2);
    for (const submit of smsc.submits)
      smsc.answer(submit, { kind: "accept", messageId: submit.to });
    expect(await next).toEqual({ kind: "accepted", providerId: sms(2).to.slice(1) });
  });

  test("is told at once of an abort, and keeps the place until the answer comes", async () => {
    await using smsc = await openSmsc(SILENCE);
    await using made = await boundSmppGateway(smsc.port, { settings: { windowMax: 1 } });
    const controller = new AbortController();
    const sending = made.gateway.send(sms(1), controller.signal);
    await smsc.until(({ submits }) => submits.length === 1);
    controller.abort();
    expect(await sending).toEqual({ kind: "unknown", reason: "cut off by a stop" });
    expect((await made.gateway.send(sms(2), never())).kind).toBe("throttled");
    for (const submit of smsc.submits) smsc.answer(submit, { kind: "accept" });
    // An enquiry goes the same way after it.
    smsc.say(COMMAND.enquireLink, {});
    await smsc.until(({ pdus }) => pdus.length === 1);
    const next = made.gateway.send(sms(3), never());
    await smsc.until(({ submits }) => submits.length === 2);
    for (const submit of smsc.submits) smsc.answer(submit, { kind: "accept" });
    expect((await next).kind).toBe("accepted");
  });
});

describe("An SMPP gateway that cannot bind", () => {
  test.each([0x0d, 0x0e, 0x0f])(
    "for its account (status %i) says so and knocks once a minute",
    async (status) => {
      await using smsc = await openSmsc({ onBind: () => status });
      const clock = new ManualClock();
      await using made = await boundSmppGateway(smsc.port, { options: { clock } });
      const reason = `the SMSC answered status 0x0${status.toString(16)}`;
      await until(() => made.events.length === 1);
      expect(made.events).toEqual([{ kind: "account-refused", reason }]);
      const outcome = await made.gateway.send(sms(1), never());
      expect(outcome).toEqual({ kind: "retry", afterMs: 60_000, reason: "no session is bound" });
      await clock.advance(59_999);
      expect(smsc.binds).toHaveLength(1);
      await clock.advance(1);
      await smsc.until(({ binds }) => binds.length === 2);
    },
  );

  test("for anything else waits longer each time, half a minute at most", async () => {
    await using smsc = await openSmsc({ onBind: () => 0x05 });
    const clock = new ManualClock();
    const options = { clock, random: () => 0.999_999_999 };
    await using made = await boundSmppGateway(smsc.port, { options });
    const waits: number[] = [];
    for (let count = 1; count <= 7; count += 1) {
      await until(() => made.events.length === count);
      const outcome = await made.gateway.send(sms(1), never());
      const afterMs = outcome.kind === "retry" ? outcome.afterMs : 0;
      waits.push(Math.round(afterMs / 1_000));
      await clock.advance(afterMs);
      await smsc.until(({ binds }) => binds.length === count + 1);
    }
    expect(waits).toEqual([2, 4, 8, 16, 30, 30, 30]);
    expect(smsc.submits).toEqual([]);
  });

  test("finds an SMSC that comes up later", async () => {
    const port = freePort();
    await using made = await boundSmppGateway(port);
    await until(() => made.events.length === 1);
    const reason = "the session failed (ECONNREFUSED)";
    expect(made.events).toEqual([{ kind: "unbound", reason }]);
    await using smsc = new Smsc({});
    await smsc.listen(port);
    await until(() => made.events.at(-1)?.kind === "bound");
    expect((await made.gateway.send(sms(1), never())).kind).toBe("accepted");
  });

  test("does not wait for ever for an SMSC that takes the connection and says nothing", async () => {
    await using smsc = await openSmsc({ onBind: () => null });
    const clock = new ManualClock();
    await using made = makeSmppGateway(smsc.port, { options: { clock } });
    const started = made.gateway.start();
    await smsc.until(({ binds }) => binds.length === 1);
    await clock.advance(5_000);
    await started;
    await until(() => made.events.length === 1);
    const reason = "no answer within 5000 ms";
    expect(made.events).toEqual([{ kind: "unbound", reason }]);
    await smsc.until(({ linkCount }) => linkCount === 0);
  });
});

describe("An SMPP gateway that stops", () => {
  test("waits for what is outstanding, takes its leave and sends nothing more", async () => {
    await using smsc = await openSmsc(SILENCE);
    const made = await boundSmppGateway(smsc.port);
    const sending = made.gateway.send(sms(1), never());
    await smsc.until(({ submits }) => submits.length === 1);
    const stopped = made[Symbol.asyncDispose]();
    const late = await made.gateway.send(sms(2), never());
    expect(late).toEqual({ kind: "retry", afterMs: 0, reason: "the gateway is stopping" });
    expect(smsc.pdus).toEqual([]);
    for (const submit of smsc.submits) smsc.answer(submit, { kind: "accept" });
    await stopped;
    expect((await sending).kind).toBe("accepted");
    expect(smsc.pdus.map(({ command }) => command)).toEqual([COMMAND.unbind]);
    await smsc.until(({ linkCount }) => linkCount === 0);
    expect(made.events).toEqual([{ kind: "bound" }]);
    expect((await made.gateway.send(sms(3), never())).kind).toBe("retry");
    expect([smsc.submits.length, smsc.binds.length]).toEqual([1, 1]);
  });

  test("is not held up by an SMSC that answers nothing and never closes", async () => {
    const sockets: Socket[] = [];
    await using server = await listen((socket) => {
      sockets.push(socket);
      socket.once("data", (bytes: Buffer) => void socket.write(bindAnswer(bytes)));
    });
    const clock = new ManualClock();
    const made = makeSmppGateway(server.port, { options: { clock } });
    await made.gateway.start();
    const sending = made.gateway.send(sms(1), never());
    let isStopped = false;
    const stopped = made[Symbol.asyncDispose]().then(() => {
      isStopped = true;
    });
    await clock.advance(4_999);
    expect(isStopped).toBe(false);
    await clock.advance(1_001);
    await stopped;
    expect((await sending).kind).toBe("unknown");
    await clock.advance(1_000);
    expect(clock.timerCount).toBe(0);
  });

  test("ends a bind that is under way, and one that was never begun", async () => {
    await using smsc = await openSmsc({ onBind: () => null });
    const made = makeSmppGateway(smsc.port);
    const started = made.gateway.start();
    await smsc.until(({ binds }) => binds.length === 1);
    await made[Symbol.asyncDispose]();
    await started;
    await smsc.until(({ linkCount }) => linkCount === 0);
    const idle = makeSmppGateway(smsc.port);
    await idle[Symbol.asyncDispose]();
    await idle.gateway.start();
    expect(smsc.binds).toHaveLength(1);
  });
});

describe("SMPP over TLS", () => {
  const certificate = makeCertificate("localhost");
  const settings = { host: "localhost", isTls: true };

  test("carries messages to a server whose certificate holds", async () => {
    await using smsc = await openSmsc({ tls: certificate });
    const options = { certificateAuthority: certificate.cert };
    await using made = await boundSmppGateway(smsc.port, { settings, options });
    const sends = Array.from({ length: 100 }, (_, index) => made.gateway.send(sms(index), never()));
    expect(new Set((await Promise.all(sends)).map(({ kind }) => kind))).toEqual(
      new Set(["accepted"]),
    );
  });

  test("tells a stranger neither account nor message", async () => {
    await using smsc = await openSmsc({ tls: certificate });
    await using made = await boundSmppGateway(smsc.port, { settings });
    await until(() => made.events.length === 1);
    expect(made.events[0]).toEqual({
      kind: "unbound",
      reason: expect.stringMatching(/^the session failed \(\w*(SELF_SIGNED|VERIFY)\w*\)$/),
    });
    expect(smsc.binds).toEqual([]);
  });
});

test("nothing that is told holds number, text, address or secret (invariant 10)", async () => {
  await using smsc = await openSmsc({
    onSubmit: ({ to }) => (to.endsWith("1") ? { kind: "status", status: 0x0b } : { kind: "reset" }),
  });
  await using made = await boundSmppGateway(smsc.port);
  const outcomes = [
    await made.gateway.send(sms(1), never()),
    await made.gateway.send(sms(2), never()),
  ];
  await until(() => made.events.length === 2);
  const told = JSON.stringify([outcomes, made.events]);
  expect(told).not.toMatch(/880171|Your code|1000\d\d|127\.0\.0\.1|s3cret|mela/);
});

function deliverPdu(tail: readonly number[]): Buffer {
  return writePdu(COMMAND.deliver, {
    body: Buffer.concat([deliverBody("").subarray(0, -1), Buffer.from(tail)]),
  });
}

function bindAnswer(bind: Buffer): Buffer {
  const sequence = bind.readUInt32BE(12);
  return writePdu(COMMAND.bindTransceiverAnswer, { sequence, body: Buffer.from("x\0") });
}

/** A server that a test scripts socket by socket, and that closes none by itself. */
async function listen(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
