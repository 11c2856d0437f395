import type { BalanceQuestion } from "./balance.ts";
import type { HttpDialect } from "./http-sms-gateway.ts";
import type { TwilioWay } from "./read-twilio-way.ts";
import type { ReportRules } from "./report-rules.ts";
import type { RequestTemplate } from "./request-template.ts";
import type { BlankValues } from "./template.ts";
import { fixedText } from "./template.ts";
import { judgeTwilioAnswer } from "./twilio-answer.ts";

/**
 * Messages are made as https://www.twilio.com/docs/messaging/api/message-resource has it. `reportUrl` is where
 * Twilio reports what became of them; null asks for no report.
 */
export function twilioDialect(way: TwilioWay, reportUrl: string | null): HttpDialect {
  return {
    request: twilioRequest(way, { method: "POST", resource: "Messages" }, (values) =>
      messageForm(way, reportUrl, values),
    ),
    judge: judgeTwilioAnswer,
  };
}

/** An account below another one is told no balance. */
export function twilioBalance(way: TwilioWay): BalanceQuestion {
  const request = twilioRequest(way, { method: "GET", resource: "Balance" }, null);
  return { request, paths: [["balance"], ["currency"]] };
}

/** A message passes through other states on its way (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status). */
export function twilioReportRules({ authToken }: TwilioWay): ReportRules {
  return {
    proof: { kind: "twilio-signature", secret: authToken },
    form: "form",
    listPath: null,
    idPath: ["MessageSid"],
    statePath: ["MessageStatus"],
    delivered: ["delivered"],
    failed: ["undelivered", "failed"],
  };
}

function twilioRequest(
  { baseUrl, accountSid, authToken }: TwilioWay,
  { method, resource }: { readonly method: "POST" | "GET"; readonly resource: string },
  body: RequestTemplate["body"],
): RequestTemplate {
  const credentials = Buffer.from(`${accountSid}:${authToken.reveal()}`).toString("base64");
  return {
    method,
    url: fixedText(`${baseUrl}/2010-04-01/Accounts/${accountSid}/${resource}.json`),
    headers: [
      ["authorization", fixedText(`Basic ${credentials}`)],
      ["content-type", fixedText("application/x-www-form-urlencoded")],
    ],
    body,
  };
}

function messageForm(
  { sender, validityMs }: TwilioWay,
  reportUrl: string | null,
  { to, text }: BlankValues,
): string {
  const form = new URLSearchParams({ To: to, Body: text });
  if (sender.kind === "from") form.set("From", sender.from);
  else form.set("MessagingServiceSid", sender.messagingServiceSid);
  form.set("ValidityPeriod", String(Math.round(validityMs / 1_000)));
  if (reportUrl !== null) form.set("StatusCallback", reportUrl);
  return form.toString();
}
