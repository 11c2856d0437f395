import type { TSchema } from "elysia";
import type { Refusal } from "./problem.ts";
import { problemRows } from "./problem.ts";
import { addressCorrected, correctAddressBody, mailQueued } from "./ticket-change-wire.ts";
import {
  codeSent,
  drawBody,
  eventBody,
  eventsBody,
  healthBody,
  inboxBody,
  inLine,
  joinLineBody,
  proofIssued,
  receiptBody,
  registerBody,
  registered,
  requestCodeBody,
  requestProofBody,
  statusBody,
  tickBody,
  verified,
  verifyBody,
} from "./wire.ts";

/** One call as OpenAPI 3.1 describes it. */
export interface Operation {
  readonly summary: string;
  readonly tags: readonly [string];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Content;
}

interface Header {
  readonly description: string;
  readonly required: true;
  readonly schema: { readonly type: "string" | "integer"; readonly minimum?: number };
}

type Content = Readonly<Record<string, { readonly schema?: TSchema | ProblemOf }>>;

/** The problem as it comes with one status. */
export interface ProblemOf {
  readonly allOf: readonly [
    { readonly $ref: string },
    {
      readonly properties: {
        readonly status: { readonly const: number };
        readonly code: { readonly enum: readonly string[] };
      };
      readonly required: readonly string[];
    },
  ];
}

interface Call {
  readonly tag: string;
  readonly summary: string;
  readonly body?: TSchema;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly refusals?: readonly Refusal["kind"][];
  /** A person who opens it in a browser is refused with a page. */
  readonly isForPeople?: true;
}

/** What any call may be refused for. */
const REFUSALS = ["origin-unproven", "body-too-large", "uri-too-long", "internal"] as const;

/** What every call with a body may be refused for before it is understood. */
const BODY_REFUSALS = [
  "invalid-body",
  "cross-site",
  "event-not-found",
  "timeout",
  "unsupported-media-type",
  "overloaded",
  "draining",
] as const;
const PHONE_REFUSALS = ["invalid-phone", "country-not-served"] as const;
const CODE_REFUSALS = [
  "code-wrong",
  "code-expired",
  "code-exhausted",
  "challenge-invalid",
] as const;
const PROOF_REFUSALS = ["proof-required", "proof-invalid", "rate-limited"] as const;
const LINE_REFUSALS = ["pass-required", "pass-invalid", "not-your-turn"] as const;
const SALE_REFUSALS = ["not-open", "sale-full", "sale-closed", "sale-paused"] as const;
const READ_REFUSALS = ["not-found", "overloaded"] as const;

const WEBHOOK_REFUSALS = [
  "not-found",
  "report-unproven",
  "invalid-body",
  "timeout",
  "unsupported-media-type",
  "overloaded",
  "draining",
] as const;

/** Statuses whose refusals all say when to come back. */
const WAITING = new Set([429, 503]);

const RETRY_AFTER: Header = {
  description: "Seconds, the same as retryAfterS",
  required: true,
  schema: { type: "integer", minimum: 1 },
};

const page: Answer = { description: "An HTML page", content: { "text/html": {} } };

/** Every route of the service, by method and path. */
export const operations: Readonly<Record<string, Operation>> = {
  "GET /": operation({
    tag: "Pages",
    summary: "The list of events, or straight to the event when there is one",
    answers: {
      200: page,
      302: {
        description: "To the only event",
        headers: { Location: header("The event's page") },
      },
    },
    isForPeople: true,
  }),
  "GET /e/:event": operation({
    tag: "Pages",
    summary: "The page on which people register",
    answers: { 200: page },
    refusals: ["not-found"],
    isForPeople: true,
  }),
  "GET /api/v1/events": operation({
    tag: "Events",
    summary: "All events with their sales",
    answers: { 200: answer("Cacheable for a second", eventsBody) },
  }),
  "GET /api/v1/events/:event": operation({
    tag: "Events",
    summary: "One event: description, event days and sales",
    answers: { 200: answer("Cacheable for a second", eventBody) },
    refusals: ["not-found"],
  }),
  "GET /api/v1/events/:event/tick": operation({
    tag: "Events",
    summary: "Server time and the current sale, under 300 bytes, the same for everyone",
    answers: {
      200: {
        ...answer("Cacheable for a second, with an ETag", tickBody),
        headers: { ETag: header("Of this body") },
      },
      304: { description: "Nothing has changed since the ETag given" },
    },
    refusals: ["not-found"],
  }),
  "POST /api/v1/events/:event/proofs": operation({
    tag: "Registration",
    summary: "A proof-of-work to solve before the next code; 404 where none is asked for",
    body: requestProofBody,
    answers: { 200: answer("To solve within two minutes, for this phone and event", proofIssued) },
    refusals: [...BODY_REFUSALS, ...PHONE_REFUSALS],
  }),
  "POST /api/v1/events/:event/passes": operation({
    tag: "Registration",
    summary: "A place in the waiting line, one for each phone; 404 where no line is kept",
    body: joinLineBody,
    answers: {
      200: answer(
        "The same place for the same phone, until its time is over; to a pass, how long its seat is kept",
        inLine,
      ),
    },
    refusals: [
      ...BODY_REFUSALS,
      ...PHONE_REFUSALS,
      ...PROOF_REFUSALS,
      ...SALE_REFUSALS,
      ...LINE_REFUSALS,
      "verification-invalid",
    ],
  }),
  "GET /api/v1/events/:event/draw": operation({
    tag: "Events",
    summary:
      "How far the draw of the lobby is, of the current sale or of `?sale=`; its method is in the documentation",
    answers: { 200: answer("Each member is null until it is known", drawBody) },
    refusals: READ_REFUSALS,
  }),
  "GET /api/v1/events/:event/receipt": operation({
    tag: "Events",
    summary:
      "What became of the last sale that has ended or of `?sale=`, signed with the event's key",
    answers: { 200: answer("The statement as it was signed, and its signature", receiptBody) },
    refusals: [...READ_REFUSALS, "sale-not-ended"],
  }),
  "GET /e/:event/receipt": operation({
    tag: "Pages",
    summary: "The same for people, with the seats of each minute as a picture",
    answers: { 200: page },
    refusals: [...READ_REFUSALS, "sale-not-ended"],
    isForPeople: true,
  }),
  "GET /api/v1/events/:event/draw/list": operation({
    tag: "Events",
    summary: "All places as they were drawn, with what is needed to draw them again",
    answers: {
      200: { description: "Once drawn, for ever the same", content: { "application/json": {} } },
    },
    refusals: ["not-found", "not-drawn", "overloaded"],
  }),
  "POST /api/v1/events/:event/codes": operation({
    tag: "Registration",
    summary: "Send a code by SMS, send it again, or recover a ticket",
    body: requestCodeBody,
    answers: { 202: answer("The same for every number that can be served", codeSent) },
    refusals: [
      ...BODY_REFUSALS,
      ...PHONE_REFUSALS,
      ...SALE_REFUSALS,
      "challenge-invalid",
      "code-expired",
      "code-exhausted",
      "resend-too-soon",
      ...PROOF_REFUSALS,
      ...LINE_REFUSALS,
      "gateway-unavailable",
    ],
  }),
  "POST /api/v1/events/:event/verifications": operation({
    tag: "Registration",
    summary: "Prove the phone now, register later",
    body: verifyBody,
    answers: { 200: answer("A proof of the phone; not a seat", verified) },
    refusals: [
      ...BODY_REFUSALS,
      ...PHONE_REFUSALS,
      ...CODE_REFUSALS,
      ...PROOF_REFUSALS,
      ...LINE_REFUSALS,
      ...SALE_REFUSALS,
    ],
  }),
  "POST /api/v1/events/:event/registrations": operation({
    tag: "Registration",
    summary: "Take a seat, with a code or a verification",
    body: registerBody,
    answers: {
      201: answer("Registered, durably", registered),
      200: answer("This phone already holds this seat", registered),
    },
    refusals: [
      ...BODY_REFUSALS,
      ...PHONE_REFUSALS,
      ...CODE_REFUSALS,
      ...SALE_REFUSALS,
      ...LINE_REFUSALS,
      "invalid-name",
      "invalid-email",
      "verification-invalid",
    ],
  }),
  "GET /t/:key": operation({
    tag: "Tickets",
    summary: "The ticket page: codes on screen, delivery status",
    answers: { 200: page },
    refusals: READ_REFUSALS,
    isForPeople: true,
  }),
  "GET /t/:key/tickets.pdf": operation({
    tag: "Tickets",
    summary: "The ticket as a PDF, the same bytes every time",
    answers: { 200: { description: "A PDF", content: { "application/pdf": {} } } },
    refusals: READ_REFUSALS,
    isForPeople: true,
  }),
  "GET /t/:key/status": operation({
    tag: "Tickets",
    summary: "Where SMS and mail stand",
    answers: { 200: answer("Status of both channels", statusBody) },
    refusals: READ_REFUSALS,
    isForPeople: true,
  }),
  "POST /t/:key/mails": operation({
    tag: "Tickets",
    summary: "Send the mail once more, three times in 24 hours, one at a time; takes no body",
    answers: {
      202: answer("Owed to the address as it stands", mailQueued),
      303: {
        description: "For a form without a script",
        headers: { Location: header("The ticket's page") },
      },
    },
    refusals: ["not-found", "cross-site", "rate-limited", "overloaded", "draining"],
    isForPeople: true,
  }),
  "POST /t/:key/address": operation({
    tag: "Tickets",
    summary: "Correct the mail address, once, with a recover code; the ticket gets a new key",
    body: correctAddressBody,
    answers: {
      200: answer("The new links; the same request again gives the same", addressCorrected),
    },
    refusals: [
      ...BODY_REFUSALS,
      ...PHONE_REFUSALS,
      ...CODE_REFUSALS,
      ...PROOF_REFUSALS,
      "invalid-email",
      "already-corrected",
    ],
  }),
  "POST /webhooks/sms/:gateway": operation({
    tag: "Webhooks",
    summary:
      "What an SMS provider says became of messages, in its own form, signed as the settings say",
    answers: { 200: answer("Kept; the same again changes nothing", healthBody) },
    refusals: WEBHOOK_REFUSALS,
  }),
  "GET /webhooks/sms/:gateway": operation({
    tag: "Webhooks",
    summary: "The same, from a provider that reports by address alone",
    answers: { 200: answer("Kept; the same again changes nothing", healthBody) },
    refusals: WEBHOOK_REFUSALS,
  }),
  "POST /webhooks/mail": operation({
    tag: "Webhooks",
    summary: "What a mail provider tells, in Mailgun's form: bounces, complaints, deliveries",
    answers: { 200: answer("Kept; the same again changes nothing", healthBody) },
    refusals: WEBHOOK_REFUSALS,
  }),
  "GET /dev/inbox": operation({
    tag: "Development",
    summary: "What would have gone out, newest first; only from this machine",
    answers: { 200: page },
    refusals: ["not-found"],
    isForPeople: true,
  }),
  "GET /dev/inbox.json": operation({
    tag: "Development",
    summary: "The same as JSON",
    answers: { 200: answer("Messages, newest first", inboxBody) },
    refusals: ["not-found"],
    isForPeople: true,
  }),
  "GET /dev/inbox/:message/:filename": operation({
    tag: "Development",
    summary: "A file that was attached to a mail",
    answers: { 200: { description: "The file", content: { "*/*": {} } } },
    refusals: ["not-found"],
    isForPeople: true,
  }),
  "GET /healthz": operation({
    tag: "Operation",
    summary: "Liveness",
    answers: { 200: answer("The process answers", healthBody) },
  }),
  "GET /readyz": operation({
    tag: "Operation",
    summary: "Readiness; fails while draining",
    answers: { 200: answer("Ready for requests", healthBody) },
    refusals: ["overloaded", "draining"],
  }),
  "GET /metrics": operation({
    tag: "Operation",
    summary: "Metrics in Prometheus' text format, for this machine or with a bearer token",
    answers: { 200: { description: "Metrics", content: { "text/plain": {} } } },
    refusals: ["not-found"],
  }),
  "GET /openapi.json": operation({
    tag: "Operation",
    summary: "This description",
    answers: { 200: { description: "OpenAPI 3.1", content: { "application/json": {} } } },
  }),
  "GET /docs": operation({
    tag: "Operation",
    summary: "This description as a page",
    answers: { 200: page },
  }),
};

function operation({ tag, summary, body, answers, refusals = [], isForPeople }: Call): Operation {
  const refused = problemAnswers([...refusals, ...REFUSALS], isForPeople === true);
  const responses = { ...answers, ...refused };
  if (body === undefined) return { summary, tags: [tag], responses };
  const content = { "application/json": { schema: body } };
  return { summary, tags: [tag], requestBody: { required: true, content }, responses };
}

function answer(description: string, schema: TSchema): Answer {
  return { description, content: { "application/json": { schema } } };
}

function header(description: string): Header {
  return { description, required: true, schema: { type: "string" } };
}

/** One answer for each status, its description listing the codes that may come with it. */
function problemAnswers(
  kinds: readonly Refusal["kind"][],
  isForPeople: boolean,
): Record<string, Answer> {
  const codesByStatus = new Map<number, string[]>();
  for (const kind of kinds) {
    const [status, code] = problemRows[kind];
    codesByStatus.set(status, [...(codesByStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...codesByStatus].map(([status, codes]) => [
      status,
      {
        description: codes.join(", "),
        ...(WAITING.has(status) && { headers: { "Retry-After": RETRY_AFTER } }),
        content: {
          "application/problem+json": { schema: problemOf(status, codes) },
          ...(isForPeople && { "text/html": {} }),
        },
      },
    ]),
  );
}

function problemOf(status: number, codes: readonly string[]): ProblemOf {
  return {
    allOf: [
      { $ref: "#/components/schemas/Problem" },
      {
        properties: { status: { const: status }, code: { enum: codes } },
        required: WAITING.has(status) ? ["retryAfterS"] : [],
      },
    ],
  };
}
