import { systemClock } from "../../src/actor/clock.ts";
import type { RelayObserver } from "../../src/delivery/lane-relay.ts";
import { OutboxRelay } from "../../src/delivery/outbox-relay.ts";
import type {
  OutboxLane,
  OutboxResult,
  RenderOutcome,
  TicketRenderer,
} from "../../src/delivery/ports.ts";
import { limits } from "../../src/limits.ts";
import type { Stores } from "../adapters/postgres/stores.ts";
import { createSale, openStores } from "../adapters/postgres/stores.ts";
import { makeMailer } from "../adapters/smtp/mail-server.ts";
import { candidate, done } from "../contract/registration-store.contract.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";
import type { DropReport } from "./mail-dropper.ts";
import { openDropper } from "./mail-dropper.ts";

/**
 * `bun test/fault/mail-burst.ts [MAILS] [SEED]` sends that many mails with PDFs from a real outbox to a real SMTP server
 * that breaks connections at random, and tells what arrived. Exits 1 when a mail was lost or came too often.
 */
async function main([countText = "10000", seedText]: readonly string[]): Promise<void> {
  const seed = Number(seedText ?? crypto.getRandomValues(new Uint16Array(1))[0]);
  console.log(`${countText} mails, seed ${seed}`);
  const report = await mailBurst({ mailCount: Number(countText), pdfBytes: PDF_BYTES, seed });
  console.log(reportLines(report).join("\n"));
  process.exit(faultsOf(report).length === 0 ? 0 : 1);
}

export interface BurstReport {
  readonly mailCount: number;
  readonly tookMs: number;
  /** How the rows of the outbox ended. */
  readonly states: Readonly<Partial<Record<OutboxResult["kind"], number>>>;
  readonly server: DropReport;
  /** Mails under way at once when a ticket was rendered. */
  readonly underWayMax: number;
  /** Resident, once the first fifth was sent, and the most after that. */
  readonly earlyBytes: number;
  readonly lateBytesMax: number;
}

/** Connections, and mails under way at once. */
export const CONNECTION_COUNT_MAX = 5;
const HELD_COUNT_MAX = 4 * CONNECTION_COUNT_MAX;
/** What the allocator and the engine take while they warm up; the PDFs alone, were they kept, would be 240 MB. */
export const GROWTH_BYTES_MAX = 64 * 1024 * 1024;
const PDF_BYTES = 30_000;
const BATCH_COUNT = 2_000;
const SAMPLE_EVERY_COUNT = 100;

export interface BurstOptions {
  readonly mailCount: number;
  readonly pdfBytes: number;
  readonly seed: number;
}

export async function mailBurst({ mailCount, pdfBytes, seed }: BurstOptions): Promise<BurstReport> {
  await using database = await freshDatabase();
  await using stores = openStores(database.url);
  await fillOutbox(stores, mailCount);
  await using server = await openDropper(seed);
  const { port, authority } = server;
  using mailer = makeMailer(port, authority, {}, { connectionCountMax: CONNECTION_COUNT_MAX });
  const observer = new Settlements(mailCount);
  const random = new Random(seed);
  const renderer = new BlankRenderer(pdfBytes, () => relay.stats[0]?.inFlight ?? 0);
  const relay: OutboxRelay = new OutboxRelay({
    store: stores.outbox,
    sms: null,
    mail: {
      mailer,
      inFlightMax: CONNECTION_COUNT_MAX,
      heldCountMax: HELD_COUNT_MAX,
      perSecond: null,
    },
    renderer,
    publicUrl: "https://tickets.example.org",
    clock: systemClock,
    random: () => random.fraction(),
    // Soon again: with the real wait the five places would mostly stand by for a repetition.
    limits: { ...limits, outboxRetryFirstMs: 50, outboxPollMs: 100 },
    observer,
  });
  const startedAtMs = performance.now();
  relay.start();
  await observer.all;
  const tookMs = performance.now() - startedAtMs;
  await relay.drain(new AbortController().signal);
  return {
    mailCount,
    tookMs,
    states: observer.states,
    server: await server.report(),
    underWayMax: renderer.underWayMax,
    ...observer.memory,
  };
}

/** Everything in a report that may not be. */
export function faultsOf({ mailCount, states, server, ...report }: BurstReport): readonly string[] {
  const { mails, connectionCountMax } = server;
  const { sent = 0, unknown = 0 } = states;
  const often = mails.filter(({ copyCount, untoldCount }) => copyCount > 1 + untoldCount);
  const faults: readonly [isBroken: boolean, fault: string][] = [
    [mails.length !== mailCount, `${mailCount - mails.length} mails lost`],
    [often.length > 0, `${often.length} mails came oftener than their answers were lost`],
    [sent + unknown !== mailCount, `${mailCount - sent - unknown} rows neither sent nor unknown`],
    [report.underWayMax > HELD_COUNT_MAX, `${report.underWayMax} held at once`],
    [connectionCountMax > CONNECTION_COUNT_MAX, `${connectionCountMax} connections at once`],
    [growthBytes(report) > GROWTH_BYTES_MAX, `${megabytes(growthBytes(report))} more memory`],
  ];
  return faults.filter(([isBroken]) => isBroken).map(([, fault]) => fault);
}

export function reportLines(report: BurstReport): readonly string[] {
  const { mailCount, tookMs, server, earlyBytes } = report;
  const duplicateCount = server.mails.reduce((sum, { copyCount }) => sum + copyCount - 1, 0);
  const drops = Object.entries(server.drops).map(([place, count]) => `${count} ${place}`);
  return [
    `${mailCount} mails in ${Math.round(tookMs)} ms, ${Math.round((1_000 * mailCount) / tookMs)} a second`,
    `dropped: ${drops.join(", ")}; ${duplicateCount} duplicates, ${report.states.unknown ?? 0} unknown in the end`,
    `${server.connectionCount} connections, ${server.connectionCountMax} at once; ${report.underWayMax} mails held at once`,
    `memory ${megabytes(earlyBytes)} after the first fifth, then ${megabytes(growthBytes(report))} more at most`,
    ...faultsOf(report).map((fault) => `FAULT: ${fault}`),
  ];
}

function growthBytes({
  earlyBytes,
  lateBytesMax,
}: Pick<BurstReport, "earlyBytes" | "lateBytesMax">): number {
  return lateBytesMax - earlyBytes;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** People who hold seats, and have been told nothing yet. */
async function fillOutbox(stores: Stores, mailCount: number): Promise<void> {
  const { saleId } = await createSale(stores, mailCount);
  for (let first = 0; first < mailCount; first += BATCH_COUNT) {
    const count = Math.min(BATCH_COUNT, mailCount - first);
    const members = Array.from({ length: count }, (_, index) => candidate(first + index));
    done(await stores.registrations.commitBatch(saleId, members));
  }
}

/** Its pages are blank: that tickets are drawn in time is proved elsewhere. */
class BlankRenderer implements TicketRenderer {
  underWayMax = 0;
  readonly #pdfBytes: number;
  readonly #underWayCount: () => number;

  constructor(pdfBytes: number, underWayCount: () => number) {
    this.#pdfBytes = pdfBytes;
    this.#underWayCount = underWayCount;
  }

  async render(): Promise<RenderOutcome> {
    this.underWayMax = Math.max(this.underWayMax, this.#underWayCount());
    return { kind: "rendered", pdf: crypto.getRandomValues(new Uint8Array(this.#pdfBytes)) };
  }
}

/** Counts how rows end, and looks at the memory meanwhile. */
class Settlements implements RelayObserver {
  readonly states: Partial<Record<OutboxResult["kind"], number>> = {};
  readonly memory = { earlyBytes: 0, lateBytesMax: 0 };
  readonly #ended = Promise.withResolvers<void>();
  readonly #mailCount: number;
  #endedCount = 0;

  constructor(mailCount: number) {
    this.#mailCount = mailCount;
  }

  /** Resolves when no row is left to try. */
  get all(): Promise<void> {
    return this.#ended.promise;
  }

  settled(_: OutboxLane, kind: OutboxResult["kind"]): void {
    this.states[kind] = (this.states[kind] ?? 0) + 1;
    if (kind === "retry") return;
    this.#endedCount += 1;
    if (this.#endedCount % SAMPLE_EVERY_COUNT === 0) this.#sample();
    if (this.#endedCount === this.#mailCount) this.#ended.resolve();
  }

  deliveryFailed(_: OutboxLane, error: unknown): void {
    this.#ended.reject(error);
  }

  storeFailed(_: OutboxLane, error: unknown): void {
    this.#ended.reject(error);
  }

  #sample(): void {
    const bytes = process.memoryUsage.rss();
    if (this.#endedCount <= this.#mailCount / 5) this.memory.earlyBytes = bytes;
    else this.memory.lateBytesMax = Math.max(this.memory.lateBytesMax, bytes);
  }
}

if (import.meta.main) await main(process.argv.slice(2));
