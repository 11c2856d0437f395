import type { LaneCounts } from "../adapters/postgres/delivery-desk-store.ts";
import { PostgresDeliveryDeskStore } from "../adapters/postgres/delivery-desk-store.ts";
import type { BudgetShare, SmsCost } from "../delivery/budget-ports.ts";
import { amount, counted } from "../delivery/checks/finding.ts";
import { limits } from "../limits.ts";
import { tellDistance } from "../organiser/opening-lines.ts";
import type { CommandContext } from "./command.ts";
import { UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";
import { LANES, OUTBOX_LANES } from "./delivery-lanes.ts";
import { alignedLines } from "./delivery-table.ts";

interface LaneStatus {
  readonly lane: string;
  readonly isPaused: boolean;
  /** Null for codes, which wait in the memory of the server: `/metrics` counts them. */
  readonly counts: LaneCounts | null;
}

interface DeliveryOverview {
  readonly lanes: readonly LaneStatus[];
  readonly reservedToday: Readonly<Record<BudgetShare, SmsCost>>;
  readonly suppressedCount: number;
}

export async function tellStatus(
  [form, ...rest]: readonly string[],
  { config }: CommandContext,
): Promise<void> {
  if ((form !== undefined && form !== "--json") || rest.length > 0) {
    throw new UsageError("Say status, or status --json.");
  }
  await using opened = await openDatabase(config);
  const overview = await look(new PostgresDeliveryDeskStore(opened.database));
  const lines = form === "--json" ? [JSON.stringify(overview)] : overviewLines(overview);
  process.stdout.write(`${lines.join("\n")}\n`);
}

async function look(store: PostgresDeliveryDeskStore): Promise<DeliveryOverview> {
  const paused = await store.pausedLanes();
  const lanes: LaneStatus[] = [];
  for (const [lane, name] of LANES) {
    const outboxLane = OUTBOX_LANES.get(lane);
    const counts =
      outboxLane === undefined ? null : await store.countLane(outboxLane, limits.outboxLeaseMs);
    lanes.push({ lane, isPaused: paused.has(name), counts });
  }
  const reservedToday = await store.reservedToday();
  return { lanes, reservedToday, suppressedCount: await store.countSuppressed() };
}

const HEADINGS = [
  "lane",
  "state",
  "waiting",
  "due",
  "sent",
  "delivered",
  "failed",
  "unknown",
  "last minute",
  "oldest waiting",
];

function overviewLines({ lanes, reservedToday, suppressedCount }: DeliveryOverview) {
  const { codes, others } = reservedToday;
  return [
    ...alignedLines([HEADINGS, ...lanes.map(laneCells)]),
    "",
    `SMS budget reserved today (UTC): codes ${costText(codes)}, others ${costText(others)}`,
    `Mail is held back from ${counted(suppressedCount, "suppressed address", "suppressed addresses")}`,
  ];
}

function laneCells({ lane, isPaused, counts }: LaneStatus): readonly string[] {
  const state = isPaused ? "paused" : "running";
  if (counts === null) return [lane, state];
  const { waiting, due, sent, delivered, failed, unknown, sentLastMinute, oldestWaitingMs } =
    counts;
  const numbers = [waiting, due, sent, delivered, failed, unknown, sentLastMinute];
  return [
    lane,
    state,
    ...numbers.map((count) => count.toLocaleString("en")),
    oldestWaitingMs === null ? "" : tellDistance(-oldestWaitingMs),
  ];
}

function costText({ segments, micros }: SmsCost): string {
  return `${counted(segments, "segment")} and ${amount(micros)}`;
}
