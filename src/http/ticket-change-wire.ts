import type { Static } from "elysia";
import { t } from "elysia";
import { mayLack, proof } from "./wire.ts";

/** The bodies of what a holder may change of a ticket; as in `wire.ts`. */

export const mailQueued = t.Object({
  mailsLeftToday: t.Integer({
    minimum: 0,
    description: "How often the mail may be asked for before the first of these is a day old",
  }),
});

export const correctAddressBody = t.Object({
  email: t.String({ maxLength: 512, description: "The right address" }),
  phone: t.String({ maxLength: 64, description: "The ticket's own, typed in any way" }),
  challenge: t.String({
    maxLength: 512,
    description: "From the answer to a code request with the purpose `recover`",
  }),
  code: t.String({ maxLength: 32, description: "The six digits of the SMS" }),
  proof: mayLack(proof),
});

export const addressCorrected = t.Object({
  ticketUrl: t.String({ format: "uri", description: "The new one; the old one is dead" }),
  pdfUrl: t.String({ format: "uri" }),
});

export type MailQueued = Static<typeof mailQueued>;
export type CorrectAddressBody = Static<typeof correctAddressBody>;
export type AddressCorrectedBody = Static<typeof addressCorrected>;
