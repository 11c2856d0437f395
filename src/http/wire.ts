import type { Static, TSchema } from "elysia";
import { t } from "elysia";

/** The bodies of the wire contract: documented in OpenAPI, checked by types, not at run time. */

/** What `organiser/event-file.ts` lets an event be called. */
export const SLUG_PATTERN = "^[a-z0-9-]{1,40}$";

/** As `ticket/ticket.ts` reads it. */
export const TICKET_KEY_PATTERN = "^[A-Za-z0-9_-]{22}$";

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
export const proof = t.String({
  maxLength: 1024,
  description: "A proof-of-work as ALTCHA writes it; without its number, one that was waited for",
});
const pass = t.String({ maxLength: 128, description: "A place in the waiting line" });
const purpose = t.UnionEnum(["register", "recover"]);
const verification = t.String({ maxLength: 1024, description: "A sealed proof of the phone" });
const saleState = t.UnionEnum([
  "scheduled",
  "verifying",
  "lobby",
  "open",
  "paused",
  "full",
  "closed",
]);
/** As far as a ticket code can count. */
const saleNumber = t.Integer({ minimum: 1, maximum: 16 });
const seatCount = t.Integer({ minimum: 0, maximum: 131_071 });
const waitS = t.Integer({ minimum: 1, description: "Whole seconds" });

/** Null counts as absent. */
export function mayLack<Schema extends TSchema>(schema: Schema) {
  return t.Optional(t.Union([schema, t.Null()]));
}

export const requestCodeBody = t.Object({
  phone,
  challenge: mayLack(t.String({ maxLength: 512, description: "Makes this a resend of that code" })),
  purpose: mayLack(purpose),
  locale: mayLack(locale),
  proof: mayLack(proof),
  pass: mayLack(pass),
});

export const requestProofBody = t.Object({ phone });

export const proofIssued = t.Object({
  challenge: t.Object({
    algorithm: t.Literal("SHA-256"),
    challenge: t.String(),
    maxnumber: t.Integer({ minimum: 1, description: "No number above it needs to be tried" }),
    salt: t.String(),
    signature: t.String(),
  }),
  waitS: t.Integer({ minimum: 1, description: "From when on it is taken unsolved" }),
});

export const codeSent = t.Object({
  challenge: t.String(),
  expiresInS: waitS,
  resendInS: waitS,
  leavesInS: t.Integer({ minimum: 0, description: "How long the SMS waits for its turn" }),
});

export const verifyBody = t.Object({
  challenge,
  phone,
  code,
  proof: mayLack(proof),
  pass: mayLack(pass),
});

export const verified = t.Object({ verification });

const person = {
  name: mayLack(t.String({ maxLength: 1024, description: "May be absent to recover a ticket" })),
  email: mayLack(t.String({ maxLength: 512, description: "May be absent to recover a ticket" })),
  locale: mayLack(locale),
  proof: mayLack(proof),
  pass: mayLack(pass),
};

/** With both, the verification counts. */
export const registerBody = t.Union([
  t.Object({ ...person, phone, challenge, code, verification: mayLack(verification) }),
  t.Object({
    ...person,
    verification,
    phone: mayLack(phone),
    challenge: mayLack(challenge),
    code: mayLack(code),
  }),
]);

export const registered = t.Object({
  registrationId: t.String({ format: "uuid" }),
  ordinal: t.Integer({ minimum: 1, description: "Place within the sale" }),
  ticketUrl: t.String({ format: "uri" }),
  pdfUrl: t.String({ format: "uri" }),
});

const ofPhone = { pass: mayLack(pass), proof: mayLack(proof) };

/** The verification counts before a pass, and that, with which no other place is taken, before a proof. */
export const joinLineBody = t.Union([
  t.Object({ verification, phone: mayLack(phone), ...ofPhone }),
  t.Object({ phone, verification: mayLack(verification), ...ofPhone }),
]);

const place = t.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const inLine = t.Object({
  pass,
  place: t.Union([place, t.Null()], { description: "Null until the lobby is drawn" }),
  cost: t.UnionEnum(["verification", "proof"], { description: "What was given for it" }),
  keptForS: t.Union([t.Integer({ minimum: 0 }), t.Null()], {
    description: "How much longer a seat is kept, in seconds; null before its turn",
  }),
});

const line = t.Object({
  phase: t.UnionEnum(["lobby", "closed", "drawn"]),
  size: t.Integer({ minimum: 0, description: "Places in the lobby" }),
  to: t.Integer({ minimum: 0, description: "Whoever's place is below it was let in" }),
  held: t.Integer({ minimum: 0, description: "Seats held for those who were let in" }),
  rate: t.Integer({ minimum: 0, description: "People let in a minute" }),
  share: t.Integer({ minimum: 0, maximum: 100, description: "Of 100 let in, how many register" }),
  every: t.Integer({ minimum: 1, description: "Seconds until the next look, give or take" }),
});

const bytes = t.String({ description: "base64url" });
const orNull = <Schema extends TSchema>(schema: Schema) => t.Union([schema, t.Null()]);

export const drawBody = t.Object({
  method: t.Literal("floodgate-draw-1"),
  sale: saleNumber,
  phase: t.UnionEnum(["lobby", "closed", "drawn"]),
  seedHash: bytes,
  closedAt: orNull(instant("Nobody joined the list after it")),
  count: orNull(t.Integer({ minimum: 0 })),
  root: orNull(bytes),
  beacon: orNull(
    t.Object({
      name: t.String(),
      value: orNull(t.String()),
      missing: orNull(t.String({ description: "Why it was drawn without" })),
    }),
  ),
  drawnAt: orNull(instant("The seed is public from here on")),
  seed: orNull(bytes),
});

export const receiptBody = t.Object({
  statement: t.String({ description: "JSON, as it was signed" }),
  signature: bytes,
  publicKey: bytes,
  keyId: t.Integer({ minimum: 1 }),
});

const sale = t.Object({
  number: saleNumber,
  state: saleState,
  verifyFrom: instant("Phones can be verified from here on"),
  opensAt: instant("Seats are given out from here on"),
  closesAt: instant("No seat is given out from here on"),
  quota: seatCount,
  remaining: seatCount,
});

export const eventBody = t.Object({
  slug: t.String({ pattern: SLUG_PATTERN }),
  name: t.String(),
  venue: t.String(),
  description: t.String(),
  timeZone: t.String({ examples: ["Asia/Dhaka"] }),
  days: t.Array(
    t.Object({
      day: t.Integer({ minimum: 1, maximum: 16 }),
      date: t.String({ format: "date" }),
      doorsAt: t.String({ examples: ["18:30"] }),
    }),
  ),
  now: instant("The server's time"),
  currentSale: t.Union([saleNumber, t.Null()], { description: "Number of the current sale" }),
  sales: t.Array(sale),
});

export const eventsBody = t.Object({ events: t.Array(eventBody) });

export const tickBody = t.Object({
  now: instant("The server's time"),
  sale: t.Union([
    t.Object({
      number: saleNumber,
      state: saleState,
      opensAt: instant("Opening"),
      closesAt: instant("Closing"),
    }),
    t.Null(),
  ]),
  next: t.Union([instant("When the state changes by itself next"), t.Null()]),
  remaining: seatCount,
  line: t.Optional(line),
});

const channel = t.Object({
  state: t.UnionEnum(["queued", "sent", "delivered", "failed", "unknown"]),
  ahead: t.Union([t.Integer({ minimum: 0 }), t.Null()], {
    description: "About how many messages are ahead, while queued",
  }),
  waitS: t.Union([t.Integer({ minimum: 0 }), t.Null()], {
    description: "About how long until it goes out, where that can be told",
  }),
});

export const statusBody = t.Object({
  sms: channel,
  mail: channel,
  askAgainS: t.Union([waitS, t.Null()], {
    description: "When to ask again; null when nothing more will be heard",
  }),
});

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
  retryAfterS: t.Optional(waitS),
  attemptsLeft: t.Optional(t.Integer({ minimum: 0 })),
  opensInS: t.Optional(waitS),
  lapsed: t.Optional(
    t.Boolean({ description: "The time of the place is over: only a new one helps" }),
  ),
  verification: t.Optional(verification),
});

export type RequestCodeBody = Static<typeof requestCodeBody>;
export type RequestProofBody = Static<typeof requestProofBody>;
export type ProofIssued = Static<typeof proofIssued>;
export type CodeSent = Static<typeof codeSent>;
export type VerifyBody = Static<typeof verifyBody>;
export type Verified = Static<typeof verified>;
export type RegisterBody = Static<typeof registerBody>;
export type Registered = Static<typeof registered>;
export type InLine = Static<typeof inLine>;
export type DrawBody = Static<typeof drawBody>;
export type EventBody = Static<typeof eventBody>;
export type EventsBody = Static<typeof eventsBody>;
export type TickBody = Static<typeof tickBody>;
export type StatusBody = Static<typeof statusBody>;
export type InboxBody = Static<typeof inboxBody>;
export type HealthBody = Static<typeof healthBody>;
export type ProblemBody = Static<typeof problemSchema>;
