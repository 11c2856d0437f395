import type { Email } from "../../src/attendee/email.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import type { SendOutcome } from "../../src/delivery/ports.ts";
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
    sheet: makeSheet(id, changes),
  };
}

export function phoneOf(id: number): Phone {
  return `+880171${2_000_000 + id}` as Phone;
}

export type Answer<Message> = (
  message: Message,
  signal: AbortSignal,
) => SendOutcome | Promise<SendOutcome>;

/** A gateway or mailer that answers as the test says, and remembers what it was given. */
export class Scripted<Message> {
  readonly name = "scripted";
  readonly sent: Message[] = [];
  inFlight = 0;
  inFlightMax = 0;
  answer: Answer<Message>;

  constructor(answer: Answer<Message> = accept) {
    this.answer = answer;
  }

  async send(message: Message, signal: AbortSignal): Promise<SendOutcome> {
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
export function inTurn<Message>(...answers: readonly Answer<Message>[]): Answer<Message> {
  let index = 0;
  return (message, signal) => {
    const answer = answers[Math.min(index, answers.length - 1)];
    index += 1;
    if (answer === undefined) throw new Error("no answers");
    return answer(message, signal);
  };
}

function registrationId(id: number): RegistrationId {
  return `00000000-0000-4000-8000-${String(id).padStart(12, "0")}` as RegistrationId;
}
