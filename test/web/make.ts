import type { TicketPage } from "../../src/http/pages.ts";
import type { Event } from "../../src/sale/event.ts";
import type { RegistrationId } from "../../src/ticket/ticket.ts";
import { parseTicketKey } from "../../src/ticket/ticket.ts";

/** The first opening: 10 January 2027, 10:00 in Dhaka. */
export const OPENING_MS = Date.parse("2027-01-10T04:00:00Z");
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Three event days, two sales a day apart of 60,000 each, phones verified from two hours before. */
export function makeEvent(change: Partial<Event> = {}): Event {
  return {
    id: 7,
    slug: "river-songs",
    revision: 1,
    host: "tickets.example.org",
    keyId: 1,
    isPaused: false,
    proof: "off",
    details: {
      name: "River Songs: Three Nights of Bengal Folk",
      venue: "Suhrawardy Udyan, Dhaka",
      description:
        "Baul singers, boat songs and puppet theatre by the lake. Entrance is free; everyone needs a ticket of their own.",
      timeZone: "Asia/Dhaka",
      days: [
        { day: 1, date: "2027-02-19", doorsAt: "17:00" },
        { day: 2, date: "2027-02-20", doorsAt: "17:00" },
        { day: 3, date: "2027-02-21", doorsAt: "15:30" },
      ],
    },
    sales: [0, 1].map((index) => ({
      id: index + 1,
      number: index + 1,
      verifyFromMs: OPENING_MS + index * DAY_MS - 2 * HOUR_MS,
      opensAtMs: OPENING_MS + index * DAY_MS,
      closesAtMs: OPENING_MS + index * DAY_MS + 12 * HOUR_MS,
      quota: 60_000,
    })),
    ...change,
  };
}

export function makeTicketPage(path: string, holderName = "Rahima Khatun"): TicketPage {
  const { details, id, host, keyId } = makeEvent();
  const key = parseTicketKey(path.slice("/t/".length));
  if (key === null) throw new Error(`${path} holds no ticket key`);
  return {
    sheet: {
      registrationId: "0d6c3b0e-6a34-4c6e-9d0b-0f6f2b5f6f11" as RegistrationId,
      ticketKey: key,
      eventId: id,
      saleNumber: 1,
      ordinal: 12_345,
      holderName,
      locale: "en",
      host,
      keyId,
      templateVersion: 1,
      event: details,
    },
    codes: details.days.map(({ day }) => ({
      day,
      ticketCode: `T1:${String(day).repeat(114)}`,
      shortCode: `0${day}34ABCD56XY`,
    })),
    delivery: {
      sms: { state: "delivered", ahead: null, waitMs: null },
      mail: { state: "queued", ahead: 12_430, waitMs: 1_075_000 },
      askAgainMs: 60_000,
    },
    eventSlug: makeEvent().slug,
    pdfPath: `${path}/tickets.pdf`,
    statusPath: `${path}/status`,
  };
}
