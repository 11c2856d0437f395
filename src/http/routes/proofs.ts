import { Elysia } from "elysia";
import type { RequestProof } from "../../registration/commands.ts";
import { personalJson } from "../answers.ts";
import { required } from "../fields.ts";
import { problem } from "../problem.ts";
import type { ProofIssued } from "../wire.ts";
import type { TakeOptions } from "./registration.ts";
import { take } from "./registration.ts";

export interface ProofRoutesOptions extends TakeOptions {
  readonly requestProof: RequestProof;
  readonly addressOf: (request: Request) => string;
}

const proofsFields = { phone: required(64) };

/** A proof-of-work to find, where one is asked for. */
export function proofRoutes(options: ProofRoutesOptions) {
  return new Elysia().post(
    "/api/v1/events/:event/proofs",
    ({ request, params: { event } }) =>
      take(request, proofsFields, options, async ({ phone }) => {
        const address = options.addressOf(request);
        const outcome = options.requestProof({ eventSlug: event, phone, address });
        if (outcome.kind !== "proof") return problem(outcome);
        const { challenge, waitS } = outcome;
        return personalJson({ challenge, waitS } satisfies ProofIssued);
      }),
    { parse: "none" },
  );
}
