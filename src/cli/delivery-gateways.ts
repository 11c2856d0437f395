import { systemClock } from "../actor/clock.ts";
import type { GatewaySettings } from "../adapters/sms/gateway-settings.ts";
import type { HttpBounds } from "../adapters/sms/open-gateway.ts";
import { openSmsGateway } from "../adapters/sms/open-gateway.ts";
import type { BindOutcome } from "../delivery/checks/gateway-check.ts";
import type { SmsGateway } from "../delivery/ports.ts";
import { limits } from "../limits.ts";

export interface CommandGateway {
  readonly gateway: SmsGateway;
  /** What the first try to bind comes to; a gateway without sessions is as good as bound. */
  readonly bound: Promise<BindOutcome>;
}

export const HTTP_BOUNDS: HttpBounds = {
  clock: systemClock,
  answerBytesMax: limits.providerAnswerBytesMax,
  retryAfterMaxMs: limits.smsRetryAfterMaxMs,
};

/** A gateway of one command, closed with the stack. */
export function openGateway(
  settings: GatewaySettings,
  opening: AsyncDisposableStack,
): CommandGateway {
  const first = Promise.withResolvers<BindOutcome>();
  const options = {
    ...HTTP_BOUNDS,
    random: Math.random,
    reportUrl: null,
    onReport: () => {},
    observer: first.resolve,
  };
  const gateway = openSmsGateway(settings, options, opening);
  if (settings.way.kind !== "smpp") first.resolve({ kind: "bound" });
  return { gateway, bound: first.promise };
}
