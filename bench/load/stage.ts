import { Database } from "../../src/adapters/postgres/client.ts";
import { PostgresModeStore } from "../../src/adapters/postgres/mode-store.ts";
import { PostgresOutboxStore } from "../../src/adapters/postgres/outbox-store.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import type { SaleDraft } from "../../src/organiser/ports.ts";
import { sealVerification } from "../../src/otp/verification.ts";
import { saleDraft, storeEvent } from "../../test/support/harness.ts";
import { Random } from "../../test/support/random.ts";
import type { BenchDatabase } from "../harness/bench.ts";
import { Cluster } from "../harness/cluster.ts";
import { HttpConnection } from "../harness/http-connection.ts";
import { requestBytes } from "../harness/http-request.ts";
import { Service, type ServiceOptions } from "../harness/service.ts";
import { serviceKeys } from "../harness/service-secrets.ts";
import { type Mood, ORDINARY_MOOD } from "./habits.ts";
import { PhoneNetwork } from "./phone-network.ts";
import type { WaitingRoomScene } from "./scene.ts";
import type { SurgeOptions } from "./surge-options.ts";

/** A service as production has it, with an event that opens while the surge is on. */
export interface Stage extends AsyncDisposable {
  readonly url: string;
  readonly eventSlug: string;
  readonly opensAt: Instant;
  readonly database: BenchDatabase;
  readonly phones: PhoneNetwork;
  /** What the page of somebody who proved that phone has kept. */
  readonly verificationOf: (phone: string) => string;
  readonly serverPid: number;
  readonly postgresPid: number;
}

/** By the two clocks of this process. */
export interface Instant {
  /** Since the epoch. */
  readonly epochMs: number;
  /** By `performance.now()`. */
  readonly runMs: number;
}

const EVENT_SLUG = "mela";
/** The service reads its events twice a second. */
const APPEARS_AFTER_MS = 1_000;
const APPEARS_WITHIN_MS = 5_000;

export interface StageOptions extends Pick<SurgeOptions, "pace" | "seed" | "quota"> {
  /** Absent where all ask at once. */
  readonly waitingRoom?: Pick<WaitingRoomScene, "isVerifiedEarly">;
  /** `ORDINARY_MOOD` where absent. */
  readonly mood?: Mood;
  /** Tests hold the ladder at rest, for a busy machine is no surge. */
  readonly isLadderFree?: boolean;
}

/** `leadMs` is the time people have before the opening; `settings` are the service's own, as in its environment. */
export async function openStage(
  options: StageOptions,
  leadMs: number,
  settings: ServiceOptions["settings"] = {},
): Promise<Stage> {
  const { pace, seed, mood = ORDINARY_MOOD } = options;
  await using opening = new AsyncDisposableStack();
  const cluster = opening.use(await Cluster.start());
  const database = await cluster.freshDatabase();
  await pauseMails(database.url);
  const phones = opening.use(new PhoneNetwork({ random: new Random(seed), pace, mood }));
  const service = opening.use(
    await Service.start({
      databaseUrl: database.url,
      codeSocket: phones.socketPath,
      port: 0,
      settings,
    }),
  );
  const opensAtMs = Date.now() + APPEARS_AFTER_MS + leadMs;
  const sale = saleOf(options, opensAtMs);
  const event = await storeEvent(database.url, [sale], EVENT_SLUG);
  if (options.isLadderFree === true) await freeLadder(database.url);
  const keys = serviceKeys();
  await eventAppears(service.url);
  const resources = opening.move();
  return {
    url: service.url,
    eventSlug: EVENT_SLUG,
    opensAt: { epochMs: opensAtMs, runMs: performance.now() + opensAtMs - Date.now() },
    database,
    phones,
    verificationOf: (phone) =>
      sealVerification(
        { phone: phone as Phone, eventId: event.id, expiresAtMs: sale.closesAtMs },
        keys,
      ),
    serverPid: service.pid,
    postgresPid: cluster.pid,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The lobby is open from the start. */
function saleOf({ quota, waitingRoom }: StageOptions, opensAtMs: number): SaleDraft {
  const nowMs = Date.now();
  const usual = saleDraft(nowMs, { opensAtMs, quota });
  if (waitingRoom === undefined) return usual;
  const lobby = { fromMs: nowMs };
  return waitingRoom.isVerifiedEarly
    ? { ...usual, lobby }
    : { ...usual, lobby, verifyFromMs: opensAtMs };
}

/** Mails may drain afterwards; to draw them beside the downloads is another question. */
async function pauseMails(databaseUrl: string): Promise<void> {
  await using database = databaseAt(databaseUrl);
  await new PostgresOutboxStore(database).setPaused("mail", true);
}

async function freeLadder(databaseUrl: string): Promise<void> {
  await using database = databaseAt(databaseUrl);
  await new PostgresModeStore(database).hold(null);
}

function databaseAt(url: string): Database {
  return new Database({
    url,
    applicationName: "floodgate surge",
    connectionCountMax: 1,
    isPrepared: false,
  });
}

async function eventAppears(url: string): Promise<void> {
  using connection = new HttpConnection(url);
  const page = { method: "GET", path: `/e/${EVENT_SLUG}`, headers: {}, body: "" } as const;
  const bytes = requestBytes(page, new URL(url).host);
  const endMs = performance.now() + APPEARS_WITHIN_MS;
  for (;;) {
    const exchange = await connection.exchange(bytes, APPEARS_WITHIN_MS);
    if (exchange.kind === "answer" && exchange.answer.status === 200) return;
    if (performance.now() > endMs) throw new Error("the service does not show its event");
    await Bun.sleep(20);
  }
}
