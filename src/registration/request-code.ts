import type { Phone, PhoneKey } from "../attendee/phone.ts";
import type { Challenge } from "../otp/challenge.ts";
import { challengeKey, openChallenge, sealChallenge } from "../otp/challenge.ts";
import { deriveCode } from "../otp/otp-code.ts";
import type { OfferAnswer } from "../otp/ports.ts";
import { sourceBlock } from "../otp/source-block.ts";
import type { Event } from "../sale/event.ts";
import type { RequestCodeCommand } from "./commands.ts";
import type { RegistrationDependencies } from "./dependencies.ts";
import type { EventView } from "./event-view.ts";
import type { ProofRefusal, RequestCodeOutcome, Unavailable } from "./outcome.ts";
import { charged, proofRefusal } from "./proof-gate.ts";
import { actorRefusal, saleRefusal, seconds } from "./refusals.ts";

/** A code to a phone: the same answer for every number that can be served, holder or not. */
export async function requestCode(
  command: RequestCodeCommand,
  deps: RegistrationDependencies,
): Promise<RequestCodeOutcome> {
  return charged(sentCode(command, deps), command, deps);
}

async function sentCode(
  command: RequestCodeCommand,
  deps: RegistrationDependencies,
): Promise<RequestCodeOutcome> {
  const view = deps.events.find(command.eventSlug);
  if (view === null) return { kind: "event-not-found" };
  const refusal = command.purpose === "recover" ? null : refuseByState(view, deps.retryAfterMs);
  if (refusal !== null) return refusal;
  const parsed = deps.phones.read(command.phone);
  if (parsed.kind !== "phone") return parsed;
  const { phone, key } = parsed;
  const shut = refuseByRange(key, deps);
  if (shut !== null) return shut;
  const challenge =
    command.challenge === null
      ? newChallenge(command, view.event, deps)
      : openChallenge(command.challenge, phone, deps.otpKeys);
  if (challenge === null || !belongs(challenge, command, view.event)) {
    return { kind: "challenge-invalid" };
  }
  const unproven = refuseUnproven(phone, command, view, deps);
  if (unproven !== null) return unproven;
  const source = sourceBlock(command.address, deps.otpKeys.source);
  const reply = await deps.shards.ask(
    key,
    command.challenge === null
      ? { kind: "request", challengeKey: challengeKey(challenge), source }
      : { kind: "resend", challenge: challengeFacts(challenge, deps), source },
  );
  switch (reply.kind) {
    case "send": {
      const order = {
        phone,
        key,
        challenge,
        isFirst: command.challenge === null,
        untilMs: reply.untilMs,
        event: view.event,
        locale: command.locale,
      };
      const answer = dispatch(order, deps);
      if (answer.kind === "refused") {
        return { kind: "gateway-unavailable", retryAfterS: seconds(answer.retryAfterMs) };
      }
      return {
        kind: "sent",
        challenge: command.challenge ?? sealChallenge(challenge, phone, deps.otpKeys),
        expiresInS: seconds(deps.otpPolicy.codeTtlMs),
        resendInS: seconds(reply.resendInMs),
        leavesInS: Math.floor(answer.waitMs / 1_000),
      };
    }
    case "too-soon":
      return { kind: "resend-too-soon", retryAfterS: seconds(reply.waitMs) };
    case "rate-limited":
      return { kind: "rate-limited", retryAfterS: seconds(reply.waitMs) };
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

/** What a shard is told of a challenge that somebody brings back. */
export function challengeFacts(challenge: Challenge, { boot }: { readonly boot: number }) {
  return {
    key: challengeKey(challenge),
    issuedAtMs: challenge.issuedAtMs,
    isOfThisBoot: challenge.boot === boot,
  };
}

function refuseByState(view: EventView, retryAfterMs: number): RequestCodeOutcome | null {
  const state = view.current?.state ?? "closed";
  if (state === "open" || state === "verifying") return null;
  return saleRefusal(state, view, retryAfterMs);
}

function refuseByRange(
  key: PhoneKey,
  { ranges, clock }: RegistrationDependencies,
): Unavailable | null {
  const nowMs = clock.nowMs();
  const untilMs = ranges.shutUntilMs(key, nowMs);
  if (untilMs === null) return null;
  return { kind: "gateway-unavailable", retryAfterS: seconds(untilMs - nowMs) };
}

/** A new challenge is a new SMS, and that is what a proof is for; a resend belongs to one that was let in. */
function refuseUnproven(
  phone: Phone,
  command: RequestCodeCommand,
  { event }: EventView,
  deps: RegistrationDependencies,
): ProofRefusal | Unavailable | null {
  if (command.challenge !== null) return null;
  return proofRefusal({ phone, event, demand: event.proof, asker: command }, deps);
}

function newChallenge(
  command: RequestCodeCommand,
  event: Event,
  deps: RegistrationDependencies,
): Challenge {
  return {
    id: deps.random.challengeId(),
    eventId: event.id,
    purpose: command.purpose,
    issuedAtMs: Math.floor(deps.clock.nowMs()),
    boot: deps.boot,
  };
}

function belongs(challenge: Challenge, command: RequestCodeCommand, event: Event): boolean {
  return challenge.eventId === event.id && challenge.purpose === command.purpose;
}

interface SendOrder {
  readonly phone: Phone;
  readonly key: PhoneKey;
  readonly challenge: Challenge;
  /** Of this challenge. */
  readonly isFirst: boolean;
  readonly untilMs: number;
  readonly event: Event;
  readonly locale: string;
}

/** Where the code cannot go out now, the shard has forgotten that it was to be sent. */
function dispatch(order: SendOrder, deps: RegistrationDependencies): OfferAnswer {
  if (order.challenge.purpose === "recover") return dispatchBehindAnswer(order, deps);
  const tell = (kind: "sms-accepted" | "sms-not-sent") => tellShard(order, kind, deps);
  const answer = offerCode(order, deps, (kind) =>
    tell(kind === "refused" ? "sms-not-sent" : "sms-accepted"),
  );
  if (answer.kind === "refused") tell("sms-not-sent");
  return answer;
}

/**
 * Whether the phone holds a seat is looked up behind the answer, and no later answer shows it either: for everyone
 * the code counts as sent at once, and what becomes of the SMS of a holder is not told to the shard.
 */
function dispatchBehindAnswer(order: SendOrder, deps: RegistrationDependencies): OfferAnswer {
  const { codeTtlMs, codeLifeMsMin } = deps.otpPolicy;
  const untilMs = Math.min(order.untilMs, deps.clock.nowMs() + codeTtlMs - codeLifeMsMin);
  tellShard(order, "sms-accepted", deps);
  void deps.seats.findHolder(order.event.id, order.phone).then((answer) => {
    if (answer.kind === "holder") offerCode({ ...order, untilMs }, deps, () => {});
  });
  return { kind: "taken", waitMs: 0 };
}

function tellShard(
  { key, challenge }: SendOrder,
  kind: "sms-accepted" | "sms-not-sent",
  { shards }: RegistrationDependencies,
): void {
  shards.tell(key, { kind, challengeKey: challengeKey(challenge) });
}

function offerCode(
  { phone, key, challenge, isFirst, untilMs, locale }: SendOrder,
  deps: RegistrationDependencies,
  onOutcome: (kind: "accepted" | "refused" | "unknown") => void,
): OfferAnswer {
  const code = deriveCode(challenge, phone, deps.otpKeys);
  return deps.outbound.offer({
    phone,
    text: deps.codeText(code, locale),
    untilMs,
    onOutcome: ({ kind }) => {
      if (isFirst && kind !== "refused") deps.ranges.sent(key, challenge.issuedAtMs);
      onOutcome(kind);
    },
  });
}
