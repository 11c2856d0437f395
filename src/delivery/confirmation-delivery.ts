import type { Clock } from "../actor/clock.ts";
import { attempt } from "./attempt.ts";
import type { Deliver } from "./lane-relay.ts";
import type { SmsGateway } from "./ports.ts";
import { confirmationText } from "./sms-texts.ts";

/** Sends the SMS that tells of a seat. One whose fate is unknown stays so: its bearer has the ticket on screen. */
export function confirmationDelivery(options: {
  readonly gateway: SmsGateway;
  readonly clock: Clock;
  readonly sendTimeoutMs: number;
  readonly publicUrl: string;
}): Deliver {
  const { gateway, clock, sendTimeoutMs, publicUrl } = options;
  return ({ phone, sheet }, { untilMs, signal }) => {
    const text = confirmationText(sheet, publicUrl);
    const timeoutMs = Math.min(sendTimeoutMs, untilMs - clock.nowMs());
    return attempt(
      (attemptSignal) => gateway.send({ to: phone, text }, attemptSignal),
      { clock, timeoutMs, signal },
      (reason) => ({ kind: "unknown", reason }),
    );
  };
}
