import type { BalanceOutcome, DeliveryReport, SmsGateway } from "../../delivery/ports.ts";
import type { ReportReader } from "../../delivery/report-ports.ts";
import { askBalance } from "./balance.ts";
import { judgeAnswer } from "./gateway-answer.ts";
import type { GatewaySettings } from "./gateway-settings.ts";
import type { ExchangeBounds } from "./http-exchange.ts";
import type { HttpDialect } from "./http-sms-gateway.ts";
import { HttpSmsGateway } from "./http-sms-gateway.ts";
import { readReports } from "./report-rules.ts";
import { SmppGateway } from "./smpp-gateway.ts";
import type { SmppLinkEvent } from "./smpp-link.ts";
import { twilioBalance, twilioDialect, twilioReportRules } from "./twilio-dialect.ts";

export interface OpenGatewayOptions extends HttpBounds {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Where the provider reaches us with what `reportReaderOf` reads; null where it cannot. */
  readonly reportUrl: string | null;
  /** For reports that come over the gateway's own connection; must not throw. */
  readonly onReport: (report: DeliveryReport) => void;
  /** For the operator's log; must not throw. */
  readonly observer: (event: SmppLinkEvent) => void;
}

export type HttpBounds = Omit<ExchangeBounds, "timeoutMs">;

/** What it holds open is closed with the stack. */
export function openSmsGateway(
  { name, timeoutMs, way }: GatewaySettings,
  options: OpenGatewayOptions,
  opening: AsyncDisposableStack,
): SmsGateway {
  const bounds = { ...options, timeoutMs };
  switch (way.kind) {
    case "http": {
      const { request, answer: rules } = way;
      const dialect: HttpDialect = {
        request,
        judge: (answer, ownId) => judgeAnswer(answer, rules, ownId),
      };
      return new HttpSmsGateway({ name, dialect, bounds });
    }
    case "twilio":
      return new HttpSmsGateway({ name, dialect: twilioDialect(way, options.reportUrl), bounds });
    case "smpp": {
      const gateway = opening.use(
        new SmppGateway({ ...options, settings: way.smpp, certificateAuthority: null }),
      );
      // Bound before the first message; it never rejects, and the observer hears what it comes to.
      void gateway.start();
      return gateway;
    }
  }
}

/** Asks the provider what is left on the account; `failed` too where there is no way to ask. */
export async function checkBalance(
  { timeoutMs, way }: GatewaySettings,
  httpBounds: HttpBounds,
  signal: AbortSignal,
): Promise<BalanceOutcome> {
  const bounds = { ...httpBounds, timeoutMs };
  switch (way.kind) {
    case "http":
      if (way.balance === null) return { kind: "failed", reason: "its file has no balance" };
      return askBalance(way.balance, bounds, signal);
    case "twilio":
      return askBalance(twilioBalance(way), bounds, signal);
    case "smpp":
      return { kind: "failed", reason: "SMPP has no question for it" };
  }
}

/** How the provider's reports are read when they come by HTTP; null where none do. */
export function reportReaderOf({ way }: GatewaySettings): ReportReader | null {
  switch (way.kind) {
    case "http": {
      const { report } = way;
      return report === null ? null : (request) => readReports(report, request);
    }
    case "twilio": {
      const rules = twilioReportRules(way);
      return (request) => readReports(rules, request);
    }
    case "smpp":
      return null;
  }
}
