import { ok as assert } from "node:assert";
import { systemClock } from "../../src/actor/clock.ts";
import { RenderPool } from "../../src/adapters/pdf/render-pool.ts";
import { Database } from "../../src/adapters/postgres/client.ts";
import { PostgresOutboxStore } from "../../src/adapters/postgres/outbox-store.ts";
import { SmtpMailer } from "../../src/adapters/smtp/mailer.ts";
import type { RelayObserver } from "../../src/delivery/lane-relay.ts";
import { OutboxRelay } from "../../src/delivery/outbox-relay.ts";
import { limits } from "../../src/limits.ts";
import { Random } from "../../test/support/random.ts";
import { TEST_KEY_RING_TEXT } from "../../test/ticket/make-ticket-sheet.ts";
import { serveParent } from "../harness/parent.ts";
import type { MailServerAddress } from "./mail-server-process.ts";
import { CONNECTION_COUNT, SENDER } from "./mail-settings.ts";

export type MailLaneOrder =
  | { readonly kind: "open"; readonly databaseUrl: string; readonly server: MailServerAddress }
  /** Answered with `SentMails`. */
  | { readonly kind: "send"; readonly count: number; readonly forMsMax: number };

export interface SentMails {
  /** Fewer where the time was over before; those under way at the end are sent and counted too. */
  readonly count: number;
  readonly tookMs: number;
}

interface Parts {
  readonly outbox: PostgresOutboxStore;
  readonly mailer: SmtpMailer;
  readonly renderer: RenderPool;
}

const SEED = 6;

const random = new Random(SEED);
const opened = new AsyncDisposableStack();
let parts: Parts | null = null;

await serveParent(async (order: MailLaneOrder) => {
  switch (order.kind) {
    case "open":
      parts = openParts(order);
      return;
    case "send":
      assert(parts !== null, "the lane was opened first");
      return send(parts, order);
  }
});
await opened.disposeAsync();
process.exit();

/** As src/app.ts opens them where nothing else is set. */
function openParts({ databaseUrl, server }: Extract<MailLaneOrder, { kind: "open" }>): Parts {
  const onFault = (error: unknown) => {
    throw error;
  };
  const database = opened.use(
    new Database({
      url: databaseUrl,
      applicationName: "floodgate reads",
      connectionCountMax: limits.readConnectionCountMax,
      isPrepared: true,
    }),
  );
  const renderer = opened.use(
    new RenderPool({
      keyRingText: TEST_KEY_RING_TEXT,
      threadCount: 1,
      queueCountMax: limits.renderQueueCountMax,
      batchCountMax: limits.renderBatchCountMax,
      taskTimeoutMs: limits.renderTimeoutMs,
      cacheBytesMax: limits.renderCacheBytesMax,
      retryAfterMs: limits.renderRetryAfterMs,
      clock: systemClock,
      onFault,
    }),
  );
  const mailer = opened.use(
    new SmtpMailer({
      server: { host: "localhost", port: server.port, hasImplicitTls: false, credentials: null },
      from: SENDER,
      connectionCountMax: CONNECTION_COUNT,
      connectTimeoutMs: limits.smtpConnectTimeoutMs,
      greetingTimeoutMs: limits.smtpGreetingTimeoutMs,
      socketTimeoutMs: limits.smtpSocketTimeoutMs,
      idleTimeoutMs: limits.smtpIdleTimeoutMs,
      certificateAuthority: server.authority,
    }),
  );
  return { outbox: new PostgresOutboxStore(database), mailer, renderer };
}

async function send(
  { outbox, mailer, renderer }: Parts,
  { count, forMsMax }: Extract<MailLaneOrder, { kind: "send" }>,
): Promise<SentMails> {
  const enough = Promise.withResolvers<void>();
  let sentCount = 0;
  const observer: RelayObserver = {
    settled: (_lane, kind) => {
      if (kind !== "sent") return enough.reject(new Error(`a mail ended ${kind}`));
      sentCount += 1;
      if (sentCount === count) enough.resolve();
    },
    deliveryFailed: (_lane, error) => enough.reject(error),
    storeFailed: (_lane, error) => enough.reject(error),
  };
  const relay = new OutboxRelay({
    store: outbox,
    sms: null,
    mail: {
      mailer,
      inFlightMax: CONNECTION_COUNT,
      heldCountMax: limits.mailsHeldPerConnection * CONNECTION_COUNT,
      perSecond: null,
    },
    renderer: renderer.forMails,
    publicUrl: "https://tickets.example.org",
    clock: systemClock,
    random: () => random.fraction(),
    limits,
    observer,
  });
  const startMs = performance.now();
  relay.start();
  const cancel = systemClock.after(forMsMax, enough.resolve);
  await enough.promise;
  cancel();
  await relay.drain(new AbortController().signal);
  return { count: sentCount, tookMs: performance.now() - startMs };
}
