import type { Email } from "../attendee/email.ts";
import { parseEmail } from "../attendee/email.ts";
import type { PersonName } from "../attendee/person-name.ts";
import { parsePersonName } from "../attendee/person-name.ts";
import type { Phone } from "../attendee/phone.ts";
import type { CodePurpose } from "../otp/challenge.ts";
import { openVerification } from "../otp/verification.ts";
import type { Claim, ClaimOutcome } from "../quota/quota-actor.ts";
import type { SaleState } from "../sale/sale.ts";
import type { CheckCodeOutcome } from "./check-code.ts";
import { checkCode } from "./check-code.ts";
import type { ConfirmCommand } from "./commands.ts";
import type { RegistrationDependencies } from "./dependencies.ts";
import type { EventView } from "./event-view.ts";
import type { HeldPlace } from "./line-gate.ts";
import { gateOf, lapsed } from "./line-gate.ts";
import type { ConfirmOutcome } from "./outcome.ts";
import { charged } from "./proof-gate.ts";
import { actorRefusal, saleRefusal, seconds } from "./refusals.ts";
import { verificationOf } from "./verify.ts";

/**
 * The seat: proof of the phone first, then the holder's answer whatever the sale's state, then the sale.
 * Once the phone is proved, every `503` carries a verification, so that no second code is needed.
 */
export async function confirm(
  command: ConfirmCommand,
  deps: RegistrationDependencies,
): Promise<ConfirmOutcome> {
  return charged(seatFor(command, deps), command.asker, deps);
}

async function seatFor(
  command: ConfirmCommand,
  deps: RegistrationDependencies,
): Promise<ConfirmOutcome> {
  const view = deps.events.find(command.eventSlug);
  if (view === null) return { kind: "event-not-found" };
  const proved = await provePhone(command, view, deps);
  if (proved.kind !== "verified") return proved;
  const { phone, purpose } = proved;
  const isLookUp = command.name === null && command.email === null;
  const otherwise: ConfirmOutcome = {
    kind: purpose === "recover" ? "challenge-invalid" : "invalid-name",
  };
  const outcome = isLookUp
    ? await answerHolder(phone, view, { otherwise }, deps)
    : await claimSeat(phone, command, view, deps);
  return withVerification(outcome, phone, view, deps);
}

type Proved = CheckCodeOutcome | { readonly kind: "verification-invalid" };

async function provePhone(
  { proof, asker }: ConfirmCommand,
  view: EventView,
  deps: RegistrationDependencies,
): Promise<Proved> {
  if (proof.kind === "code") return checkCode(proof, asker, view.event, deps);
  const verification = openVerification(proof.verification, deps.otpKeys);
  if (
    verification === null ||
    verification.eventId !== view.event.id ||
    verification.expiresAtMs <= deps.clock.nowMs()
  ) {
    return { kind: "verification-invalid" };
  }
  const purpose: CodePurpose = "register";
  return { kind: "verified", phone: verification.phone, purpose };
}

async function claimSeat(
  phone: Phone,
  command: ConfirmCommand,
  view: EventView,
  deps: RegistrationDependencies,
): Promise<ConfirmOutcome> {
  const person = parsePerson(command);
  if (person.kind !== "person") return person;
  const claim = {
    registrationId: deps.random.registrationId(),
    ticketKey: deps.random.ticketKey(),
    phone,
    name: person.name,
    email: person.email,
    locale: command.locale,
  };
  const gate = gateOf(command.asker, phone, view, deps);
  switch (gate.kind) {
    case "free":
      return answerClaim(
        await raced(deps.seats.claim(view.event.id, claim), deps),
        phone,
        view,
        deps,
      );
    case "held-place":
      return claimHeld(claim, gate, view, deps);
    case "pass-required":
    case "pass-invalid":
    case "not-your-turn":
    case "overloaded":
    case "gateway-unavailable":
    case "draining":
      return answerHolder(phone, view, { otherwise: gate }, deps);
  }
}

/** The seat stays held until the claim has ended, also where nobody waits for the answer any more. */
async function claimHeld(
  claim: Claim,
  { room, place }: HeldPlace,
  view: EventView,
  deps: RegistrationDependencies,
): Promise<ConfirmOutcome> {
  const { phone } = claim;
  const end = room.beginClaim(place);
  if (end === null) {
    return answerHolder(phone, view, { otherwise: lapsed(deps.retryAfterMs) }, deps);
  }
  const claiming = deps.seats.claim(view.event.id, claim);
  void claiming.then(
    ({ kind }) => {
      end(kind === "committed");
      if (kind === "full") deps.onAdmittedInVain();
    },
    () => end(false),
  );
  return answerClaim(await raced(claiming, deps), phone, view, deps);
}

function raced(
  claiming: Promise<ClaimOutcome>,
  { deadlines }: RegistrationDependencies,
): Promise<ClaimOutcome> {
  return deadlines.race(claiming);
}

function answerClaim(
  outcome: ClaimOutcome,
  phone: Phone,
  view: EventView,
  deps: RegistrationDependencies,
): ConfirmOutcome | Promise<ConfirmOutcome> {
  const retryAfterS = seconds(deps.retryAfterMs);
  switch (outcome.kind) {
    case "committed":
      return { kind: "registered", seat: outcome.seat };
    case "holder":
      return { kind: "holder", seat: outcome.seat };
    case "refuse":
      return refuse(outcome.state);
    // The database has looked for the phone already: nobody who holds a seat is told one of these.
    case "full":
      return { kind: "sale-full" };
    case "not-open":
      return saleRefusal("verifying", view, deps.retryAfterMs);
    case "closed":
      return { kind: "sale-closed" };
    case "overloaded":
      return { kind: "overloaded", retryAfterS };
    case "poisonous":
      return { kind: "failed" };
    case "mailbox-full":
    case "timed-out":
    case "stopping":
    case "turn-failed":
      return actorRefusal(outcome, deps.retryAfterMs);
  }

  function refuse(state: Exclude<SaleState, "open">): Promise<ConfirmOutcome> {
    const otherwise = saleRefusal(state, view, deps.retryAfterMs);
    return answerHolder(phone, view, { otherwise }, deps);
  }
}

/** Invariant 7: who holds a seat gets it, and only someone else is told what the sale says. */
async function answerHolder(
  phone: Phone,
  view: EventView,
  { otherwise }: { readonly otherwise: ConfirmOutcome },
  deps: RegistrationDependencies,
): Promise<ConfirmOutcome> {
  const { deadlines, seats } = deps;
  const finding = seats.findHolder(view.event.id, phone, deadlines.endMs());
  const found = await deadlines.race(finding);
  switch (found.kind) {
    case "holder":
      return { kind: "holder", seat: found.seat };
    case "no-holder":
      return otherwise;
    case "overloaded":
    case "timed-out":
      return { kind: "overloaded", retryAfterS: seconds(deps.retryAfterMs) };
  }
}

type Person =
  | { readonly kind: "person"; readonly name: PersonName; readonly email: Email }
  | { readonly kind: "invalid-name" }
  | { readonly kind: "invalid-email" };

function parsePerson(command: ConfirmCommand): Person {
  const name = command.name === null ? null : parsePersonName(command.name);
  if (name === null) return { kind: "invalid-name" };
  const email = command.email === null ? null : parseEmail(command.email);
  return email === null ? { kind: "invalid-email" } : { kind: "person", name, email };
}

function withVerification(
  outcome: ConfirmOutcome,
  phone: Phone,
  view: EventView,
  deps: RegistrationDependencies,
): ConfirmOutcome {
  const isWorthRetrying =
    outcome.kind === "overloaded" ||
    outcome.kind === "gateway-unavailable" ||
    outcome.kind === "draining" ||
    outcome.kind === "sale-paused";
  if (!isWorthRetrying) return outcome;
  return { ...outcome, verification: verificationOf(phone, view.event, deps) };
}
