import type { Phone } from "../attendee/phone.ts";
import type { Event, ProofDemand } from "../sale/event.ts";
import type { Asker } from "./commands.ts";
import type { ProofDependencies, RegistrationDependencies } from "./dependencies.ts";
import type {
  ConfirmOutcome,
  CorrectAddressOutcome,
  JoinLineOutcome,
  ProofRefusal,
  RequestCodeOutcome,
  Unavailable,
  VerifyOutcome,
} from "./outcome.ts";
import { seconds } from "./refusals.ts";

/** The hashes asked of the next one from there; null where no proof is asked for. */
export function askedHashCount(
  demand: ProofDemand,
  address: string,
  { sources, proofHashCounts, clock }: ProofDependencies,
): number | null {
  if (demand !== "off") return proofHashCounts[demand];
  return sources.isSpent(address, clock.nowMs()) ? proofHashCounts.on : null;
}

type Mode = Pick<RegistrationDependencies, "mode">;

/** Asked of everyone who wants a code. */
export function codeDemand({ proof }: Pick<Event, "proof">, deps: Mode): ProofDemand {
  return deps.mode.isProofRaised && proof === "on" ? "raised" : proof;
}

/** Asked of everyone who wants a place in the line without a verification: it is never for nothing. */
export function placeDemand({ proof }: Pick<Event, "proof">, deps: Mode): ProofDemand {
  return codeDemand({ proof: proof === "off" ? "on" : proof }, deps);
}

/** What a request is let in for. */
export interface Passage {
  readonly phone: Phone;
  readonly event: Pick<Event, "id">;
  /** `off` asks for a proof only where the source has failed too often. */
  readonly demand: ProofDemand;
  readonly asker: Asker;
}

/** Null lets it in. A proof is used up before this answers, so that of a hundred alike in parallel one gets in. */
export function proofRefusal(
  passage: Passage,
  deps: ProofDependencies,
): ProofRefusal | Unavailable | null {
  const { phone, event, demand, asker } = passage;
  const { proofs, sources, clock } = deps;
  const hashCount = askedHashCount(demand, asker.address, deps);
  if (hashCount === null) return null;
  if (asker.proof === null) return { kind: "proof-required" };
  const nowMs = clock.nowMs();
  const read = proofs.read(asker.proof, { phone, eventId: event.id, hashCount }, nowMs);
  if (read.kind === "invalid") return { kind: "proof-invalid" };
  const used = proofs.use(read, nowMs);
  if (used === "used") return { kind: "proof-invalid" };
  if (used === "full") return { kind: "overloaded", retryAfterS: seconds(deps.retryAfterMs) };
  const waitMs = read.kind === "waited" ? sources.admitWaiter(asker.address, nowMs) : 0;
  return waitMs === 0 ? null : { kind: "rate-limited", retryAfterS: seconds(waitMs) };
}

/** The outcome; where it fails it is charged to where it came from: guesses, inventions, and asking too often. */
export async function charged<Outcome extends ProvenOutcome>(
  pending: Promise<Outcome>,
  { address }: Asker,
  { sources, clock }: Pick<ProofDependencies, "sources" | "clock">,
): Promise<Outcome> {
  const outcome = await pending;
  if (FAILURES.has(outcome.kind)) sources.charge(address, clock.nowMs());
  return outcome;
}

type ProvenOutcome =
  | RequestCodeOutcome
  | VerifyOutcome
  | ConfirmOutcome
  | CorrectAddressOutcome
  | JoinLineOutcome;

const FAILURES: ReadonlySet<string> = new Set<ProvenOutcome["kind"]>([
  "challenge-invalid",
  "code-exhausted",
  "code-wrong",
  "pass-invalid",
  "proof-invalid",
  "rate-limited",
  "resend-too-soon",
  "verification-invalid",
]);
