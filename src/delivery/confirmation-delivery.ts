import type { Deliver } from "./lane-relay.ts";
import type { SmsDispatcher } from "./sms-dispatcher.ts";
import { confirmationText } from "./sms-texts.ts";

/** Sends the SMS that tells of a seat. One whose fate is unknown stays so: its bearer has the ticket on screen. */
export function confirmationDelivery(options: {
  readonly dispatcher: Pick<SmsDispatcher, "send">;
  readonly sendTimeoutMs: number;
  readonly publicUrl: string;
}): Deliver {
  const { dispatcher, sendTimeoutMs, publicUrl } = options;
  return async ({ phone, sheet }, bounds) => {
    const text = confirmationText(sheet, publicUrl);
    const untilMs = bounds.untilMs - sendTimeoutMs;
    const outcome = await dispatcher.send({ to: phone, text, lane: "confirmation", untilMs });
    return outcome.kind === "late"
      ? { kind: "retry", afterMs: 0, reason: "its turn did not come" }
      : outcome;
  };
}
