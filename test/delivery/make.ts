import type { Clock } from "../../src/actor/clock.ts";
import type { Email } from "../../src/attendee/email.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import type { SmsBudgetLimits } from "../../src/delivery/budget-limits.ts";
import type { SmsRoute } from "../../src/delivery/gateway-route.ts";
import type { SendOutcome, SmsGateway } from "../../src/delivery/ports.ts";
import type { SmsDispatcherOptions, SmsSpending } from "../../src/delivery/sms-dispatcher.ts";
import { SmsDispatcher } from "../../src/delivery/sms-dispatcher.ts";
import type { RegistrationId, TicketKey, TicketSheet } from "../../src/ticket/ticket.ts";
import type { OutboxRow } from "../support/outbox-table.ts";

export function makeSheet(id: number, changes: Partial<TicketSheet> = {}): TicketSheet {
  return {
    registrationId: registrationId(id),
    ticketKey: String(id).padStart(22, "k") as TicketKey,
    eventId: 1,
    saleNumber: 1,
    ordinal: id,
    holderName: "Ada Lovelace",
    locale: "en",
    host: "tickets.example",
    keyId: 1,
    templateVersion: 1,
    event: {
      name: "River Festival",
      venue: "Old Harbour, Dhaka",
      timeZone: "Asia/Dhaka",
      days: [
        { day: 1, date: "2026-12-04", doorsAt: "18:00" },
        { day: 2, date: "2026-12-05", doorsAt: "16:30" },
      ],
    },
    ...changes,
  };
}

export function makeRow(id: number, changes: Partial<TicketSheet> = {}): OutboxRow {
  return {
    id,
    registrationId: registrationId(id),
    phone: phoneOf(id),
    email: `person${id}@mail.example` as Email,
    isSuppressed: false,
    sheet: makeSheet(id, changes),
  };
}

export function phoneOf(id: number): Phone {
  return `+880171${2_000_000 + id}` as Phone;
}

export type Answer<Message, Outcome = SendOutcome> = (
  message: Message,
  signal: AbortSignal,
) => Outcome | Promise<Outcome>;

/** A gateway or mailer that answers as the test says, and remembers what it was given. */
export class Scripted<Message, Outcome = SendOutcome> {
  readonly name: string = "scripted";
  readonly sent: Message[] = [];
  inFlight = 0;
  inFlightMax = 0;
  answer: Answer<Message, Outcome>;

  constructor(answer: Answer<Message, Outcome>) {
    this.answer = answer;
  }

  async send(message: Message, signal: AbortSignal): Promise<Outcome> {
    this.sent.push(message);
    this.inFlight += 1;
    this.inFlightMax = Math.max(this.inFlightMax, this.inFlight);
    try {
      return await this.answer(message, signal);
    } finally {
      this.inFlight -= 1;
    }
  }
}

export const accept = (): SendOutcome => ({ kind: "accepted", providerId: "p1" });
export const refuse = (): SendOutcome => ({ kind: "refused", reason: "no such number" });
export const lose = (): SendOutcome => ({ kind: "unknown", reason: "connection lost" });
export const throttle = (): SendOutcome => ({ kind: "retry", afterMs: 0, reason: "throttled" });
/** Neither answers nor listens to its signal. */
export const hang = (): Promise<SendOutcome> => new Promise(() => {});

/** Answers in turn, the last one for ever. */
export function inTurn<Message, Outcome = SendOutcome>(
  ...answers: readonly Answer<Message, Outcome>[]
): Answer<Message, Outcome> {
  let index = 0;
  return (message, signal) => {
    const answer = answers[Math.min(index, answers.length - 1)];
    index += 1;
    if (answer === undefined) throw new Error("no answers");
    return answer(message, signal);
  };
}

/** Costs nothing, and knows no end. */
export const UNLIMITED_SPENDING: SmsSpending = {
  take: (share, cost) => ({ kind: "taken", share, cost, atMs: 0, block: null }),
  putBack: () => {},
};

export const UNLIMITED_BUDGET: SmsBudgetLimits = {
  segmentsPerMinute: null,
  segmentsPerDay: null,
  microsPerMinute: null,
  microsPerDay: null,
};

/** A gateway that takes more than a test sends, and is alone. */
export function makeDispatcher(
  clock: Clock,
  gateway: SmsGateway,
  route: Partial<SmsRoute> = {},
  options: Partial<SmsDispatcherOptions> = {},
): SmsDispatcher {
  return new SmsDispatcher({
    routes: [makeRoute(gateway, route)],
    spending: UNLIMITED_SPENDING,
    clock,
    limits: {
      codeQueueCountMax: 2_000,
      confirmationHeldCountMax: 2_000,
      codeSendTimeoutMs: 10_000,
    },
    onRouteChanged: () => {},
    ...options,
  });
}

export function makeRoute(gateway: SmsGateway, changes: Partial<SmsRoute> = {}): SmsRoute {
  return { gateway, segmentsPerS: 1_000_000, inFlightMax: 1_000, priceMicros: 0, ...changes };
}

function registrationId(id: number): RegistrationId {
  return `00000000-0000-4000-8000-${String(id).padStart(12, "0")}` as RegistrationId;
}
