import { systemClock } from "../actor/clock.ts";
import { PostgresEventStore } from "../adapters/postgres/event-store.ts";
import type { StoredMode } from "../adapters/postgres/mode-store.ts";
import { PostgresModeStore } from "../adapters/postgres/mode-store.ts";
import type { Config } from "../config.ts";
import type { Measure } from "../mode/measures.ts";
import { admissionFactor, isInForce, LEVEL_MAX, MEASURES, pollEveryS } from "../mode/measures.ts";
import { tellDistance } from "../organiser/opening-lines.ts";
import type { EventSnapshot } from "../sale/ports.ts";
import { currentSale, saleState } from "../sale/sale.ts";
import { runCommand, UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";
import { alignedLines } from "./delivery-table.ts";

const USAGE = `bun run mode             every event's sale, and how far the service has climbed its ladder of measures, and why
bun run mode hold N      hold it at level N, from 0 (no measure) to ${LEVEL_MAX} (all of them), until released
bun run mode release     let it move by itself again, from where it stands

A running server follows within two seconds.
`;

/** A service tells every second; one that missed some is busy, one that missed more is away. */
const TOLD_AGE_MAX_MS = 5_000;

await runCommand({
  usage: USAGE,
  async run([verb, ...words], { config }) {
    if (verb === undefined) return tell(config);
    if (verb === "hold") return hold(words, config);
    if (verb === "release") return release(words, config);
    throw new UsageError(`There is no "mode ${verb}".`);
  },
});

async function tell(config: Config): Promise<void> {
  await using opened = await openDatabase(config);
  const events = await new PostgresEventStore(opened.database).loadEvents();
  const mode = await new PostgresModeStore(opened.database).read();
  const lines = [...saleLines(events, systemClock.nowMs()), "", ...modeLines(mode)];
  process.stdout.write(`${lines.join("\n")}\n`);
}

async function hold([word = "", ...rest]: readonly string[], config: Config): Promise<void> {
  const level = /^\d$/.test(word) ? Number(word) : Number.POSITIVE_INFINITY;
  if (level > LEVEL_MAX || rest.length > 0) {
    throw new UsageError(`Say at which level to hold it, from 0 to ${LEVEL_MAX}.`);
  }
  await using opened = await openDatabase(config);
  await new PostgresModeStore(opened.database).hold(level);
  process.stdout.write(`held at level ${level}\n`);
}

async function release(words: readonly string[], config: Config): Promise<void> {
  if (words.length > 0) throw new UsageError("Say release, and nothing more.");
  await using opened = await openDatabase(config);
  await new PostgresModeStore(opened.database).hold(null);
  process.stdout.write("released\n");
}

function saleLines(events: readonly EventSnapshot[], nowMs: number): readonly string[] {
  if (events.length === 0) return ["no events yet"];
  const rows = events.map((snapshot) => [snapshot.event.slug, ...saleCells(snapshot, nowMs)]);
  return alignedLines([["event", "sale", "state"], ...rows]);
}

/** Of the current sale or, after the last, of that. */
function saleCells({ event, soldBySale }: EventSnapshot, nowMs: number): readonly string[] {
  const sale = currentSale(event, nowMs) ?? event.sales.at(-1);
  if (sale === undefined) return ["", "closed"];
  const sold = soldBySale.get(sale.id) ?? 0;
  return [`${sale.number}`, saleState(sale, { nowMs, sold, isPaused: event.isPaused })];
}

function modeLines({ level, cause, heldLevel, ...mode }: StoredMode): readonly string[] {
  const reached = `level ${level} of ${LEVEL_MAX}, reached ${tellDistance(-mode.sinceAgeMs)}: ${cause}`;
  return [
    ...(mode.toldAgeMs === null ? [] : [reached]),
    seenLine(mode.toldAgeMs),
    heldLevel === null ? "it moves by itself" : `an operator holds it at level ${heldLevel}`,
    "",
    ...alignedLines([
      ["level", "measure", "in force"],
      ...MEASURES.map((measure) => measureCells(measure, level)),
    ]),
  ];
}

function seenLine(toldAgeMs: number | null): string {
  if (toldAgeMs === null) return "no service seen yet";
  const seen = tellDistance(-toldAgeMs);
  if (toldAgeMs <= TOLD_AGE_MAX_MS) return `service last seen: ${seen}`;
  return `no service seen for ${seen.replace(/ ago$/, "")}: this is what it said last`;
}

function measureCells(measure: Measure, level: number): readonly string[] {
  const step = MEASURES.indexOf(measure) + 1;
  const text = describe(measure, Math.max(level, step));
  return [`${step}`, text, isInForce(measure, level) ? "yes" : "no"];
}

/** The measure as it is at that level. */
function describe(measure: Measure, level: number): string {
  switch (measure) {
    case "polls-slowed":
      return `pages that wait ask every ${pollEveryS(level)} s`;
    case "proofs-raised":
      return "proofs-of-work are harder";
    case "mails-paused":
      return "mails wait";
    case "mail-pdfs-paused":
      return "no PDFs are drawn for mails";
    case "verifications-paused":
      return "new verifications are put off";
    case "admission-slowed":
      return `people are let in at ${100 * admissionFactor(level)} % of the pace`;
  }
}
