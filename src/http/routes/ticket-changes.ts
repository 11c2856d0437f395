import { Elysia } from "elysia";
import { PROOF_LENGTH_MAX } from "../../proof/proof-challenge.ts";
import type { TicketChanges } from "../../registration/commands.ts";
import type { CorrectAddressOutcome, ResendMailOutcome } from "../../registration/outcome.ts";
import type { TicketKey } from "../../ticket/ticket.ts";
import { parseTicketKey } from "../../ticket/ticket.ts";
import { personalJson, refuse } from "../answers.ts";
import { optional, required } from "../fields.ts";
import { GUARDED, PERSONAL } from "../headers.ts";
import { chooseLanguage } from "../language.ts";
import type { Pages } from "../pages.ts";
import type { Refusal } from "../problem.ts";
import { problem } from "../problem.ts";
import { isFromOwnPage } from "../same-origin.ts";
import type { AddressCorrectedBody, MailQueued } from "../ticket-change-wire.ts";
import type { TakeOptions } from "./registration.ts";
import { take } from "./registration.ts";

export interface TicketChangeRoutesOptions extends TakeOptions {
  readonly ticketChanges: TicketChanges;
  readonly pages: Pages;
  readonly addressOf: (request: Request) => string;
}

const addressFields = {
  email: required(512),
  phone: required(64),
  challenge: required(512),
  code: required(32),
  proof: optional(PROOF_LENGTH_MAX),
};

/** What the holder of a key may ask for: the mail once more, and one correction of its address. */
export function ticketChangeRoutes(options: TicketChangeRoutesOptions) {
  const { ticketChanges, pages, publicUrl } = options;
  return new Elysia()
    .post(
      "/t/:key/mails",
      async ({ request, params }) => {
        const refusal = options.refusal() ?? refuseOtherSites(request, publicUrl);
        if (refusal !== null) return refuse(request, refusal, pages);
        const key = parseTicketKey(params.key);
        if (key === null) return refuse(request, { kind: "not-found" }, pages);
        const outcome = await ticketChanges.resendMail({ key });
        if (outcome.kind !== "mail-queued") return refuse(request, outcome, pages);
        return mailAnswer(request, key, outcome);
      },
      // There is nothing to read: a form without a script sends no field, a program `{}` or nothing.
      { parse: "none" },
    )
    .post(
      "/t/:key/address",
      ({ request, params }) =>
        take(request, addressFields, options, async ({ proof, ...fields }) => {
          const key = parseTicketKey(params.key);
          if (key === null) return problem({ kind: "not-found" });
          const asker = { address: options.addressOf(request), proof };
          const outcome = await ticketChanges.correctAddress({ key, ...fields, asker });
          return addressAnswer(outcome, publicUrl);
        }),
      { parse: "none" },
    );
}

function refuseOtherSites(request: Request, publicUrl: string): Refusal | null {
  return isFromOwnPage(request, publicUrl) ? null : { kind: "cross-site" };
}

type Queued = Extract<ResendMailOutcome, { readonly kind: "mail-queued" }>;

/** A form goes back to the ticket's page, which tells of the mail; a script or a program is told here. */
function mailAnswer(request: Request, key: TicketKey, { mailsLeftToday }: Queued): Response {
  const isForm = request.headers.get("accept")?.includes("text/html") === true;
  if (!isForm) return personalJson({ mailsLeftToday } satisfies MailQueued, 202);
  const { language, isInAddress } = chooseLanguage(request);
  const location = isInAddress ? `/t/${key}?lang=${language}` : `/t/${key}`;
  const headers = { ...GUARDED, "cache-control": PERSONAL, location };
  return new Response(null, { status: 303, headers });
}

function addressAnswer(outcome: CorrectAddressOutcome, publicUrl: string): Response {
  if (outcome.kind !== "corrected") return problem(outcome);
  const ticketUrl = `${publicUrl}/t/${outcome.key}`;
  return personalJson({
    ticketUrl,
    pdfUrl: `${ticketUrl}/tickets.pdf`,
  } satisfies AddressCorrectedBody);
}
