import type {
  ConfirmOutcome,
  CorrectAddressOutcome,
  JoinLineOutcome,
  RequestCodeOutcome,
  RequestProofOutcome,
  ResendMailOutcome,
  VerifyOutcome,
} from "../registration/outcome.ts";
import { GUARDED, PERSONAL } from "./headers.ts";
import type { ProblemBody } from "./wire.ts";

type Given = {
  readonly kind:
    | "proof"
    | "sent"
    | "verified"
    | "registered"
    | "holder"
    | "mail-queued"
    | "corrected"
    | "in-line";
};

/** Whatever is not what the caller asked for: what the use cases refuse, and what the edge does. */
export type Refusal =
  | Exclude<
      | RequestCodeOutcome
      | RequestProofOutcome
      | VerifyOutcome
      | ConfirmOutcome
      | ResendMailOutcome
      | CorrectAddressOutcome
      | JoinLineOutcome,
      Given
    >
  | EdgeRefusal;

export type EdgeRefusal =
  | InvalidBody
  | { readonly kind: "not-found" }
  | { readonly kind: "not-drawn" }
  | { readonly kind: "sale-not-ended" }
  | { readonly kind: "method-not-allowed"; readonly allow: string }
  | { readonly kind: "timeout" }
  | { readonly kind: "body-too-large" }
  | { readonly kind: "uri-too-long" }
  | { readonly kind: "unsupported-media-type" }
  | { readonly kind: "cross-site" }
  | { readonly kind: "origin-unproven" }
  | { readonly kind: "report-unproven" }
  | { readonly kind: "internal"; readonly detail: string };

export interface InvalidBody {
  readonly kind: "invalid-body";
  readonly detail: string;
}

type Row = readonly [status: number, code: string, title: string, detail: string];

const INTERNAL: Row = [
  500,
  "internal",
  "Internal error",
  "Something broke on our side. Please try again; if it stays broken, tell the organiser.",
];

const NOT_FOUND: Row = [
  404,
  "not_found",
  "Not found",
  "There is nothing at this address. Check the link for missing characters.",
];

/** The one table from refusal to status, code and a sentence a person can act on. */
export const problemRows: Readonly<Record<Refusal["kind"], Row>> = {
  "not-open": [
    409,
    "not_open",
    "Not open yet",
    "Registration has not opened yet. Come back at the opening time.",
  ],
  "sale-full": [409, "sale_full", "Full", "All seats of this registration are taken."],
  "sale-closed": [409, "sale_closed", "Closed", "Registration for this event has closed."],
  "sale-not-ended": [
    409,
    "sale_not_ended",
    "Not ended yet",
    "This registration goes on, or has only just closed. Its receipt comes when it is full, or a minute after the closing.",
  ],
  "already-corrected": [
    409,
    "already_corrected",
    "Corrected before",
    "The mail address of this ticket was corrected before, which can be done once.",
  ],
  "invalid-phone": [
    422,
    "invalid_phone",
    "Invalid phone number",
    "This is not a phone number we can send to. Type it with its country code, as in +8801712345678.",
  ],
  "invalid-email": [
    422,
    "invalid_email",
    "Invalid mail address",
    "This is not a mail address we can send to. Check it for typing errors.",
  ],
  "invalid-name": [
    422,
    "invalid_name",
    "Invalid name",
    "Type your name in up to 80 letters, without links.",
  ],
  "country-not-served": [
    422,
    "country_not_served",
    "Country not served",
    "We cannot send messages to phones of this country. Use a phone of a country that is served.",
  ],
  "invalid-body": [
    400,
    "invalid_body",
    "Invalid body",
    "Send one JSON object with the fields asked for.",
  ],
  "code-wrong": [
    403,
    "code_wrong",
    "Wrong code",
    "This is not the code we sent. Look at the newest SMS and type its six digits.",
  ],
  "code-expired": [403, "code_expired", "Code expired", "This code is too old. Ask for a new one."],
  "code-exhausted": [
    403,
    "code_exhausted",
    "Too many wrong codes",
    "This code was mistyped or sent too often. Ask for a new one.",
  ],
  "challenge-invalid": [
    403,
    "challenge_invalid",
    "Invalid challenge",
    "This code request is not known for this phone and event. Ask for a new code.",
  ],
  "verification-invalid": [
    403,
    "verification_invalid",
    "Invalid verification",
    "The proof of your phone is no longer valid. Ask for a new code.",
  ],
  "proof-required": [
    403,
    "proof_required",
    "Proof required",
    "Solve a proof-of-work first: ask for one under proofs, and send it as the field proof.",
  ],
  "proof-invalid": [
    403,
    "proof_invalid",
    "Invalid proof",
    "This proof-of-work is wrong, used, too old, or of another phone or event. Solve a new one.",
  ],
  "pass-required": [
    403,
    "pass_required",
    "A place in line first",
    "Many people are here. Take a place in the line first, and send it as the field pass.",
  ],
  "pass-invalid": [
    403,
    "pass_invalid",
    "Invalid pass",
    "This place in the line is not one of this phone and registration. Take one with this phone.",
  ],
  "not-your-turn": [
    403,
    "not_your_turn",
    "Not your turn",
    "It is not the turn of this place yet, or its time is over. The page shows where it stands.",
  ],
  "cross-site": [
    403,
    "cross_site",
    "Sent from another site",
    "This request came from the page of another site. Open our own page and try again there.",
  ],
  "report-unproven": [
    403,
    "report_unproven",
    "Unproven",
    "This was not shown to come from the provider. Check the secret or the signing key on both sides.",
  ],
  "origin-unproven": [
    403,
    "origin_unproven",
    "Not through the front door",
    "This address is not open to the public. Use the address you were given.",
  ],
  "event-not-found": NOT_FOUND,
  "not-found": NOT_FOUND,
  "proof-not-asked": NOT_FOUND,
  "no-waiting-room": NOT_FOUND,
  "not-drawn": [
    404,
    "not_found",
    "Not drawn yet",
    "The list of places is published once they are drawn. Come back after the opening.",
  ],
  "method-not-allowed": [
    405,
    "method_not_allowed",
    "Method not allowed",
    "This address does not take this method. The Allow header lists those it takes.",
  ],
  timeout: [
    408,
    "timeout",
    "Timeout",
    "The request did not arrive in time. Check your connection and send it again.",
  ],
  "body-too-large": [
    413,
    "body_too_large",
    "Body too large",
    "The request is too large. Send less.",
  ],
  "uri-too-long": [
    414,
    "uri_too_long",
    "Address too long",
    "The address is too long. Check the link.",
  ],
  "unsupported-media-type": [
    415,
    "unsupported_media_type",
    "Unsupported media type",
    "Send the body as JSON, with the header Content-Type: application/json.",
  ],
  "resend-too-soon": [
    429,
    "resend_too_soon",
    "Code already sent",
    "A code was sent a moment ago. Wait for it, or ask again after the time given.",
  ],
  "rate-limited": [
    429,
    "rate_limited",
    "Too many requests",
    "This was asked for too often in a short time. Ask again after the time given.",
  ],
  internal: INTERNAL,
  failed: INTERNAL,
  overloaded: [
    503,
    "overloaded",
    "Busy",
    "Very many people are here right now. Send the same request again after the time given.",
  ],
  "gateway-unavailable": [
    503,
    "gateway_unavailable",
    "SMS unavailable",
    "SMS cannot be sent right now. Ask again after the time given.",
  ],
  "sale-paused": [
    503,
    "sale_paused",
    "Paused",
    "Registration is paused for a moment. Send the same request again after the time given.",
  ],
  draining: [
    503,
    "draining",
    "Restarting",
    "The service is restarting. Send the same request again after the time given.",
  ],
};

const CLOSING: ReadonlySet<Refusal["kind"]> = new Set([
  "body-too-large",
  "timeout",
  "uri-too-long",
  "origin-unproven",
  "draining",
]);

/** The members of an RFC 9457 problem, with the extensions the refusal carries. */
export function problemBody(refusal: Refusal): ProblemBody {
  const [status, code, title, sentence] = problemRows[refusal.kind];
  const detail = "detail" in refusal ? refusal.detail : sentence;
  const body: ProblemBody = { type: `/docs#${code}`, title, status, detail, code };
  if ("retryAfterS" in refusal) body.retryAfterS = refusal.retryAfterS;
  if ("attemptsLeft" in refusal) body.attemptsLeft = refusal.attemptsLeft;
  if ("opensInS" in refusal && refusal.opensInS !== null) body.opensInS = refusal.opensInS;
  if ("isLapsed" in refusal && refusal.isLapsed) body.lapsed = true;
  if ("verification" in refusal) body.verification = refusal.verification;
  return body;
}

/** Headers of a refusal as a problem document; a page for a person replaces some. */
export function problemHeaders(refusal: Refusal): Record<string, string> {
  const headers: Record<string, string> = {
    ...GUARDED,
    "content-type": "application/problem+json",
    "cache-control": PERSONAL,
  };
  if ("retryAfterS" in refusal) headers["retry-after"] = String(refusal.retryAfterS);
  if ("allow" in refusal) headers["allow"] = refusal.allow;
  if (CLOSING.has(refusal.kind)) headers["connection"] = "close";
  return headers;
}

export function problem(refusal: Refusal): Response {
  const body = problemBody(refusal);
  const headers = problemHeaders(refusal);
  return new Response(JSON.stringify(body), { status: body.status, headers });
}
