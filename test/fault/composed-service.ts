import { randomBytes, randomUUID } from "node:crypto";
import { systemClock } from "../../src/actor/clock.ts";
import { Deadlines } from "../../src/actor/deadlines.ts";
import { nextBootNumber } from "../../src/adapters/postgres/boot-store.ts";
import { PostgresBudgetStore } from "../../src/adapters/postgres/budget-store.ts";
import { Database } from "../../src/adapters/postgres/client.ts";
import { PostgresDeliveryStatusStore } from "../../src/adapters/postgres/delivery-status-store.ts";
import { PostgresEventStore } from "../../src/adapters/postgres/event-store.ts";
import { PostgresModeStore } from "../../src/adapters/postgres/mode-store.ts";
import { PostgresOutboxStore } from "../../src/adapters/postgres/outbox-store.ts";
import { PostgresRegistrationStore } from "../../src/adapters/postgres/registration-store.ts";
import { PostgresTicketStore } from "../../src/adapters/postgres/ticket-store.ts";
import { PostgresWaitingRoomStore } from "../../src/adapters/postgres/waiting-room-store.ts";
import { openCore } from "../../src/core.ts";
import { DeliveryStatusReader } from "../../src/delivery/delivery-status.ts";
import type { Mailer, TicketRenderer } from "../../src/delivery/ports.ts";
import { Events } from "../../src/events.ts";
import type { Limits } from "../../src/limits.ts";
import { limits as realLimits } from "../../src/limits.ts";
import { createLogs } from "../../src/log.ts";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { deriveOtpKeys } from "../../src/otp/otp-keys.ts";
import type { RegistrationId, TicketKey } from "../../src/ticket/ticket.ts";
import { UNLIMITED_BUDGET } from "../delivery/make.ts";
import { serve } from "../http/serve.ts";
import { freePort } from "../support/free-port.ts";
import { noTicketChanges } from "../support/no-ticket-changes.ts";
import { RecordingGateway } from "../support/recording-gateway.ts";

export interface ComposedOptions {
  readonly databaseUrl: string;
  readonly mailer: Mailer;
  readonly renderer: TicketRenderer;
  readonly limits: Partial<Limits>;
}

export interface ComposedService extends AsyncDisposable {
  readonly url: string;
  readonly gateway: RecordingGateway;
}

/** The service in this process, composed of its real parts as `app.ts` does, with limits that fit a test. */
export async function composeService(options: ComposedOptions): Promise<ComposedService> {
  await using opening = new AsyncDisposableStack();
  const { mailer, renderer } = options;
  const limits: Limits = { ...realLimits, ...options.limits };
  const databases = openDatabases(options.databaseUrl, opening);
  const outbox = new PostgresOutboxStore(databases.reads);
  const gateway = new RecordingGateway();
  const port = freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const random = {
    challengeId: () => new Uint8Array(randomBytes(16)),
    registrationId: () => randomUUID() as RegistrationId,
    ticketKey: () => randomBytes(16).toString("base64url") as TicketKey,
    jitter: () => 1,
    seed: () => new Uint8Array(randomBytes(32)),
  };
  const core = opening.use(
    await openCore(
      {
        clock: systemClock,
        registrations: new PostgresRegistrationStore(databases),
        ticketChanges: noTicketChanges,
        events: new PostgresEventStore(databases.reads),
        outbox,
        smsRoutes: [{ gateway, segmentsPerS: 10_000, inFlightMax: 2_000, priceMicros: 0 }],
        smsBudget: new PostgresBudgetStore(databases.reads),
        lanes: outbox,
        waitingRooms: new PostgresWaitingRoomStore(databases.reads),
        modes: new PostgresModeStore(databases.reads),
        loopLagMs: () => 0,
        mail: { mailer, inFlightMax: 5, heldCountMax: 20, perSecond: null },
        renderer,
        random,
        observer: new Events(createLogs("silent")),
      },
      {
        boot: await nextBootNumber(databases.reads),
        otpKeys: deriveOtpKeys(randomBytes(32)),
        otpPolicy: OTP_POLICY,
        codeText: (code) => `@127.0.0.1 #${code}`,
        phonePolicy: { defaultCountry: "BD", countries: null },
        publicUrl,
        smsBudget: UNLIMITED_BUDGET,
        limits,
      },
    ),
  );
  const { url } = opening.use(
    serve({
      registration: core.registration,
      events: core.catalogue,
      tickets: new PostgresTicketStore(databases.reads),
      deliveryStatus: new DeliveryStatusReader(
        new PostgresDeliveryStatusStore(databases.reads),
        systemClock,
      ),
      renderer,
      inbox: null,
      port,
      publicUrl,
      readDeadline: new Deadlines(systemClock, limits.requestDeadlineMs),
      limits,
    }),
  );
  const resources = opening.move();
  return { url, gateway, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

function openDatabases(url: string, opening: AsyncDisposableStack) {
  const open = (connectionCountMax: number) =>
    opening.use(
      new Database({
        url,
        applicationName: "floodgate test",
        connectionCountMax,
        isPrepared: true,
      }),
    );
  return { commits: open(2), reads: open(6) };
}
