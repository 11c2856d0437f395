import type { Phone } from "../attendee/phone.ts";
import { openVerification } from "../otp/verification.ts";
import { isVerifiedEarly } from "../sale/sale.ts";
import type { Joined } from "../waiting-room/waiting-room.ts";
import type { Asker, JoinLineCommand, ShownPass } from "./commands.ts";
import type { RegistrationDependencies } from "./dependencies.ts";
import type { EventView, SaleView } from "./event-view.ts";
import { gateOf } from "./line-gate.ts";
import type { InvalidInput, JoinLineOutcome, ProofRefusal, Unavailable } from "./outcome.ts";
import { charged, placeDemand, proofRefusal } from "./proof-gate.ts";
import { saleRefusal, seconds } from "./refusals.ts";

/**
 * A place in the waiting line, one for a phone: it costs a verification or a proof-of-work, and in the lobby of a sale
 * that verifies phones early a verification.
 */
export async function joinLine(
  command: JoinLineCommand,
  deps: RegistrationDependencies,
): Promise<JoinLineOutcome> {
  return charged(joinedLine(command, deps), command.asker, deps);
}

async function joinedLine(
  command: JoinLineCommand,
  deps: RegistrationDependencies,
): Promise<JoinLineOutcome> {
  const view = deps.events.find(command.eventSlug);
  if (view === null) return { kind: "event-not-found" };
  const { current } = view;
  if (current === null) return { kind: "sale-closed" };
  if (current.sale.lobby === undefined) return { kind: "no-waiting-room" };
  const { state } = current;
  if (state !== "lobby" && state !== "open") return saleRefusal(state, view, deps.retryAfterMs);
  const { price, asker } = command;
  if (price.kind === "pass") return shownPlace(price, view, current, deps);
  const buyer = buyerOf({ price, asker }, view, current, deps);
  if (buyer.kind !== "buyer") return buyer;
  const room = deps.rooms.find(view.event.id, current.sale.id);
  const joined = (await room?.join(buyer.phone, buyer.isVerified)) ?? { kind: "overloaded" };
  if (joined.kind === "overloaded") {
    return { kind: "overloaded", retryAfterS: seconds(deps.retryAfterMs) };
  }
  return inLine(joined, buyer);
}

/** Costs no proof: a pass cannot be guessed, and nothing is given for it but an answer. */
function shownPlace(
  shown: ShownPass,
  view: EventView,
  { state }: SaleView,
  deps: RegistrationDependencies,
): JoinLineOutcome {
  if (state === "lobby") return saleRefusal(state, view, deps.retryAfterMs);
  const parsed = deps.phones.read(shown.phone);
  if (parsed.kind !== "phone") return parsed;
  const gate = gateOf(shown, parsed.phone, view, deps);
  if (gate.kind === "free") return { kind: "no-waiting-room" };
  return gate.kind === "held-place" ? inLine({ ...gate, pass: shown.pass }, gate) : gate;
}

function inLine(
  { pass, place, keptForMs }: Omit<Joined, "kind">,
  { isVerified }: { readonly isVerified: boolean },
): JoinLineOutcome {
  const cost = isVerified ? "verification" : "proof";
  const keptForS = keptForMs === null ? null : Math.floor(keptForMs / 1_000);
  return { kind: "in-line", pass, place, cost, keptForS };
}

type Buyer =
  | { readonly kind: "buyer"; readonly phone: Phone; readonly isVerified: boolean }
  | { readonly kind: "verification-invalid" }
  | InvalidInput
  | ProofRefusal
  | Unavailable;

interface Bid {
  readonly price: Exclude<JoinLineCommand["price"], ShownPass>;
  readonly asker: Asker;
}

function buyerOf(
  { price, asker }: Bid,
  view: EventView,
  { sale, state }: SaleView,
  deps: RegistrationDependencies,
): Buyer {
  if (price.kind === "verification") {
    const verification = openVerification(price.verification, deps.otpKeys);
    const isValid =
      verification !== null &&
      verification.eventId === view.event.id &&
      verification.expiresAtMs > view.nowMs;
    if (!isValid) return { kind: "verification-invalid" };
    return { kind: "buyer", phone: verification.phone, isVerified: true };
  }
  if (state === "lobby" && isVerifiedEarly(sale)) return { kind: "verification-invalid" };
  const parsed = deps.phones.read(price.phone);
  if (parsed.kind !== "phone") return parsed;
  const { phone } = parsed;
  const demand = placeDemand(view.event, deps);
  const refusal = proofRefusal({ phone, event: view.event, demand, asker }, deps);
  return refusal ?? { kind: "buyer", phone, isVerified: false };
}
