import { ok as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import type { Clock } from "./actor/clock.ts";
import { systemClock } from "./actor/clock.ts";
import { Deadlines } from "./actor/deadlines.ts";
import { DisciplinedClock } from "./actor/disciplined-clock.ts";
import { generatedSecrets } from "./adapters/files/generated-secrets.ts";
import { nextBootNumber } from "./adapters/postgres/boot-store.ts";
import { PostgresBudgetStore } from "./adapters/postgres/budget-store.ts";
import { Database } from "./adapters/postgres/client.ts";
import { readDatabaseClock } from "./adapters/postgres/database-clock.ts";
import { PostgresDeliveryStatusStore } from "./adapters/postgres/delivery-status-store.ts";
import { checkDurability } from "./adapters/postgres/durability.ts";
import { openEmbedded } from "./adapters/postgres/embedded.ts";
import { PostgresEventStore } from "./adapters/postgres/event-store.ts";
import { migrate } from "./adapters/postgres/migrate.ts";
import { PostgresModeStore } from "./adapters/postgres/mode-store.ts";
import { PostgresOrganiserStore } from "./adapters/postgres/organiser-store.ts";
import { PostgresOutboxStore } from "./adapters/postgres/outbox-store.ts";
import { PostgresReceiptStore } from "./adapters/postgres/receipt-store.ts";
import { PostgresRegistrationStore } from "./adapters/postgres/registration-store.ts";
import { PostgresTicketChangeStore } from "./adapters/postgres/ticket-change-store.ts";
import { PostgresTicketStore } from "./adapters/postgres/ticket-store.ts";
import { PostgresWaitingRoomStore } from "./adapters/postgres/waiting-room-store.ts";
import { callingCodes } from "./attendee/calling-codes.ts";
import type { PhonePolicy } from "./attendee/phone.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./config.ts";
import type { Core } from "./core.ts";
import { openCore } from "./core.ts";
import { DeliveryStatusReader } from "./delivery/delivery-status.ts";
import type { Mailer, SmsGateway } from "./delivery/ports.ts";
import type { CodeTexts } from "./delivery/sms-texts.ts";
import { chooseCodeTexts } from "./delivery/sms-texts.ts";
import { Events } from "./events.ts";
import { createServer } from "./http/server.ts";
import { limits } from "./limits.ts";
import type { Logs } from "./log.ts";
import { createLogs } from "./log.ts";
import { LoopLag } from "./mode/loop-lag.ts";
import type { Delivery } from "./open-delivery.ts";
import { openDelivery } from "./open-delivery.ts";
import { demoEvent } from "./organiser/demo-event.ts";
import { Receipts } from "./organiser/receipts.ts";
import { OTP_POLICY } from "./otp/otp.ts";
import { deriveOtpKeys } from "./otp/otp-keys.ts";
import type { EventSnapshot } from "./sale/ports.ts";
import type { KeyRing } from "./ticket/signing-key.ts";
import { parseKeyRing } from "./ticket/signing-key.ts";
import type { RegistrationId, TicketKey } from "./ticket/ticket.ts";
import { ticketCodes } from "./ticket/ticket-codes.ts";
import { buildAssets } from "./web/assets.ts";
import { createPages } from "./web/pages.ts";

export interface App extends AsyncDisposable {
  /** Where it listens, as in `http://127.0.0.1:3000`. */
  readonly url: string;
  /** The events as they were at the start. */
  readonly snapshots: readonly EventSnapshot[];
  /** The database went over to another copy: stop. Never resolves where the database is not ours. */
  readonly lost: Promise<Error>;
}

/** Parts that tests put in the place of the real ones. */
export interface Overrides {
  /** Told what a person at the terminal should know of the start. */
  readonly tell?: (line: string) => void;
  readonly clock?: Clock;
  readonly gateway?: SmsGateway;
  readonly mailer?: Mailer;
}

/** The composition root: what is opened here is closed in reverse, on every path out. */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  await using opening = new AsyncDisposableStack();
  const logs = createLogs(config.logLevel);
  const events = new Events(logs);
  const { url, lost } = await openDatabaseServer(config, overrides, opening);
  await migrate(url);
  const databases = openDatabases(url, config, opening);
  if (config.isProduction) await refuseWeakDurability(databases.reads);
  const clock = overrides.clock ?? (await openClock(databases.reads, events, opening));
  const ticketKeys = await readTicketKeys(config);
  if (!config.isProduction && config.database.kind === "embedded") {
    await makeDemoEvent(databases.reads, { clock, config, ring: ticketKeys.ring });
  }
  const foundation: Foundation = { config, logs, events, databases, clock, ticketKeys };
  const parts = { ...foundation, reads: databases.reads, keyRingText: ticketKeys.ringText };
  const delivery = openDelivery(parts, overrides, opening);
  const loopLag = opening.use(new LoopLag(systemClock));
  const core = opening.use(await openDecisions(foundation, delivery, loopLag));
  const server = await openHttp(foundation, delivery, core, opening);
  const resources = opening.move();
  return {
    url: server.url,
    snapshots: core.catalogue.snapshots(),
    lost,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface Foundation {
  readonly config: Config;
  readonly logs: Logs;
  readonly events: Events;
  readonly databases: Databases;
  readonly clock: Clock;
  readonly ticketKeys: TicketKeys;
}

interface Databases {
  readonly commits: Database;
  readonly reads: Database;
}

interface TicketKeys {
  readonly secret: Uint8Array;
  readonly ring: KeyRing;
  readonly ringText: string;
}

async function openDatabaseServer(
  { database }: Config,
  { tell = () => {} }: Overrides,
  opening: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly lost: Promise<Error> }> {
  switch (database.kind) {
    case "url":
      return { url: database.url, lost: new Promise(() => {}) };
    case "embedded":
      return opening.use(await openEmbedded({ dataFolder: database.dataFolder, log: tell }));
  }
}

function openDatabases(url: string, config: Config, opening: AsyncDisposableStack): Databases {
  const isPrepared = config.database.kind === "embedded" || config.database.prepare;
  const open = (use: string, connectionCountMax: number) =>
    opening.use(
      new Database({ url, applicationName: `floodgate ${use}`, connectionCountMax, isPrepared }),
    );
  return {
    commits: open("commits", limits.commitConnectionCountMax),
    reads: open("reads", limits.readConnectionCountMax),
  };
}

async function refuseWeakDurability(database: Database): Promise<void> {
  const faults = await checkDurability(database);
  if (faults.length > 0) throw new ConfigError(faults);
}

async function openClock(
  database: Database,
  events: Events,
  opening: AsyncDisposableStack,
): Promise<Clock> {
  const clock = await DisciplinedClock.start({
    readReferenceMs: () => readDatabaseClock(database),
    base: systemClock,
    syncEveryMs: limits.clockSyncMs,
    onDrift: (offMs) => events.clockDrifted(offMs),
  });
  return opening.use(clock);
}

async function readTicketKeys({ secrets, dataFolder }: Config): Promise<TicketKeys> {
  const { secret, ticketKeys } =
    secrets.kind === "given" ? secrets : await generatedSecrets(dataFolder);
  const parsed = parseKeyRing(ticketKeys);
  if (parsed.kind === "invalid") throw new ConfigError([`TICKET_KEYS: ${parsed.reason}`]);
  return { secret, ring: parsed.ring, ringText: ticketKeys };
}

/** Only where there is no event at all: a second start keeps what is there. */
async function makeDemoEvent(
  database: Database,
  made: { readonly clock: Clock; readonly config: Config; readonly ring: KeyRing },
): Promise<void> {
  if ((await new PostgresEventStore(database).loadEvents()).length > 0) return;
  const draft = demoEvent(made.clock.nowMs());
  const frozen = {
    host: new URL(made.config.publicUrl).hostname,
    keyId: made.ring.newest.version,
  };
  await new PostgresOrganiserStore(database).changeEvent(draft.slug, frozen, (current) =>
    current === null ? { kind: "write", draft } : { kind: "refuse", faults: [] },
  );
}

async function openDecisions(
  { config, clock, databases, events, logs, ticketKeys }: Foundation,
  { smsRoutes, mail, renderer }: Delivery,
  loopLag: LoopLag,
): Promise<Core> {
  const texts = readCodeTexts(config, logs);
  const outbox = new PostgresOutboxStore(databases.reads);
  return openCore(
    {
      clock,
      registrations: new PostgresRegistrationStore(databases),
      ticketChanges: new PostgresTicketChangeStore(databases.reads),
      events: new PostgresEventStore(databases.reads),
      outbox,
      smsRoutes,
      smsBudget: new PostgresBudgetStore(databases.reads),
      waitingRooms: new PostgresWaitingRoomStore(databases.reads),
      modes: new PostgresModeStore(databases.reads),
      loopLagMs: () => loopLag.p90Ms(),
      lanes: outbox,
      mail,
      renderer: renderer.forMails,
      random: {
        challengeId: () => new Uint8Array(randomBytes(16)),
        registrationId: () => Bun.randomUUIDv7() as RegistrationId,
        ticketKey: () => randomBytes(16).toString("base64url") as TicketKey,
        jitter: Math.random,
        seed: () => new Uint8Array(randomBytes(32)),
      },
      observer: events,
    },
    {
      boot: await nextBootNumber(databases.reads),
      otpKeys: deriveOtpKeys(ticketKeys.secret),
      otpPolicy: {
        ...OTP_POLICY,
        sendsPerDayMax: config.otpSendsPerDay,
        sendsPerSourcePerDayMax: config.otpSendsPerSourcePerDay,
      },
      codeText: (code, locale) => texts.text(code, locale),
      phonePolicy: phonePolicy(config),
      publicUrl: config.publicUrl,
      smsBudget: config.smsBudget,
      limits,
    },
  );
}

function phonePolicy({ defaultCountry, countries }: Config): PhonePolicy {
  return { defaultCountry, countries };
}

function readCodeTexts({ publicUrl, smsCodeSegmentsMax }: Config, logs: Logs): CodeTexts {
  const parse = chooseCodeTexts({
    host: new URL(publicUrl).hostname,
    validForMs: OTP_POLICY.codeTtlMs,
    segmentsMax: smsCodeSegmentsMax,
  });
  assert(parse.kind === "texts", "the configuration was checked for it");
  const { unspoken } = parse.texts;
  if (unspoken.length > 0) {
    logs.delivery.warn({ unspoken }, "codes do not fit in these languages and go out in English");
  }
  return parse.texts;
}

async function openHttp(
  { config, clock, events, logs, databases, ticketKeys }: Foundation,
  { inbox, renderer, reports, reportReaders, mailEvents }: Delivery,
  { catalogue, registration, requestProof, joinLine, draws, mode, ticketChanges }: Core,
  opening: AsyncDisposableStack,
): Promise<{ readonly url: string }> {
  let isDraining = false;
  const server = createServer({
    registration,
    requestProof,
    joinLine,
    draws,
    receipts: new Receipts({
      store: new PostgresReceiptStore(databases.reads),
      ring: ticketKeys.ring,
      countMax: limits.receiptCountMax,
    }),
    pollEveryS: () => mode.pollEveryS,
    ticketChanges,
    events: catalogue,
    tickets: new PostgresTicketStore(databases.reads),
    deliveryStatus: new DeliveryStatusReader(
      new PostgresDeliveryStatusStore(databases.reads),
      clock,
    ),
    renderer,
    reports,
    reportReaders,
    mailEvents,
    ticketCodes: (sheet) => ticketCodes(sheet, ticketKeys.ring),
    pages: createPages(await buildAssets(), callingCodes(phonePolicy(config))),
    inbox,
    metrics: () => events.metrics(),
    isReady: async () => !isDraining && catalogue.ageMs < limits.readyAgeMsMax,
    isDraining: () => isDraining,
    trustMode: config.trustMode,
    originSecret: config.originSecret,
    metricsToken: config.metricsToken,
    hostname: config.host,
    port: config.port,
    publicUrl: config.publicUrl,
    timer: clock,
    readDeadline: new Deadlines(systemClock, limits.requestDeadlineMs),
    limits,
    log: logs.http,
  });
  events.watchShed(() => server.overload.shedCounts);
  server.listen();
  opening.use(server);
  opening.defer(() => {
    isDraining = true;
  });
  return server;
}
