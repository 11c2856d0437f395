import { randomUUID } from "node:crypto";
import { systemClock } from "../actor/clock.ts";
import { openMailer } from "../adapters/mail/open-mailer.ts";
import type { GatewaySettings } from "../adapters/sms/gateway-settings.ts";
import { parseEmail } from "../attendee/email.ts";
import { parsePhone } from "../attendee/phone.ts";
import type { Config } from "../config.ts";
import { amount, counted } from "../delivery/checks/finding.ts";
import type { SmsMessage, SmsOutcome } from "../delivery/ports.ts";
import { segmentCount } from "../delivery/sms-segments.ts";
import type { CommandContext } from "./command.ts";
import { RefusedError, UsageError } from "./command.ts";
import { openGateway } from "./delivery-gateways.ts";
import { ONE_MAIL, sendMail } from "./delivery-send-mail.ts";

/** Past the budget and the outbox, so it shows the way itself, whatever waits. */
export async function sendTest(
  [channel, address, ...rest]: readonly string[],
  context: CommandContext,
): Promise<void> {
  if (address === undefined || rest.length > 0) {
    throw new UsageError("Say send-test, sms or mail, and one number or address.");
  }
  if (channel === "sms") return sendSms(address, context);
  if (channel === "mail") return sendTestMail(address, context);
  throw new UsageError("Say send-test sms or send-test mail.");
}

async function sendSms(typed: string, { config, signal }: CommandContext): Promise<void> {
  if (config.smsGateways.length === 0) {
    throw new RefusedError(`No gateway is named in SMS_GATEWAY${inboxHint(config, "SMS")}.`);
  }
  const message = { to: readPhone(typed, config), text: testText(config) };
  let isTaken = true;
  for (const settings of config.smsGateways) {
    const beganMs = systemClock.nowMs();
    const outcome = await sendBy(settings, message, signal);
    print(`${settings.name}: ${outcomeText(outcome)}, ${tookText(beganMs)}`);
    isTaken &&= outcome.kind === "accepted";
  }
  const segments = segmentCount(message.text);
  const prices = config.smsGateways.map(
    ({ name, priceMicros }) => `${amount(segments * priceMicros)} by ${name}`,
  );
  print(`the text takes ${counted(segments, "segment")}: ${prices.join(", ")}`);
  if (!isTaken) throw new RefusedError("Not every gateway took it.");
}

async function sendBy(
  settings: GatewaySettings,
  message: SmsMessage,
  signal: AbortSignal,
): Promise<SmsOutcome> {
  await using opening = new AsyncDisposableStack();
  const { gateway, bound } = openGateway(settings, opening);
  const outcome = await bound;
  // A session that is not there would be told as a short wait, without its reason.
  if (outcome.kind !== "bound") {
    return { kind: "retry", afterMs: 0, reason: outcome.reason };
  }
  return await gateway.send(message, signal);
}

async function sendTestMail(typed: string, { config, signal }: CommandContext): Promise<void> {
  const address = parseEmail(typed);
  if (address === null) throw new RefusedError("That is no mail address.");
  if (config.mail === null) {
    const hint = inboxHint(config, "mail");
    throw new RefusedError(`No mail server is named in SMTP_URL or MAIL_API_URL${hint}.`);
  }
  await using opening = new AsyncDisposableStack();
  const mailer = openMailer({ ...config.mail, ...ONE_MAIL }, opening);
  const text = testText(config);
  const mail = {
    messageId: `<${randomUUID()}@${new URL(config.publicUrl).hostname}>`,
    to: { name: "", address },
    subject: "Test",
    text: `${text}\n`,
    html: `<!doctype html><p>${text}</p>\n`,
    attachments: [],
  };
  const beganMs = systemClock.nowMs();
  const outcome = await sendMail(mailer, mail, signal);
  print(`${mailer.name}: ${outcomeText(outcome)}, ${tookText(beganMs)}`);
  if (outcome.kind !== "accepted") throw new RefusedError("The mail was not taken.");
}

function readPhone(typed: string, config: Config) {
  const parsed = parsePhone(typed, config);
  switch (parsed.kind) {
    case "phone":
      return parsed.phone;
    case "invalid-phone":
      throw new RefusedError("That is no phone number.");
    case "country-not-served":
      throw new RefusedError("That number is of a country that COUNTRIES does not name.");
  }
}

/** GSM-7 and HTML alike. */
function testText({ publicUrl }: Config): string {
  return `A test by ${new URL(publicUrl).host}. Nothing is to be done.`;
}

function inboxHint({ hasInbox }: Config, what: string): string {
  return hasInbox ? `: a running server shows its ${what} at /dev/inbox` : "";
}

function outcomeText(outcome: SmsOutcome): string {
  switch (outcome.kind) {
    case "accepted":
      return `accepted as ${outcome.providerId}`;
    case "refused":
      return `refused: ${outcome.reason}`;
    case "retry":
      return `not sent, and the service would try again: ${outcome.reason}`;
    case "throttled":
      return `not sent, as it comes too fast: ${outcome.reason}`;
    case "unknown":
      return `perhaps sent: ${outcome.reason}`;
  }
}

function tookText(beganMs: number): string {
  return `after ${Math.round(systemClock.nowMs() - beganMs).toLocaleString("en")} ms`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
