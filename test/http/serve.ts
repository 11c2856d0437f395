import { systemClock } from "../../src/actor/clock.ts";
import { Deadlines } from "../../src/actor/deadlines.ts";
import type { Email } from "../../src/attendee/email.ts";
import type { DeliveryStatus } from "../../src/delivery/ports.ts";
import type { InboxMessage } from "../../src/http/inbox.ts";
import type { Pages } from "../../src/http/pages.ts";
import type { HttpServer } from "../../src/http/server.ts";
import { createServer } from "../../src/http/server.ts";
import type { ServerOptions } from "../../src/http/server-options.ts";
import type {
  ConfirmCommand,
  RequestCodeCommand,
  VerifyCommand,
} from "../../src/registration/commands.ts";
import type { EventView } from "../../src/registration/event-view.ts";
import { eventView } from "../../src/registration/event-view.ts";
import type { Event } from "../../src/sale/event.ts";
import type { RegistrationId, TicketKey, TicketSheet } from "../../src/ticket/ticket.ts";

export const OPENS_AT_MS = Date.UTC(2026, 10, 22, 12, 0, 0);
export const TICKET_KEY = "AAECAwQFBgcICQoLDA0ODw" as TicketKey;
export const seat = {
  registrationId: "9b2f7a30-3c33-4b8e-9d0e-0d3c1f0e7a11" as RegistrationId,
  ticketKey: TICKET_KEY,
  ordinal: 42,
};

export function makeEvent(slug = "boi-mela"): Event {
  return {
    id: 1,
    slug,
    revision: 1,
    details: {
      name: "Boi Mela “বই”",
      venue: "Suhrawardy Udyan",
      description: "A book fair",
      timeZone: "Asia/Dhaka",
      days: [{ day: 1, date: "2026-12-01", doorsAt: "15:00" }],
    },
    host: "tickets.example.org",
    keyId: 1,
    isPaused: false,
    proof: "off",
    sales: [
      {
        id: 7,
        number: 1,
        verifyFromMs: OPENS_AT_MS - 3_600_000,
        opensAtMs: OPENS_AT_MS,
        closesAtMs: OPENS_AT_MS + 86_400_000,
        quota: 60_000,
      },
    ],
  };
}

export function makeView(slug = "boi-mela", nowMs = OPENS_AT_MS + 1_000): EventView {
  return eventView(makeEvent(slug), { nowMs, soldOf: () => 1_234 });
}

export const sheet: TicketSheet = {
  registrationId: seat.registrationId,
  ticketKey: TICKET_KEY,
  eventId: 1,
  saleNumber: 1,
  ordinal: 42,
  holderName: "Rahim",
  locale: "bn",
  host: "tickets.example.org",
  keyId: 1,
  templateVersion: 1,
  event: {
    name: "Boi Mela “বই”",
    venue: "Suhrawardy Udyan",
    timeZone: "Asia/Dhaka",
    days: [{ day: 1, date: "2026-12-01", doorsAt: "15:00" }],
  },
};

export const deliveryStatus: DeliveryStatus = {
  sms: { state: "sent", ahead: null, waitMs: null },
  mail: { state: "queued", ahead: 17, waitMs: 40_200 },
  askAgainMs: 10_050,
};

export const inboxMessage: InboxMessage = {
  id: "m1",
  kind: "mail",
  to: "rahim@example.org" as Email,
  subject: "Your ticket",
  text: "Here it is",
  attachments: [{ filename: "ticket one.pdf", contentType: "application/pdf", bytes: 4 }],
  at: OPENS_AT_MS,
};

/** What the use cases were asked, newest last. */
export interface Asked {
  readonly codes: RequestCodeCommand[];
  readonly verifications: VerifyCommand[];
  readonly registrations: ConfirmCommand[];
  readonly logged: {
    readonly fields: Readonly<Record<string, unknown>>;
    readonly message: string;
  }[];
}

export interface Served extends AsyncDisposable {
  readonly server: HttpServer;
  readonly url: string;
  readonly asked: Asked;
}

/** The edge on a free port of loopback, over use cases that say yes unless told otherwise. */
export function serve(overrides: Partial<ServerOptions> = {}): Served {
  const asked: Asked = { codes: [], verifications: [], registrations: [], logged: [] };
  const server = createServer({ ...yes(asked), ...overrides });
  server.listen();
  return { server, url: server.url, asked, [Symbol.asyncDispose]: () => server.stop() };
}

export const limits = {
  bodyBytesMax: 16 * 1_024,
  urlBytesMax: 2 * 1_024,
  pageCacheCountMax: 16,
  idleTimeoutMs: 10_000,
  renderTimeoutMs: 10_000,
  retryAfterMs: 2_000,
  requestDrainTimeoutMs: 12_000,
};

/** Pages of one line. */
export const pages: Pages = {
  index: (views) => `<h1>${views.length} events</h1>`,
  attendee: (view) => `<h1>Register for ${view.event.slug}</h1>`,
  ticket: ({ sheet: shown, codes, delivery, pdfPath }) =>
    `<h1>${shown.ordinal} ${codes[0]?.ticketCode} ${delivery?.mail.ahead} ${pdfPath}</h1>`,
  inbox: (messages) => `<h1>${messages.length} messages</h1>`,
  receipt: ({ statement }) => `<h1>${statement.seats} seats</h1>`,
  receiptAhead: ({ saleNumber }) => `<h1>sale ${saleNumber} goes on</h1>`,
  problem: ({ status, detail }) => `<h1>${status} ${detail}</h1>`,
  assets: new Map([["/assets/a-1.js", { content: "run()", contentType: "text/javascript" }]]),
};

function yes(asked: Asked): ServerOptions {
  return {
    registration: {
      async requestCode(command) {
        asked.codes.push(command);
        return {
          kind: "sent",
          challenge: "challenge-1",
          expiresInS: 300,
          resendInS: 30,
          leavesInS: 0,
        };
      },
      async verify(command) {
        asked.verifications.push(command);
        return { kind: "verified", verification: "verification-1" };
      },
      async confirm(command) {
        asked.registrations.push(command);
        return { kind: "registered", seat };
      },
    },
    requestProof: () => ({ kind: "proof-not-asked" }),
    joinLine: async () => ({ kind: "no-waiting-room" }),
    receipts: { find: async () => null },
    draws: { stageOf: async () => ({ kind: "opening" }) },
    pollEveryS: () => 5,
    ticketChanges: {
      resendMail: async () => ({ kind: "mail-queued", mailsLeftToday: 2 }),
      correctAddress: async () => ({ kind: "corrected", key: TICKET_KEY }),
    },
    events: {
      all: () => [makeView()],
      find: (slug) => (slug === "boi-mela" ? makeView() : null),
    },
    tickets: { findTicket: async (key) => (key === TICKET_KEY ? sheet : null) },
    deliveryStatus: {
      findDeliveryStatus: async (key) => (key === TICKET_KEY ? deliveryStatus : null),
    },
    renderer: { render: async () => ({ kind: "rendered", pdf: Buffer.from("%PDF-1.7 fake") }) },
    reports: { take: async () => ({ kind: "taken" }) },
    reportReaders: new Map(),
    mailEvents: null,
    ticketCodes: () => [{ day: 1, ticketCode: "T1:ABC", shortCode: "0123456789AB" }],
    pages,
    inbox: {
      list: () => [inboxMessage],
      attachment: (id, filename) =>
        id === "m1" && filename === "ticket one.pdf"
          ? { contentType: "application/pdf", content: Buffer.from("%PDF") }
          : null,
    },
    metrics: async () => "floodgate_up 1\n",
    isReady: async () => true,
    isDraining: () => false,
    trustMode: "direct",
    originSecret: null,
    metricsToken: null,
    hostname: "127.0.0.1",
    port: 0,
    publicUrl: "https://tickets.example.org",
    timer: { after: () => () => {} },
    readDeadline: new Deadlines(systemClock, 10_000),
    limits,
    log: { error: (fields, message) => void asked.logged.push({ fields, message }) },
  };
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}
