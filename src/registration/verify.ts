import type { Phone } from "../attendee/phone.ts";
import { sealVerification } from "../otp/verification.ts";
import type { Event } from "../sale/event.ts";
import { checkCode } from "./check-code.ts";
import type { VerifyCommand } from "./commands.ts";
import type { RegistrationDependencies } from "./dependencies.ts";
import { gateOf } from "./line-gate.ts";
import type { VerifyOutcome } from "./outcome.ts";
import { charged } from "./proof-gate.ts";
import { refuseByState } from "./refusals.ts";

/** Proves a phone now, to register with later, also before the opening. */
export async function verify(
  command: VerifyCommand,
  deps: RegistrationDependencies,
): Promise<VerifyOutcome> {
  return charged(provedPhone(command, deps), command, deps);
}

async function provedPhone(
  command: VerifyCommand,
  deps: RegistrationDependencies,
): Promise<VerifyOutcome> {
  const view = deps.events.find(command.eventSlug);
  if (view === null) return { kind: "event-not-found" };
  const refusal = refuseByState(view, deps.retryAfterMs);
  if (refusal !== null) return refusal;
  const checked = await checkCode(command, command, view.event, deps);
  if (checked.kind !== "verified") return checked;
  const gate = gateOf(command, checked.phone, view, deps);
  if (gate.kind !== "free" && gate.kind !== "held-place") return gate;
  return { kind: "verified", verification: verificationOf(checked.phone, view.event, deps) };
}

/** Good for the event until its last sale ends. */
export function verificationOf(
  phone: Phone,
  event: Event,
  { otpKeys }: Pick<RegistrationDependencies, "otpKeys">,
): string {
  const expiresAtMs = Math.max(...event.sales.map((sale) => sale.closesAtMs));
  return sealVerification({ phone, eventId: event.id, expiresAtMs }, otpKeys);
}
