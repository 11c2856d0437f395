import type { Clock } from "../../../src/actor/clock.ts";
import { systemClock } from "../../../src/actor/clock.ts";
import type { GatewayPolicy, GatewaySettings } from "../../../src/adapters/sms/gateway-settings.ts";
import { parseGateway } from "../../../src/adapters/sms/gateway-settings.ts";
import { HttpSmsGateway } from "../../../src/adapters/sms/http-sms-gateway.ts";

export const ANSWER_BYTES_MAX = 64 * 1024;

export const POLICY: GatewayPolicy = {
  isProduction: false,
  settingOf: (name) => (name === "GATEWAY_TOKEN" ? 's3cret "&" token' : null),
  timeoutMaxMs: 10_000,
  retryAfterMaxMs: 3_600_000,
};

/** A gateway file that has no faults; a change of undefined leaves the key out. */
export function gatewayFile(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    name: "example",
    url: "https://gateway.example/send",
    headers: { "x-token": "${GATEWAY_TOKEN}" },
    body: { to: "{to}", text: "{text}" },
    success: { statuses: [200, 202], path: "messages.0.status", equals: "0", retryEquals: 1 },
    idPath: "messages.0.id",
    ...changes,
  });
}

export function settingsOf(changes: Readonly<Record<string, unknown>> = {}): GatewaySettings {
  const parse = parseGateway(gatewayFile(changes), POLICY);
  if (parse.kind === "invalid") throw new Error(parse.faults.join("\n"));
  return parse.gateway;
}

export function makeGateway(
  changes: Readonly<Record<string, unknown>>,
  clock: Clock = systemClock,
): HttpSmsGateway {
  return new HttpSmsGateway({
    settings: settingsOf(changes),
    clock,
    answerBytesMax: ANSWER_BYTES_MAX,
  });
}
