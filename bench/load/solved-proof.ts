import { serviceKeys } from "../harness/service-secrets.ts";
import type { Json } from "./browser.ts";

const { proof } = serviceKeys();

/**
 * What a phone would find after 50,000 hashes, found by the key with which the service hid it (`sealed` in
 * `src/proof/proof-challenge.ts`): the work is the phones', not this machine's. The service checks it in full.
 */
export function solvedProof(challenge: Json): string {
  const { maxnumber, ...returned } = challenge;
  const mac = proof.digest(`number ${String(returned["salt"])}`);
  const number = mac.readUIntBE(0, 6) % (Number(maxnumber) + 1);
  return btoa(JSON.stringify({ ...returned, number }));
}
