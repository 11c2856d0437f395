import { mkdir } from "node:fs/promises";
import { OTP_POLICY } from "../../src/otp/otp.ts";
import { BrokenInvariantError, checkLedger } from "../../test/fault/ledger.ts";
import { saleDraft, storeEvent } from "../../test/support/harness.ts";
import { BenchError } from "../harness/bench.ts";
import { Cluster } from "../harness/cluster.ts";
import { CodeListener } from "../harness/code-listener.ts";
import { checkHandles } from "../harness/handles.ts";
import { checkPort } from "../harness/port.ts";
import { pauseRelay, Service } from "../harness/service.ts";
import { writeBodies } from "./bodies.ts";
import { FULL_EVENT, OPEN_EVENT, ohaCommands } from "./commands.ts";
import type { Options } from "./options.ts";
import { readOptions, USAGE } from "./options.ts";

const DAY_MS = 86_400_000;
/** The most a sale may have, so that the open event never fills. */
const QUOTA_MAX = 131_071;

process.exit(await main());

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === "help") process.stdout.write(USAGE);
    else await prepare(options);
    return 0;
  } catch (error) {
    if (!(error instanceof BenchError || error instanceof BrokenInvariantError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

async function prepare(options: Options): Promise<void> {
  const stop = stopSignal();
  checkHandles();
  checkPort(options.port);
  await makeFolder(options.folder);
  await using cluster = await Cluster.start();
  const { url, sql } = await cluster.freshDatabase();
  await pauseRelay(url);
  await storeEvents(url);
  await serve(url, options, stop);
  await checkLedger(sql, { acknowledged: [], full: [] });
  const seats = await sql<{ slug: string; sold: number }[]>`
    select e.slug, s.sold from sales s join events e on e.id = s.event_id order by e.slug`;
  const counts = seats.map(({ slug, sold }) => `${slug} ${sold.toLocaleString("en")}`);
  tell(
    `Seats given out: ${counts.join(", ")}. Counts, ordinals, phones and outbox rows are right.`,
  );
}

async function storeEvents(databaseUrl: string): Promise<void> {
  const nowMs = Date.now();
  const saleOf = (quota: number) => saleDraft(nowMs, { closesAtMs: nowMs + DAY_MS, quota });
  await storeEvent(databaseUrl, [saleOf(QUOTA_MAX)], OPEN_EVENT);
  await storeEvent(databaseUrl, [saleOf(1)], FULL_EVENT);
}

/** Until the signal. */
async function serve(databaseUrl: string, options: Options, stop: Promise<void>): Promise<void> {
  const { port, folder, ...counts } = options;
  using codes = new CodeListener();
  await using service = await Service.start({ databaseUrl, codeSocket: codes.socketPath, port });
  const { url } = service;
  const codesEndAtMs = Date.now() + OTP_POLICY.codeTtlMs;
  await writeBodies({ url, codes, folder, ...counts });
  const codesEnd = new Date(codesEndAtMs).toLocaleTimeString("en-GB");
  tell(`${url} is ready (process ${service.pid}). The codes are good until ${codesEnd}.`);
  for (const { title, warmUp, measure } of ohaCommands({ url, folder })) {
    tell(`\n# ${title}\n${warmUp}\n${measure}`);
  }
  tell("\nCtrl-C ends it, counts the seats and checks them.");
  await stop;
  tell("Finishing what is under way …");
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BenchError(`--folder cannot be used: ${reason}`, { cause });
  }
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** However often it comes, for the end takes what it takes. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, resolve);
  });
}
