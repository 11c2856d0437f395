import { openMailer } from "../adapters/mail/open-mailer.ts";
import type { GatewaySettings } from "../adapters/sms/gateway-settings.ts";
import { checkBalance } from "../adapters/sms/open-gateway.ts";
import { NO_VALUES } from "../adapters/sms/template.ts";
import type { Email } from "../attendee/email.ts";
import type { MailConfig } from "../config.ts";
import type { Finding } from "../delivery/checks/finding.ts";
import { about } from "../delivery/checks/finding.ts";
import {
  checkBalanceAnswer,
  checkBind,
  checkEncryption,
} from "../delivery/checks/gateway-check.ts";
import type { Mail, SendOutcome } from "../delivery/ports.ts";
import { HTTP_BOUNDS, openGateway } from "./delivery-gateways.ts";
import { ONE_MAIL, sendMail } from "./delivery-send-mail.ts";

/** Nothing is sent: a balance is asked for, or a session bound and ended. */
export async function checkGateway(
  settings: GatewaySettings,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { name, way } = settings;
  const balance = async () =>
    checkBalanceAnswer(name, await checkBalance(settings, HTTP_BOUNDS, signal));
  switch (way.kind) {
    case "http":
      return [
        checkEncryption(name, wayOf(way.request.url.fill(NO_VALUES))),
        way.balance === null ? checkBalanceAnswer(name, null) : await balance(),
      ];
    case "twilio":
      return [checkEncryption(name, wayOf(way.baseUrl)), await balance()];
    case "smpp": {
      const { host, isTls: isEncrypted } = way.smpp;
      return [checkEncryption(name, { host, isEncrypted }), await bind(settings)];
    }
  }
}

/**
 * A mail to nobody: server and API alike know whom they talk to before they find out, so a refusal of the mail proves
 * the way, with encryption and login as the service has them, and nothing is sent.
 */
export async function checkMailServer(
  mail: MailConfig,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  await using opening = new AsyncDisposableStack();
  const outcome = await sendMail(
    openMailer({ ...mail, ...ONE_MAIL }, opening),
    MAIL_TO_NOBODY,
    signal,
  );
  return [judgeMailServer(mail, outcome)];
}

const MAIL_TO_NOBODY: Mail = {
  messageId: "<doctor@localhost>",
  to: { name: "", address: "" as Email },
  subject: "Test",
  text: "",
  html: "",
  attachments: [],
};

function judgeMailServer({ transport }: MailConfig, outcome: SendOutcome): Finding {
  const finding = about(transport.kind === "smtp" ? "mail server" : "mail API");
  switch (outcome.kind) {
    case "accepted":
    case "refused":
      return transport.kind === "smtp" && transport.server.credentials === null
        ? finding.ok("it is there, by TLS, and asks for no login")
        : finding.ok("it is there, by TLS, and knows the account");
    case "retry":
    case "unknown":
      return finding.fault(`${outcome.reason}; look at its address, certificate and password`);
  }
}

function wayOf(address: string): { readonly host: string; readonly isEncrypted: boolean } {
  const { hostname: host, protocol } = new URL(address);
  return { host, isEncrypted: protocol === "https:" };
}

async function bind(settings: GatewaySettings): Promise<Finding> {
  await using opening = new AsyncDisposableStack();
  const { bound } = openGateway(settings, opening);
  return checkBind(settings.name, await bound);
}
