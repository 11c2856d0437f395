import { Elysia } from "elysia";
import { PROOF_LENGTH_MAX } from "../../proof/proof-challenge.ts";
import type { PhoneProof, Registration, RequestCodeCommand } from "../../registration/commands.ts";
import type {
  ConfirmOutcome,
  RequestCodeOutcome,
  VerifyOutcome,
} from "../../registration/outcome.ts";
import { personalJson } from "../answers.ts";
import type { Field, FieldsOf } from "../fields.ts";
import { missing, optional, readFields, required } from "../fields.ts";
import type { InvalidBody, Refusal } from "../problem.ts";
import { problem } from "../problem.ts";
import type { BodyLimits } from "../request-body.ts";
import { readJsonObject } from "../request-body.ts";
import { isFromOwnPage } from "../same-origin.ts";
import type { CodeSent, Registered, Verified } from "../wire.ts";

export interface RegistrationRoutesOptions extends TakeOptions {
  readonly registration: Registration;
  readonly addressOf: (request: Request) => string;
}

export interface TakeOptions {
  readonly bodyLimits: BodyLimits;
  /** Null while requests are taken, else how they are refused. */
  readonly refusal: () => Refusal | null;
  /** Origin of the links given out, without a slash at the end. */
  readonly publicUrl: string;
}

const phone = required(64);
const challengeLengthMax = 512;
const codeLengthMax = 32;
const locale = optional(35);
const proof = optional(PROOF_LENGTH_MAX);
const pass = optional(128);

const codesFields = {
  phone,
  challenge: optional(challengeLengthMax),
  purpose: optional(16),
  locale,
  proof,
  pass,
};

const verificationsFields = {
  challenge: required(challengeLengthMax),
  phone,
  code: required(codeLengthMax),
  proof,
  pass,
};

const registrationsFields = {
  name: optional(1_024),
  email: optional(512),
  locale,
  verification: optional(1_024),
  phone: optional(64),
  challenge: optional(challengeLengthMax),
  code: optional(codeLengthMax),
  proof,
  pass,
};

const DEFAULT_LOCALE = "en";
const LOCALE = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/;

/** The three calls of the flood. Elysia parses nothing here: the body is read and checked by hand, once. */
export function registrationRoutes(options: RegistrationRoutesOptions) {
  const { registration, publicUrl, addressOf } = options;
  return new Elysia()
    .post(
      "/api/v1/events/:event/codes",
      ({ request, params: { event } }) =>
        take(request, codesFields, options, async (fields) => {
          const purpose = purposeOf(fields.purpose);
          if (typeof purpose !== "string") return problem(purpose);
          const outcome = await registration.requestCode({
            eventSlug: event,
            phone: fields.phone,
            challenge: fields.challenge,
            purpose,
            locale: localeOf(fields.locale),
            address: addressOf(request),
            proof: fields.proof,
            pass: fields.pass,
          });
          return codeAnswer(outcome);
        }),
      { parse: "none" },
    )
    .post(
      "/api/v1/events/:event/verifications",
      ({ request, params: { event } }) =>
        take(request, verificationsFields, options, async (fields) =>
          verifyAnswer(
            await registration.verify({ eventSlug: event, ...fields, address: addressOf(request) }),
          ),
        ),
      { parse: "none" },
    )
    .post(
      "/api/v1/events/:event/registrations",
      ({ request, params: { event } }) =>
        take(request, registrationsFields, options, async (fields) => {
          const proof = proofOf(fields);
          if (proof.kind === "invalid-body") return problem(proof);
          const { name, email } = fields;
          const locale = localeOf(fields.locale);
          const asker = { address: addressOf(request), proof: fields.proof, pass: fields.pass };
          const command = { eventSlug: event, name, email, locale, proof, asker };
          return confirmAnswer(await registration.confirm(command), publicUrl);
        }),
      { parse: "none" },
    );
}

/** Runs a call on the fields of its body, once it is known to come from a page of ours and to be whole. */
export async function take<const Specification extends Readonly<Record<string, Field>>>(
  request: Request,
  specification: Specification,
  options: TakeOptions,
  run: (fields: FieldsOf<Specification>) => Promise<Response>,
): Promise<Response> {
  const refusal = options.refusal();
  if (refusal !== null) return problem(refusal);
  if (!isFromOwnPage(request, options.publicUrl)) return problem({ kind: "cross-site" });
  const body = await readJsonObject(request, options.bodyLimits);
  if (body.kind !== "object") return problem(body);
  const read = readFields(body.object, specification);
  if (read.kind !== "fields") return problem(read);
  return run(read.fields);
}

function codeAnswer(outcome: RequestCodeOutcome): Response {
  if (outcome.kind !== "sent") return problem(outcome);
  const { challenge, expiresInS, resendInS, leavesInS } = outcome;
  return personalJson({ challenge, expiresInS, resendInS, leavesInS } satisfies CodeSent, 202);
}

function verifyAnswer(outcome: VerifyOutcome): Response {
  if (outcome.kind !== "verified") return problem(outcome);
  return personalJson({ verification: outcome.verification } satisfies Verified);
}

function confirmAnswer(outcome: ConfirmOutcome, publicUrl: string): Response {
  if (outcome.kind !== "registered" && outcome.kind !== "holder") return problem(outcome);
  const { registrationId, ordinal, ticketKey } = outcome.seat;
  const ticketUrl = `${publicUrl}/t/${ticketKey}`;
  const pdfUrl = `${ticketUrl}/tickets.pdf`;
  const body: Registered = { registrationId, ordinal, ticketUrl, pdfUrl };
  return personalJson(body, outcome.kind === "registered" ? 201 : 200);
}

function proofOf(fields: FieldsOf<typeof registrationsFields>): PhoneProof | InvalidBody {
  const { verification, phone, challenge, code } = fields;
  if (verification !== null) return { kind: "verification", verification };
  if (phone === null) return missing("phone");
  if (challenge === null) return missing("challenge");
  if (code === null) return missing("code");
  return { kind: "code", phone, challenge, code };
}

function purposeOf(purpose: string | null): RequestCodeCommand["purpose"] | InvalidBody {
  if (purpose === null || purpose === "register") return "register";
  if (purpose === "recover") return "recover";
  const detail = 'The field "purpose" must be "register" or "recover".';
  return { kind: "invalid-body", detail };
}

/** A locale nobody can read costs nobody a seat. */
function localeOf(locale: string | null): string {
  return locale !== null && LOCALE.test(locale) ? locale : DEFAULT_LOCALE;
}
