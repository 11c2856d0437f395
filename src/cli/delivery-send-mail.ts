import { systemClock } from "../actor/clock.ts";
import { attempt } from "../delivery/attempt.ts";
import type { Mail, Mailer, SendOutcome } from "../delivery/ports.ts";
import { limits } from "../limits.ts";

/** For a command that sends one: the clock and the connection of it. */
export const ONE_MAIL = { clock: systemClock, connectionCountMax: 1 } as const;

/** One try, as long as the service would give it. */
export function sendMail(mailer: Mailer, mail: Mail, signal: AbortSignal): Promise<SendOutcome> {
  return attempt<SendOutcome>(
    (attemptSignal) => mailer.send(mail, attemptSignal),
    { clock: systemClock, timeoutMs: limits.mailSendTimeoutMs, signal },
    (reason) => ({ kind: "unknown", reason }),
  );
}
