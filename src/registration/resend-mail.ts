import type { ResendMailCommand } from "./commands.ts";
import type { TicketChangeDependencies } from "./dependencies.ts";
import type { ResendMailOutcome } from "./outcome.ts";
import type { ResendPace } from "./ports.ts";
import { answeredInTime, seconds } from "./refusals.ts";

/** Three in any 24 hours; the mail that came with the registration is not one of them. */
export const RESEND_PACE: ResendPace = { countMax: 3, withinMs: 24 * 3_600_000 };

/** How long a mail takes to leave when nothing is before it. */
const MAIL_UNDER_WAY_MS = 60_000;

/** The ticket's mail once more, to the address as it stands. Who has the key may ask: nobody else is written to. */
export async function resendMail(
  { key }: ResendMailCommand,
  deps: TicketChangeDependencies,
): Promise<ResendMailOutcome> {
  const resent = await answeredInTime(deps.ticketChanges.resendMail(key, RESEND_PACE), deps);
  switch (resent.kind) {
    case "queued":
      return { kind: "mail-queued", mailsLeftToday: resent.leftCount };
    case "under-way":
      return { kind: "rate-limited", retryAfterS: seconds(MAIL_UNDER_WAY_MS) };
    case "spent":
      return { kind: "rate-limited", retryAfterS: seconds(resent.waitMs) };
    case "not-found":
    case "overloaded":
      return resent;
  }
}
