import type { Static } from "elysia";
import { t } from "elysia";

/** The bodies of the wire contract: documented in OpenAPI, checked by types, not at run time. */

const instant = (description: string) => t.String({ format: "date-time", description });
const phone = t.String({
  maxLength: 64,
  description: "Any way of typing it",
  examples: ["+8801712345678"],
});
const challenge = t.String({ maxLength: 512, description: "From the answer to the code request" });
const code = t.String({
  maxLength: 32,
  description: "The six digits of the SMS",
  examples: ["042137"],
});
const locale = t.String({ maxLength: 35, description: "BCP 47 tag: the language of SMS and mail" });
const verification = t.String({ maxLength: 1024, description: "A sealed proof of the phone" });
const saleState = t.UnionEnum(["scheduled", "verifying", "open", "paused", "full", "closed"]);

export const requestCodeBody = t.Object({
  phone,
  challenge: t.Optional(
    t.String({ maxLength: 512, description: "Makes this a resend of that code" }),
  ),
  purpose: t.Optional(t.UnionEnum(["register", "recover"])),
  locale: t.Optional(locale),
});

export const codeSent = t.Object({
  challenge: t.String(),
  expiresInS: t.Integer(),
  resendInS: t.Integer(),
});

export const verifyBody = t.Object({ challenge, phone, code });

export const verified = t.Object({ verification });

const person = {
  name: t.Optional(t.String({ maxLength: 1024, description: "May be absent to recover a ticket" })),
  email: t.Optional(t.String({ maxLength: 512, description: "May be absent to recover a ticket" })),
  locale: t.Optional(locale),
};

export const registerBody = t.Union([
  t.Object({ ...person, phone, challenge, code }),
  t.Object({ ...person, verification }),
]);

export const registered = t.Object({
  registrationId: t.String({ format: "uuid" }),
  ordinal: t.Integer({ minimum: 1, description: "Place within the sale" }),
  ticketUrl: t.String({ format: "uri" }),
  pdfUrl: t.String({ format: "uri" }),
});

const sale = t.Object({
  number: t.Integer(),
  state: saleState,
  verifyFrom: instant("Phones can be verified from here on"),
  opensAt: instant("Seats are given out from here on"),
  closesAt: instant("No seat is given out from here on"),
  quota: t.Integer(),
  remaining: t.Integer(),
});

export const eventBody = t.Object({
  slug: t.String(),
  name: t.String(),
  venue: t.String(),
  description: t.String(),
  timeZone: t.String({ examples: ["Asia/Dhaka"] }),
  days: t.Array(
    t.Object({
      day: t.Integer(),
      date: t.String({ format: "date" }),
      doorsAt: t.String({ examples: ["18:30"] }),
    }),
  ),
  now: instant("The server's time"),
  currentSale: t.Union([t.Integer(), t.Null()], { description: "Number of the current sale" }),
  sales: t.Array(sale),
});

export const eventsBody = t.Object({ events: t.Array(eventBody) });

export const tickBody = t.Object({
  now: instant("The server's time"),
  sale: t.Union([
    t.Object({
      number: t.Integer(),
      state: saleState,
      opensAt: instant("Opening"),
      closesAt: instant("Closing"),
    }),
    t.Null(),
  ]),
  next: t.Union([instant("When the state changes by itself next"), t.Null()]),
  remaining: t.Integer(),
});

const channel = t.Object({
  state: t.UnionEnum(["queued", "sent", "delivered", "failed", "unknown"]),
  ahead: t.Union([t.Integer(), t.Null()], { description: "Messages ahead, while queued" }),
});

export const statusBody = t.Object({ sms: channel, mail: channel });

export const inboxBody = t.Array(
  t.Object({
    id: t.String(),
    kind: t.UnionEnum(["sms", "mail"]),
    to: t.String(),
    text: t.String(),
    subject: t.Optional(t.String()),
    attachments: t.Optional(
      t.Array(
        t.Object({
          filename: t.String(),
          contentType: t.String(),
          bytes: t.Integer(),
          url: t.String(),
        }),
      ),
    ),
    at: instant("When it would have gone out"),
  }),
);

export const healthBody = t.Object({ status: t.Literal("ok") });

export const problemSchema = t.Object({
  type: t.String(),
  title: t.String(),
  status: t.Integer(),
  detail: t.String({ description: "A sentence a person can act on" }),
  code: t.String({ description: "Stable: decide by this one" }),
  retryAfterS: t.Optional(t.Integer()),
  attemptsLeft: t.Optional(t.Integer()),
  opensInS: t.Optional(t.Integer()),
  verification: t.Optional(verification),
});

export type RequestCodeBody = Static<typeof requestCodeBody>;
export type CodeSent = Static<typeof codeSent>;
export type VerifyBody = Static<typeof verifyBody>;
export type Verified = Static<typeof verified>;
export type RegisterBody = Static<typeof registerBody>;
export type Registered = Static<typeof registered>;
export type EventBody = Static<typeof eventBody>;
export type EventsBody = Static<typeof eventsBody>;
export type TickBody = Static<typeof tickBody>;
export type StatusBody = Static<typeof statusBody>;
export type InboxBody = Static<typeof inboxBody>;
export type HealthBody = Static<typeof healthBody>;
export type ProblemBody = Static<typeof problemSchema>;
