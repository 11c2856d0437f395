import type { Clock } from "../../../src/actor/clock.ts";
import { systemClock } from "../../../src/actor/clock.ts";
import type { GatewayPolicy } from "../../../src/adapters/sms/gateway-policy.ts";
import type { GatewaySettings } from "../../../src/adapters/sms/gateway-settings.ts";
import { parseGateway } from "../../../src/adapters/sms/gateway-settings.ts";
import type { HttpBounds } from "../../../src/adapters/sms/open-gateway.ts";
import { openSmsGateway } from "../../../src/adapters/sms/open-gateway.ts";
import type { HttpWay } from "../../../src/adapters/sms/read-http-way.ts";
import type { SmsGateway } from "../../../src/delivery/ports.ts";

export type Changes = Readonly<Record<string, unknown>>;

export const ANSWER_BYTES_MAX = 64 * 1024;

export const HTTP_BOUNDS: HttpBounds = {
  clock: systemClock,
  answerBytesMax: ANSWER_BYTES_MAX,
  retryAfterMaxMs: 3_600_000,
};

/** What the files below name with `${…}`. */
export const SECRETS: Readonly<Record<string, string>> = {
  GATEWAY_TOKEN: 's3cret "&" token',
  REPORT_SECRET: "s3cret of the reports",
  TWILIO_TOKEN: "s3cret of the account",
  SMPP_PASSWORD: "s3cret",
};

export const POLICY: GatewayPolicy = {
  isProduction: false,
  settingOf: (name) => SECRETS[name] ?? null,
  timeoutMaxMs: 10_000,
};

/** A gateway file that has no faults; a change of undefined leaves the key out. */
export function gatewayFile(changes: Changes = {}): string {
  return JSON.stringify({
    name: "example",
    url: "https://gateway.example/send",
    headers: { "x-token": "${GATEWAY_TOKEN}" },
    body: { to: "{to}", text: "{text}" },
    success: {
      statuses: [200, 202],
      path: "messages.0.status",
      equals: "0",
      throttleEquals: 1,
      retryEquals: [2, "BUSY"],
    },
    idPath: "messages.0.id",
    ...changes,
  });
}

/** The same for one that speaks as Twilio does. */
export function twilioFile(changes: Changes = {}): string {
  return JSON.stringify({
    kind: "twilio",
    name: "twilio",
    accountSid: "AC0123456789abcdef0123456789abcdef",
    authToken: "${TWILIO_TOKEN}",
    from: "+15005550006",
    ...changes,
  });
}

/** The same for SMPP. */
export function smppFile(changes: Changes = {}): string {
  return JSON.stringify({
    kind: "smpp",
    name: "operator",
    host: "smsc.example",
    systemId: "mela",
    password: "${SMPP_PASSWORD}",
    sourceAddress: "MELA",
    ...changes,
  });
}

export function parsed(file: string): GatewaySettings {
  const parse = parseGateway(file, POLICY);
  if (parse.kind === "invalid") throw new Error(parse.faults.join("\n"));
  return parse.gateway;
}

export function httpWayOf(changes: Changes = {}): HttpWay {
  const { way } = parsed(gatewayFile(changes));
  if (way.kind !== "http") throw new Error(`is ${way.kind}`);
  return way;
}

export function makeGateway(changes: Changes, clock: Clock = systemClock): SmsGateway {
  return openGateway(gatewayFile(changes), { clock });
}

/** For gateways that hold nothing open. */
export function openGateway(
  file: string,
  changes: { readonly clock?: Clock; readonly reportUrl?: string } = {},
): SmsGateway {
  const options = {
    ...HTTP_BOUNDS,
    random: Math.random,
    reportUrl: null,
    onReport: () => {},
    observer: () => {},
    ...changes,
  };
  return openSmsGateway(parsed(file), options, new AsyncDisposableStack());
}

export function serve(fetch: (request: Request) => Response | Promise<Response>) {
  return Bun.serve({ port: 0, hostname: "127.0.0.1", fetch });
}
