import type { Phone } from "../attendee/phone.ts";
import type { CodePurpose } from "../otp/challenge.ts";
import { openChallenge } from "../otp/challenge.ts";
import { deriveCode, isSameCode } from "../otp/otp-code.ts";
import type { Event } from "../sale/event.ts";
import type { Asker } from "./commands.ts";
import type { CodeCheckDependencies } from "./dependencies.ts";
import type { CodeRefusal, Failed, InvalidInput, ProofRefusal, Unavailable } from "./outcome.ts";
import { proofRefusal } from "./proof-gate.ts";
import { actorRefusal } from "./refusals.ts";
import { challengeFacts } from "./request-code.ts";

export type CheckCodeOutcome =
  | { readonly kind: "verified"; readonly phone: Phone; readonly purpose: CodePurpose }
  | InvalidInput
  | CodeRefusal
  | ProofRefusal
  | Unavailable
  | Failed;

interface Guess {
  readonly phone: string;
  readonly challenge: string;
  readonly code: string;
}

/**
 * One guess at one code; where its source has failed too often, it takes a proof-of-work. An invented challenge is
 * turned away before it could earn a guess (invariant 5).
 */
export async function checkCode(
  guess: Guess,
  asker: Asker,
  event: Pick<Event, "id">,
  deps: CodeCheckDependencies,
): Promise<CheckCodeOutcome> {
  const parsed = deps.phones.read(guess.phone);
  if (parsed.kind !== "phone") return parsed;
  const { phone, key } = parsed;
  const unproven = proofRefusal({ phone, event, demand: "off", asker }, deps);
  if (unproven !== null) return unproven;
  const challenge = openChallenge(guess.challenge, phone, deps.otpKeys);
  if (challenge === null || challenge.eventId !== event.id) return { kind: "challenge-invalid" };
  const isCodeRight = isSameCode(guess.code, deriveCode(challenge, phone, deps.otpKeys));
  const facts = challengeFacts(challenge, deps);
  const reply = await deps.shards.ask(key, { kind: "check", challenge: facts, isCodeRight });
  switch (reply.kind) {
    case "verified":
      if (reply.isFirst) deps.ranges.used(key, challenge.issuedAtMs);
      return { kind: "verified", phone, purpose: challenge.purpose };
    case "wrong":
      return { kind: "code-wrong", attemptsLeft: reply.attemptsLeft };
    case "expired":
      return { kind: "code-expired" };
    case "exhausted":
      return { kind: "code-exhausted" };
    case "mailbox-full":
    case "timed-out":
    case "stopping":
    case "turn-failed":
    case "shard-full":
      return actorRefusal(reply, deps.retryAfterMs);
  }
}
