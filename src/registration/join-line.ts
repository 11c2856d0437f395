import type { Phone } from "../attendee/phone.ts";
import { openVerification } from "../otp/verification.ts";
import { isVerifiedEarly } from "../sale/sale.ts";
import type { JoinLineCommand } from "./commands.ts";
import type { RegistrationDependencies } from "./dependencies.ts";
import type { EventView, SaleView } from "./event-view.ts";
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
  const buyer = buyerOf(command, view, current, deps);
  if (buyer.kind !== "buyer") return buyer;
  const room = deps.rooms.find(view.event.id, current.sale.id);
  const joined = (await room?.join(buyer.phone, buyer.isVerified)) ?? { kind: "overloaded" };
  if (joined.kind === "overloaded") {
    return { kind: "overloaded", retryAfterS: seconds(deps.retryAfterMs) };
  }
  const cost = buyer.isVerified ? "verification" : "proof";
  return { kind: "in-line", pass: joined.pass, place: joined.place, cost };
}

type Buyer =
  | { readonly kind: "buyer"; readonly phone: Phone; readonly isVerified: boolean }
  | { readonly kind: "verification-invalid" }
  | InvalidInput
  | ProofRefusal
  | Unavailable;

function buyerOf(
  { price, asker }: JoinLineCommand,
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
