import { expect, test } from "bun:test";
import { MailgunEvents } from "../../../src/adapters/mail-events/mailgun-events.ts";
import type { DeliveryReport } from "../../../src/delivery/ports.ts";
import type { Suppression, TakeOutcome } from "../../../src/delivery/report-ports.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { eventData, SIGNING_KEY, signedEvent } from "./make-event.ts";

const AGE_MS_MAX = 15 * 60_000;

/** What was kept, by a core that keeps everything unless told otherwise. */
function setUp(mailEventTokenCountMax = 1_000) {
  const clock = new ManualClock();
  const told: [source: string, ...DeliveryReport[]][] = [];
  const suppressed: Suppression[] = [];
  const world = { clock, told, suppressed, outcome: { kind: "taken" } as TakeOutcome };
  const events = new MailgunEvents({
    signingKey: SIGNING_KEY,
    clock,
    reports: {
      async take(source, reports) {
        if (reports.length > 0) told.push([source, ...reports]);
        return world.outcome;
      },
      async suppress(suppressions) {
        suppressed.push(...suppressions);
        return world.outcome;
      },
    },
    limits: { mailEventAgeMsMax: AGE_MS_MAX, mailEventTokenCountMax },
  });
  return Object.assign(world, {
    events,
    signed: (changes = {}) => signedEvent(clock.nowMs(), changes),
  });
}

const delivered = [["mail", { providerId: "row.42@tickets.example.org", state: "delivered" }]];
const failed = [["mail", { providerId: "row.42@tickets.example.org", state: "failed" }]];
const suppressedFor = (reason: string) => [{ address: "Rahim@example.org", reason }];

const MEANINGS: readonly [name: string, data: unknown, told: unknown, suppressed: unknown][] = [
  ["delivered", eventData("delivered"), delivered, []],
  [
    "a permanent failure",
    eventData("failed", { severity: "permanent" }),
    failed,
    suppressedFor("bounced"),
  ],
  ["a complaint", eventData("complained"), failed, suppressedFor("complained")],
  ["a temporary failure", eventData("failed", { severity: "temporary" }), [], []],
  ["a failure of no severity", eventData("failed"), [], []],
  ["unsubscribed", eventData("unsubscribed"), [], []],
  ["an event of another kind", eventData("opened"), [], []],
  ["an event named like a member of every object", eventData("__proto__"), [], []],
  [
    "a Message-ID in its brackets",
    eventData("delivered", {
      message: { headers: { "message-id": "<row.42@tickets.example.org>" } },
    }),
    delivered,
    [],
  ],
  [
    "a complaint of no message",
    eventData("complained", { message: null }),
    [],
    suppressedFor("complained"),
  ],
  ["a complaint of no address of ours", eventData("complained", { recipient: "?" }), failed, []],
  ["a complaint of an array", eventData("complained", { recipient: ["a@b.org"] }), failed, []],
];

test.each(MEANINGS)("%s is understood", async (_, data, told, suppressed) => {
  const { events, signed, ...kept } = setUp();
  expect(await events.take(await signed({ data }))).toEqual({ kind: "taken" });
  expect<unknown>(kept.told).toEqual(told);
  expect<unknown>(kept.suppressed).toEqual(suppressed);
});

test("what is not signed with the key is unproven, and nothing of it is kept", async () => {
  const { events, signed, told, suppressed, clock } = setUp();
  const { signature, "event-data": data } = await signed({ token: "0".repeat(50) });
  const late = `${Math.floor(clock.nowMs() / 1_000)}`;
  const forgeries: unknown[] = [
    undefined,
    null,
    "signature",
    [],
    [signature],
    {},
    { ...signature, signature: "0".repeat(64) },
    { ...signature, signature: "" },
    { ...signature, signature: `${signature.signature}00` },
    { ...signature, signature: signature.signature.slice(0, 62) },
    { ...signature, signature: null },
    { ...signature, token: "1".repeat(50) },
    { ...signature, token: "" },
    { ...signature, token: "x".repeat(100_000) },
    { ...signature, token: 0 },
    { ...signature, timestamp: String(Number(late) + 1) },
    { ...signature, timestamp: Number(late) },
    // The same digits in the same order, parted elsewhere.
    { ...signature, timestamp: `${late}0`, token: "0".repeat(49) },
    { ...signature, timestamp: late.slice(0, -1), token: `${late.at(-1)}${"0".repeat(50)}` },
    JSON.parse(`{"__proto__": ${JSON.stringify(signature)}}`),
  ];
  for (const forged of forgeries) {
    const event = { signature: forged, "event-data": data };
    expect([forged, await events.take(event)]).toEqual([forged, { kind: "unproven" }]);
  }
  expect([told, suppressed]).toEqual([[], []]);
  expect(await events.take({ signature, "event-data": data })).toEqual({ kind: "taken" });
});

test("a signature made with another key is unproven", async () => {
  const { events, signed } = setUp();
  const { createHmac } = await import("node:crypto");
  const event = await signed();
  const { timestamp, token } = event.signature;
  const other = createHmac("sha256", "another key")
    .update(timestamp + token)
    .digest("hex");
  const forged = { ...event, signature: { ...event.signature, signature: other } };
  expect(await events.take(forged)).toEqual({ kind: "unproven" });
});

test("an event is believed while its instant is near, on either side, and its token was not used", async () => {
  const { events, clock } = setUp();
  const at = async (offMs: number) => {
    const event = await signedEvent(Math.floor(clock.nowMs() / 1_000) * 1_000 + offMs);
    return [(await events.take(event)).kind, (await events.take(event)).kind];
  };
  expect(await at(0)).toEqual(["taken", "unproven"]);
  expect(await at(AGE_MS_MAX)).toEqual(["taken", "unproven"]);
  expect(await at(-AGE_MS_MAX)).toEqual(["taken", "unproven"]);
  expect(await at(AGE_MS_MAX + 1_000)).toEqual(["unproven", "unproven"]);
  expect(await at(-AGE_MS_MAX - 1_000)).toEqual(["unproven", "unproven"]);
});

test("a token used once is refused for as long as its instant is near", async () => {
  const { events, clock } = setUp();
  const event = await signedEvent(clock.nowMs() + AGE_MS_MAX);
  expect(await events.take(event)).toEqual({ kind: "taken" });
  for (let passedMs = 0; passedMs <= 3 * AGE_MS_MAX; passedMs += 60_000) {
    expect(await events.take(event)).toEqual({ kind: "unproven" });
    await clock.advance(60_000);
  }
});

test("of two copies at once one is taken", async () => {
  const { events, signed, told } = setUp();
  const event = await signed();
  const outcomes = await Promise.all([events.take(event), events.take(event)]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["taken", "unproven"]);
  expect(told).toHaveLength(1);
});

test("an event that could not be kept is taken when it is told again", async () => {
  const world = setUp();
  const event = await world.signed({ data: eventData("complained") });
  world.outcome = { kind: "unavailable" };
  expect(await world.events.take(event)).toEqual({ kind: "unavailable" });
  world.outcome = { kind: "taken" };
  await world.clock.advance(10 * 60_000);
  expect(await world.events.take(event)).toEqual({ kind: "taken" });
  expect(await world.events.take(event)).toEqual({ kind: "unproven" });
});

test("a full memory of tokens puts off what is new and still refuses what is old (invariant 8)", async () => {
  const { events, clock, signed } = setUp(2);
  const old = await signed();
  expect(await events.take(old)).toEqual({ kind: "taken" });
  await clock.advance(60_000);
  expect(await events.take(await signed())).toEqual({ kind: "taken" });
  expect(await events.take(await signed())).toEqual({ kind: "unavailable" });
  expect(await events.take(old)).toEqual({ kind: "unproven" });
  await clock.advance(2 * AGE_MS_MAX - 60_000 + 1);
  expect(await events.take(await signed())).toEqual({ kind: "taken" });
  expect(await events.take(await signed())).toEqual({ kind: "unavailable" });
});

test("a proven event that names none is invalid, and its token may be used by one that does", async () => {
  const { events, signed } = setUp();
  const data: unknown[] = [null, [], "delivered", 7, {}, { event: 7 }, { event: { event: "x" } }];
  data.push(JSON.parse('{"__proto__": {"event": "delivered"}}'));
  const token = "7".repeat(50);
  for (const value of data) {
    const event = { ...(await signed({ token })), "event-data": value };
    expect((await events.take(event)).kind).toBe("invalid");
  }
  expect(await events.take(await signed({ token }))).toEqual({ kind: "taken" });
});
