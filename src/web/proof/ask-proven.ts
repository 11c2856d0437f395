import type { ApiResult } from "../parts/api.ts";
import type { Sought } from "./proof-seeker.ts";

/** What a body takes along for it. */
export interface Proven {
  readonly proof?: string;
}

/** A call that may be asked for a proof-of-work. */
export type ProvenCall<Body> = (proven: Proven) => Promise<ApiResult<Body>>;

/** The second is for one that ran out, or was used up when its answer was lost. */
const PROOF_COUNT_MAX = 2;

/**
 * Asks without a proof first, as mostly none is asked for, and then with those that are found; at once with one
 * where it is known that `isAsked`.
 */
export async function askProven<Body>(
  call: ProvenCall<Body>,
  seek: () => Promise<Sought>,
  isAsked = false,
): Promise<ApiResult<Body> | { readonly kind: "stopped" }> {
  let result = isAsked ? null : await call({});
  for (
    let proofs = 0;
    result === null || (proofs < PROOF_COUNT_MAX && isProofAsked(result));
    proofs += 1
  ) {
    const sought = await seek();
    if (sought.kind === "stopped") return sought;
    if (sought.kind === "refused") return sought.result;
    result = await call(sought.kind === "found" ? { proof: sought.proof } : {});
  }
  return result;
}

function isProofAsked(result: ApiResult<unknown>): boolean {
  if (result.kind !== "problem") return false;
  return result.problem.code === "proof_required" || result.problem.code === "proof_invalid";
}
