import { PROOF_WAIT_MS } from "../proof/proof-desk.ts";
import type { RequestProofCommand } from "./commands.ts";
import type { RegistrationDependencies } from "./dependencies.ts";
import type { RequestProofOutcome } from "./outcome.ts";
import { askedHashCount, codeDemand, placeDemand } from "./proof-gate.ts";
import { seconds } from "./refusals.ts";

/** A proof-of-work to find before the next code, where one is asked for. It costs two hashes and no memory. */
export function requestProof(
  command: RequestProofCommand,
  deps: RegistrationDependencies,
): RequestProofOutcome {
  const view = deps.events.find(command.eventSlug);
  if (view === null) return { kind: "event-not-found" };
  const { event } = view;
  const isLineKept = view.current?.sale.lobby !== undefined;
  const demand = isLineKept ? placeDemand(event, deps) : codeDemand(event, deps);
  const hashCount = askedHashCount(demand, command.address, deps);
  if (hashCount === null) return { kind: "proof-not-asked" };
  const parsed = deps.phones.read(command.phone);
  if (parsed.kind !== "phone") return parsed;
  const purpose = { phone: parsed.phone, eventId: event.id, hashCount };
  const challenge = deps.proofs.issue(purpose, deps.clock.nowMs());
  return { kind: "proof", challenge, waitS: seconds(PROOF_WAIT_MS) };
}
