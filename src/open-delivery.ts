import type { Clock } from "./actor/clock.ts";
import { repeat } from "./actor/clock.ts";
import { Inbox } from "./adapters/inbox/inbox.ts";
import { openMailer } from "./adapters/mail/open-mailer.ts";
import { MailgunEvents } from "./adapters/mail-events/mailgun-events.ts";
import { RenderPool } from "./adapters/pdf/render-pool.ts";
import type { Database } from "./adapters/postgres/client.ts";
import { PostgresReportStore, PostgresSuppressionStore } from "./adapters/postgres/report-store.ts";
import type { GatewaySettings } from "./adapters/sms/gateway-settings.ts";
import { openSmsGateway, reportReaderOf } from "./adapters/sms/open-gateway.ts";
import type { Config } from "./config.ts";
import { DeliveryReports } from "./delivery/delivery-reports.ts";
import type { SmsRoute } from "./delivery/gateway-route.ts";
import type { MailWay } from "./delivery/outbox-relay.ts";
import type { Mailer, SmsGateway } from "./delivery/ports.ts";
import type { MailEvents, ReportReader } from "./delivery/report-ports.ts";
import type { Events } from "./events.ts";
import { limits } from "./limits.ts";
import type { Logs } from "./log.ts";

/** What goes out and what comes back of it. */
export interface Delivery {
  /** Null wherever messages really go out. */
  readonly inbox: Inbox | null;
  readonly smsRoutes: readonly SmsRoute[];
  readonly mail: MailWay | null;
  readonly renderer: RenderPool;
  readonly reports: DeliveryReports;
  /** Of each gateway whose provider reports, by the gateway's name. */
  readonly reportReaders: ReadonlyMap<string, ReportReader>;
  /** Null where no mail provider tells anything. */
  readonly mailEvents: MailEvents | null;
}

interface DeliveryParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly reads: Database;
  readonly events: Events;
  readonly logs: Logs;
  /** Signs tickets. */
  readonly keyRingText: string;
}

/** Parts that tests put in the place of the real ones. */
interface DeliveryOverrides {
  readonly gateway?: SmsGateway;
  readonly mailer?: Mailer;
}

const INBOX_CONNECTION_COUNT = 5;
const UNPACED_SEGMENTS_PER_S = 1_000_000;

/** Opens the ways out that the settings name; what is opened is closed with the stack. */
export function openDelivery(
  parts: DeliveryParts,
  overrides: DeliveryOverrides,
  opening: AsyncDisposableStack,
): Delivery {
  const { config, clock, logs } = parts;
  const inbox = config.hasInbox
    ? new Inbox({ clock, messageCountMax: limits.inboxMessageCountMax })
    : null;
  const reports = openReports(parts, opening);
  const isGatewayNamed = config.smsGateways.length > 0;
  const unpaced = overrides.gateway ?? (isGatewayNamed ? null : (inbox?.sms ?? null));
  const smsRoutes =
    unpaced === null
      ? config.smsGateways.map((settings) => openRoute(settings, parts, reports, opening))
      : [unpacedRoute(unpaced)];
  const { mail } = config;
  const named = mail === null ? null : openMailer({ ...mail, clock }, opening);
  const mailer = overrides.mailer ?? named ?? inbox?.mail ?? null;
  if (smsRoutes.length === 0) logs.delivery.warn("no SMS gateway: requests for a code are refused");
  if (mailer === null) logs.delivery.warn("no mailer: mails wait in the outbox");
  return {
    inbox,
    smsRoutes,
    mail: mailer === null ? null : mailWay(mailer, config),
    renderer: openRenderer(parts, opening),
    reports,
    reportReaders: reportReaders(config.smsGateways),
    mailEvents: mailEvents(parts, reports),
  };
}

function openReports(
  { clock, reads, events }: DeliveryParts,
  opening: AsyncDisposableStack,
): DeliveryReports {
  const store = new PostgresReportStore(reads);
  const { reportBatchCountMax, reportWaitingCountMax } = limits;
  const reports = new DeliveryReports({
    reports: store,
    suppressions: new PostgresSuppressionStore(reads),
    limits: { batchCountMax: reportBatchCountMax, waitingCountMax: reportWaitingCountMax },
    onFault: (error) => events.databaseFailed(error),
  });
  opening.defer(() => reports.drain());
  const forget = () => {
    const which = { ageMsMin: limits.reportKeepMs, countMax: limits.reportForgetCountMax };
    void store.forget(which).catch((error) => events.databaseFailed(error));
  };
  opening.defer(repeat(clock, limits.reportForgetEveryMs, forget));
  return reports;
}

function openRoute(
  settings: GatewaySettings,
  { config, clock, logs }: DeliveryParts,
  reports: DeliveryReports,
  opening: AsyncDisposableStack,
): SmsRoute {
  const { name, segmentsPerS, inFlightMax, priceMicros } = settings;
  const gateway = openSmsGateway(
    settings,
    {
      clock,
      random: Math.random,
      answerBytesMax: limits.providerAnswerBytesMax,
      retryAfterMaxMs: limits.smsRetryAfterMaxMs,
      reportUrl: `${config.publicUrl}/webhooks/sms/${name}`,
      // One that is not kept is missed: no evidence of anything rests on it.
      onReport: (report) => void reports.take(name, [report]),
      observer: ({ kind, ...details }) => {
        const level = kind === "bound" ? "info" : "warn";
        logs.delivery[level]({ gateway: name, ...details }, `the session with a gateway: ${kind}`);
      },
    },
    opening,
  );
  return { gateway, segmentsPerS, inFlightMax, priceMicros };
}

function unpacedRoute(gateway: SmsGateway): SmsRoute {
  const inFlightMax = limits.codeQueueCountMax;
  return { gateway, segmentsPerS: UNPACED_SEGMENTS_PER_S, inFlightMax, priceMicros: 0 };
}

/** As fast as the settings allow; the inbox takes mails as a server with a few connections would. */
function mailWay(mailer: Mailer, { mail }: Config): MailWay {
  const inFlightMax = mail?.connectionCountMax ?? INBOX_CONNECTION_COUNT;
  const heldCountMax = limits.mailsHeldPerConnection * inFlightMax;
  return { mailer, inFlightMax, heldCountMax, perSecond: mail?.perSecond ?? null };
}

function openRenderer(
  { config, clock, events, keyRingText }: DeliveryParts,
  opening: AsyncDisposableStack,
): RenderPool {
  return opening.use(
    new RenderPool({
      keyRingText,
      threadCount: config.renderThreads,
      queueCountMax: limits.renderQueueCountMax,
      batchCountMax: limits.renderBatchCountMax,
      taskTimeoutMs: limits.renderTimeoutMs,
      cacheBytesMax: limits.renderCacheBytesMax,
      retryAfterMs: limits.renderRetryAfterMs,
      clock,
      onFault: (error) => events.renderFaulted(error),
    }),
  );
}

function reportReaders(gateways: readonly GatewaySettings[]): ReadonlyMap<string, ReportReader> {
  const readers = new Map<string, ReportReader>();
  for (const settings of gateways) {
    const reader = reportReaderOf(settings);
    if (reader !== null) readers.set(settings.name, reader);
  }
  return readers;
}

function mailEvents({ config, clock }: DeliveryParts, reports: DeliveryReports): MailEvents | null {
  const signingKey = config.mailWebhookKey;
  return signingKey === null ? null : new MailgunEvents({ signingKey, clock, reports, limits });
}
