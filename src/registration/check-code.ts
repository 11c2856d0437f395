import type { Phone } from "../attendee/phone.ts";
import type { CodePurpose } from "../otp/challenge.ts";
import { openChallenge } from "../otp/challenge.ts";
import { deriveCode, isSameCode } from "../otp/otp-code.ts";
import type { Event } from "../sale/event.ts";
import type { CodeCheckDependencies } from "./dependencies.ts";
import type { CodeRefusal, Failed, InvalidInput, Unavailable } from "./outcome.ts";
import { actorRefusal } from "./refusals.ts";
import { challengeFacts } from "./request-code.ts";

export type CheckCodeOutcome =
  | { readonly kind: "verified"; readonly phone: Phone; readonly purpose: CodePurpose }
  | InvalidInput
  | CodeRefusal
  | Unavailable
  | Failed;

/** One guess at one code. An invented challenge is turned away before it could earn one (invariant 5). */
export async function checkCode(
  guess: { readonly phone: string; readonly challenge: string; readonly code: string },
  event: Pick<Event, "id">,
  deps: CodeCheckDependencies,
): Promise<CheckCodeOutcome> {
  const parsed = deps.phones.read(guess.phone);
  if (parsed.kind !== "phone") return parsed;
  const { phone, key } = parsed;
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
