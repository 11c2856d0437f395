import type { Phone } from "../attendee/phone.ts";
import { sealVerification } from "../otp/verification.ts";
import type { Event } from "../sale/event.ts";
import { checkCode } from "./check-code.ts";
import type { VerifyCommand } from "./commands.ts";
import type { RegistrationDependencies } from "./dependencies.ts";
import type { VerifyOutcome } from "./outcome.ts";
import { charged } from "./proof-gate.ts";
import { saleRefusal } from "./refusals.ts";

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
  const state = view.current?.state ?? "closed";
  if (state !== "open" && state !== "verifying") {
    return saleRefusal(state, view, deps.retryAfterMs);
  }
  const checked = await checkCode(command, command, view.event, deps);
  if (checked.kind !== "verified") return checked;
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
