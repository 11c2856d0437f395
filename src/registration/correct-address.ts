import { parseEmail } from "../attendee/email.ts";
import { openChallenge } from "../otp/challenge.ts";
import { checkCode } from "./check-code.ts";
import type { CorrectAddressCommand } from "./commands.ts";
import type { TicketChangeDependencies } from "./dependencies.ts";
import type { CorrectAddressOutcome } from "./outcome.ts";
import { charged } from "./proof-gate.ts";
import { answeredInTime } from "./refusals.ts";

/**
 * The one correction of a mail address, for a recover code to the holder's own phone. The old key dies with it, so a
 * repetition after a lost answer comes with a dead key: it is known by phone and address instead (invariant 7).
 */
export async function correctAddress(
  command: CorrectAddressCommand,
  deps: TicketChangeDependencies,
): Promise<CorrectAddressOutcome> {
  return charged(correctedAddress(command, deps), command.asker, deps);
}

async function correctedAddress(
  command: CorrectAddressCommand,
  deps: TicketChangeDependencies,
): Promise<CorrectAddressOutcome> {
  // An address that cannot be is said before the code is looked at, and costs no guess.
  const email = parseEmail(command.email);
  if (email === null) return { kind: "invalid-email" };
  const parsed = deps.phones.read(command.phone);
  if (parsed.kind !== "phone") return parsed;
  const { phone } = parsed;
  const challenge = openChallenge(command.challenge, phone, deps.otpKeys);
  if (challenge?.purpose !== "recover") return { kind: "challenge-invalid" };
  // The event is the challenge's: a dead key leads to none.
  const { eventId } = challenge;
  const checked = await checkCode(command, command.asker, { id: eventId }, deps);
  if (checked.kind !== "verified") return checked;
  const newKey = deps.random.ticketKey();
  const correction = { eventId, phone, key: command.key, newKey, email };
  return answeredInTime(deps.ticketChanges.correctAddress(correction), deps);
}
