import { Elysia } from "elysia";
import { PROOF_LENGTH_MAX } from "../../proof/proof-challenge.ts";
import type { JoinLine, JoinLineCommand } from "../../registration/commands.ts";
import { personalJson } from "../answers.ts";
import type { FieldsOf } from "../fields.ts";
import { missing, optional } from "../fields.ts";
import type { InvalidBody } from "../problem.ts";
import { problem } from "../problem.ts";
import type { InLine } from "../wire.ts";
import type { TakeOptions } from "./registration.ts";
import { take } from "./registration.ts";

export interface PassRoutesOptions extends TakeOptions {
  readonly joinLine: JoinLine;
  readonly addressOf: (request: Request) => string;
}

const passesFields = {
  verification: optional(1_024),
  phone: optional(64),
  pass: optional(128),
  proof: optional(PROOF_LENGTH_MAX),
};

/** A place in the waiting line. */
export function passRoutes(options: PassRoutesOptions) {
  return new Elysia().post(
    "/api/v1/events/:event/passes",
    ({ request, params: { event } }) =>
      take(request, passesFields, options, async (fields) => {
        const price = priceOf(fields);
        if (price.kind === "invalid-body") return problem(price);
        const asker = { address: options.addressOf(request), proof: fields.proof };
        const outcome = await options.joinLine({ eventSlug: event, price, asker });
        if (outcome.kind !== "in-line") return problem(outcome);
        const { pass, place, cost, keptForS } = outcome;
        return personalJson({ pass, place, cost, keptForS } satisfies InLine);
      }),
    { parse: "none" },
  );
}

function priceOf({
  verification,
  phone,
  pass,
}: FieldsOf<typeof passesFields>): JoinLineCommand["price"] | InvalidBody {
  if (verification !== null) return { kind: "verification", verification };
  if (phone === null) return missing("phone");
  return pass === null ? { kind: "phone", phone } : { kind: "pass", pass, phone };
}
