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
import type { Gate, HeldPlace } from "./line-gate.ts";
import { gateOf } from "./line-gate.ts";
import type { ProofRefusal, RequestCodeOutcome, SaleRefusal, Unavailable } from "./outcome.ts";
import { charged, codeDemand, proofRefusal } from "./proof-gate.ts";
import { actorRefusal, refuseByState, seconds } from "./refusals.ts";

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
  const refusal = command.purpose === "recover" ? null : refuseNow(command, view, deps);
  if (refusal !== null) return refusal;
  const parsed = deps.phones.read(command.phone);
  if (parsed.kind !== "phone") return parsed;
  const { phone, key } = parsed;
  const shut = refuseByRange(key, deps);
  if (shut !== null) return shut;
  const isForSeat = command.purpose === "register";
  const gate: Gate = isForSeat ? gateOf(command, phone, view, deps) : { kind: "free" };
  if (gate.kind !== "free" && gate.kind !== "held-place") return gate;
  const challenge =
    command.challenge === null
      ? newChallenge(command, view.event, deps)
      : openChallenge(command.challenge, phone, deps.otpKeys);
  if (challenge === null || !belongs(challenge, command, view.event)) {
    return { kind: "challenge-invalid" };
  }
  const unproven = isPaid(gate) ? null : refuseUnproven(phone, command, view, deps);
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
      const { event } = view;
      const { locale } = command;
      const isFirst = command.challenge === null;
      const held = gate.kind === "held-place" ? gate : null;
      const { untilMs } = reply;
      const order = { phone, key, challenge, isFirst, untilMs, event, locale, held };
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

/** Before the opening nobody loses a seat by a code that comes later: under strain there are no new ones. */
function refuseNow(
  { challenge }: RequestCodeCommand,
  view: EventView,
  { mode, retryAfterMs }: RegistrationDependencies,
): SaleRefusal | null {
  const refusal = refuseByState(view, retryAfterMs);
  const isPutOff = mode.areVerificationsPaused && view.current?.state !== "open";
  if (refusal !== null || !isPutOff || challenge !== null) return refusal;
  return { kind: "sale-paused", retryAfterS: PUT_OFF_S };
}

/** The ladder needs fifteen calm seconds to come down. */
const PUT_OFF_S = 30;

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
  const demand = codeDemand(event, deps);
  return proofRefusal({ phone, event, demand, asker: command }, deps);
}

/** A pass that was bought by a proof-of-work is also the proof of its first code. */
function isPaid(gate: Gate): boolean {
  return gate.kind === "held-place" && !gate.isVerified && !gate.room.hasAsked(gate.place);
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

/** A code that would wait for longer than a minute is not taken, and a gateway answers within ten seconds. */
const CODE_LEAVES_MS_MAX = 70_000;

interface SendOrder {
  readonly phone: Phone;
  readonly key: PhoneKey;
  readonly challenge: Challenge;
  /** Of this challenge. */
  readonly isFirst: boolean;
  readonly untilMs: number;
  readonly event: Event;
  readonly locale: string;
  /** The place in the line whose seat is held for as long as the code lives. */
  readonly held: HeldPlace | null;
}

/** Where the code cannot go out now, the shard has forgotten that it was to be sent. */
function dispatch(order: SendOrder, deps: RegistrationDependencies): OfferAnswer {
  if (order.challenge.purpose === "recover") return dispatchBehindAnswer(order, deps);
  holdSeat(order, deps);
  const answer = offerCode(order, deps, (kind) => {
    tellShard(order, kind === "refused" ? "sms-not-sent" : "sms-accepted", deps);
    settleSeat(order, kind, deps);
  });
  if (answer.kind === "refused") {
    tellShard(order, "sms-not-sent", deps);
    settleSeat(order, "refused", deps);
  }
  return answer;
}

/** For as long as the code may live, if it leaves when it leaves at the latest. */
function holdSeat(
  { held, challenge }: SendOrder,
  { clock, otpPolicy }: RegistrationDependencies,
): void {
  const untilMs = clock.nowMs() + CODE_LEAVES_MS_MAX + otpPolicy.codeTtlMs;
  held?.room.holdForCode(held.place, { key: challengeKey(challenge), untilMs });
}

/** From here on it is known how long the code lives; the first time that a gateway took it counts. */
function settleSeat(
  { held, challenge }: SendOrder,
  kind: "accepted" | "refused" | "unknown",
  { clock, otpPolicy }: RegistrationDependencies,
): void {
  const key = challengeKey(challenge);
  const untilMs = clock.nowMs() + otpPolicy.codeTtlMs;
  if (kind === "refused") held?.room.codeNotSent(held.place, key);
  else held?.room.codeSent(held.place, { key, untilMs });
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
