import { PostgresDeliveryDeskStore } from "../adapters/postgres/delivery-desk-store.ts";
import { PostgresSuppressionStore } from "../adapters/postgres/report-store.ts";
import { parseEmail } from "../attendee/email.ts";
import { limits } from "../limits.ts";
import type { CommandContext } from "./command.ts";
import { RefusedError, UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";
import { LANES, OUTBOX_LANES } from "./delivery-lanes.ts";

type Words = readonly string[];

/** Of the addresses shown; who has more than that reads them out of the database. */
const LIST_COUNT_MAX = 10_000;

export async function pauseLane(
  [word = "", ...rest]: Words,
  { config }: CommandContext,
  isPaused: boolean,
): Promise<void> {
  const lane = LANES.get(word);
  if (lane === undefined || rest.length > 0) {
    throw new UsageError("Say which lane: codes, sms or mail.");
  }
  await using opened = await openDatabase(config);
  await new PostgresDeliveryDeskStore(opened.database).setPaused(lane, isPaused);
  print(`${word} ${isPaused ? "paused" : "resumed"}`);
}

export async function retryFailed(
  [which = "", word = "", ...rest]: Words,
  { config }: CommandContext,
): Promise<void> {
  const lane = OUTBOX_LANES.get(word);
  if (which !== "failed" || lane === undefined || rest.length > 0) {
    throw new UsageError("Say retry failed, and sms or mail.");
  }
  await using opened = await openDatabase(config);
  const store = new PostgresDeliveryDeskStore(opened.database);
  const count = await store.retryFailed(lane, limits.outboxTriesMax);
  print(`${count.toLocaleString("en")} ${word} queued again`);
}

export async function suppressed(
  [verb, address, ...rest]: Words,
  { config }: CommandContext,
): Promise<void> {
  const isList = verb === "list" && address === undefined;
  const isLift = verb === "lift" && address !== undefined && rest.length === 0;
  if (!isList && !isLift) throw new UsageError("Say suppressed list, or suppressed lift ADDRESS.");
  await using opened = await openDatabase(config);
  const store = new PostgresSuppressionStore(opened.database);
  await (isLift ? lift(store, address) : list(store));
}

async function list(store: PostgresSuppressionStore): Promise<void> {
  for (const { address, reason, suppressedAtMs } of await store.list(LIST_COUNT_MAX)) {
    print(`${new Date(suppressedAtMs).toISOString()}  ${reason.padEnd(10)}  ${address}`);
  }
}

async function lift(store: PostgresSuppressionStore, typed: string): Promise<void> {
  const address = parseEmail(typed);
  if (address === null) throw new RefusedError("That is no mail address.");
  const isLifted = await store.lift(address);
  if (!isLifted) throw new RefusedError("That address is not suppressed.");
  print("lifted; what failed meanwhile goes out with: bun run delivery retry failed mail");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
