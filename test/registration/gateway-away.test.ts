import { expect, test } from "bun:test";
import type { Core } from "../../src/core.ts";
import { openCore } from "../../src/core.ts";
import type { OutboxStore, SmsMessage } from "../../src/delivery/ports.ts";
import { Events } from "../../src/events.ts";
import { limits } from "../../src/limits.ts";
import { createLogs } from "../../src/log.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import type { RequestCodeCommand } from "../../src/registration/commands.ts";
import type { RegistrationId, TicketKey } from "../../src/ticket/ticket.ts";
import { accept, phoneOf, Scripted, UNLIMITED_BUDGET } from "../delivery/make.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { BudgetTable, MemoryBudgetStore } from "../support/memory-budget-store.ts";
import { MemoryRegistrationStore } from "../support/memory-registration-store.ts";
import { noTicketChanges } from "../support/no-ticket-changes.ts";
import { makeEvent, makeSale, OPENS_AT_MS } from "../support/registration-world.ts";
import { Tables } from "../support/tables.ts";

const MINUTE_MS = 60_000;
const QUOTA = 300;
const EARLY_COUNT = 400;

test("with the gateways away from a minute before the opening to ten after it, those who proved their phones early fill the quota", async () => {
  const world = openWorld();
  const { clock, gateway } = world;
  const core = await openCore(...world.core());

  const verifications: string[] = [];
  for (let person = 0; person < EARLY_COUNT; person += 1) {
    verifications.push(await world.verify(core, phoneOf(person)));
  }
  await clock.advance(OPENS_AT_MS - MINUTE_MS - clock.nowMs());
  gateway.answer = () => ({ kind: "retry", afterMs: 0, reason: "no connection" });
  const told: string[] = [];
  const askLate = async (person: number) => {
    const answer = await core.registration.requestCode(codeFor(phoneOf(person)));
    told.push(answer.kind);
    if (answer.kind === "gateway-unavailable") expect(answer.retryAfterS).toBeWithin(1, 61);
  };
  for (let second = 0; second < 60; second += 1) {
    await askLate(10_000 + second);
    await clock.advance(1_000);
  }

  await clock.advance(1);
  const claims = verifications.map((verification, person) =>
    core.registration.confirm({
      eventSlug: "mela",
      name: `Person ${person}`,
      email: `person${person}@example.org`,
      locale: "en",
      proof: { kind: "verification", verification },
      asker,
    }),
  );
  await clock.advance(1_000);
  const outcomes = (await Promise.all(claims)).map(({ kind }) => kind);
  expect(outcomes.filter((kind) => kind === "registered")).toHaveLength(QUOTA);
  expect(outcomes.filter((kind) => kind === "sale-full")).toHaveLength(EARLY_COUNT - QUOTA);
  expect(world.tables.soldOf(11)).toBe(QUOTA);

  // Whoever asks for a code meanwhile is told to come back, but for the few that probe the gateway.
  expect(told.filter((kind) => kind === "gateway-unavailable").length).toBeGreaterThan(20);
  await clock.advance(10 * MINUTE_MS);
  gateway.answer = accept;
  const sentBefore = gateway.sent.length;
  await clock.advance(2 * MINUTE_MS);
  // The outbox goes on by itself: every seat is told of by SMS.
  const confirmations = gateway.sent.slice(sentBefore).filter(({ text }) => !/#\d{6}$/.test(text));
  expect(new Set(confirmations.map(({ to }) => to)).size).toBe(QUOTA);
  const closing = core[Symbol.asyncDispose]();
  await clock.advance(MINUTE_MS);
  await closing;
});

function openWorld() {
  const clock = new ManualClock(OPENS_AT_MS - 30 * MINUTE_MS);
  const tables = new Tables([makeEvent({ sales: [makeSale({ quota: QUOTA })] })]);
  const gateway = new Scripted<SmsMessage>(accept);
  const events = new Events(createLogs("silent"));
  let count = 0;
  const next = () => {
    count += 1;
    return String(count);
  };
  const outbox: OutboxStore = {
    claim: async (lane, want) => tables.claimOutbox(lane, want, clock.nowMs()),
    settle: async (lane, results) => tables.settleOutbox(lane, results),
    setPaused: async (lane, isPaused) => tables.setLanePaused(lane, isPaused),
  };
  return {
    clock,
    tables,
    gateway,
    /** The proof of a phone, by the code that its SMS brings. */
    async verify({ registration }: Core, phone: string): Promise<string> {
      const asked = await registration.requestCode(codeFor(phone));
      if (asked.kind !== "sent") throw new Error(`no code: ${asked.kind}`);
      await clock.advance(20);
      const text = gateway.sent.findLast(({ to }) => to === phone)?.text ?? "";
      const code = /#(\d{6})$/.exec(text)?.[1] ?? "none";
      const { challenge } = asked;
      const answer = await registration.verify({
        eventSlug: "mela",
        phone,
        challenge,
        code,
        ...asker,
      });
      if (answer.kind !== "verified") throw new Error(`not verified: ${answer.kind}`);
      return answer.verification;
    },
    core: (): Parameters<typeof openCore> => [
      {
        clock,
        registrations: new MemoryRegistrationStore(tables, clock),
        ticketChanges: noTicketChanges,
        events: { loadEvents: async () => tables.loadEvents() },
        outbox,
        smsRoutes: [{ gateway, segmentsPerS: 100, inFlightMax: 64, priceMicros: 0 }],
        smsBudget: new MemoryBudgetStore(new BudgetTable(), clock),
        lanes: { isPaused: async () => false },
        mail: null,
        renderer: { render: async () => ({ kind: "failed", reason: "nothing is rendered here" }) },
        random: {
          challengeId: () => new Uint8Array(Buffer.from(next().padStart(16, "0"))),
          registrationId: () => `registration-${next()}` as RegistrationId,
          ticketKey: () => next().padStart(22, "k") as TicketKey,
          jitter: () => 0.5,
        },
        observer: events,
      },
      {
        boot: 1,
        otpKeys: deriveOtpKeys(new Uint8Array(32).fill(7)),
        otpPolicy: OTP_POLICY,
        codeText: (code) => `@tickets.example #${code}`,
        phonePolicy: { defaultCountry: "BD", countries: null },
        publicUrl: "https://tickets.example",
        smsBudget: UNLIMITED_BUDGET,
        limits,
      },
    ],
  };
}

const asker = { address: "203.0.113.7", proof: null };

function codeFor(phone: string): RequestCodeCommand {
  return {
    eventSlug: "mela",
    phone,
    challenge: null,
    purpose: "register",
    locale: "en",
    ...asker,
  };
}
