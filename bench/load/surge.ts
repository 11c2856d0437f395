import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../harness/command.ts";
import { checkHandles } from "../harness/handles.ts";
import { type Machine, readCommit, readMachine } from "../harness/machine.ts";
import { ProcessorMeter } from "../harness/processor.ts";
import { rampMs } from "./arrivals.ts";
import { Books, type Checked } from "./books.ts";
import { durationMs, runCrowd } from "./crowd.ts";
import { Journal } from "./journal.ts";
import { PageFiles } from "./page-files.ts";
import type { Scene } from "./scene.ts";
import { openStage, type Stage } from "./stage.ts";
import { HELP, readSurgeOptions, type SurgeOptions } from "./surge-options.ts";
import { drawSurge } from "./surge-plot.ts";
import { reportText } from "./surge-report.ts";
import { resultOf, type SurgeResult } from "./surge-result.ts";
import { Wires } from "./wires.ts";

const RESULTS_FOLDER = join(import.meta.dir, "../results");
/** To one machine, from all that stand before it. */
const CONNECTION_COUNT_MAX = 1_000;
/** Files for the codes, the database and what Bun itself holds, beside the connections. */
const KEPT_BACK_COUNT = 100;

/**
 * A sale as it really happens: people, not requests. Prints a report and keeps it with a picture in `bench/results`.
 * Exits 1 where somebody was told what is not so, or was answered what nobody should be.
 */
async function main(words: readonly string[]): Promise<void> {
  if (words.includes("--help")) return void process.stdout.write(HELP);
  const options = readSurgeOptions(words);
  checkHandles(CONNECTION_COUNT_MAX + KEPT_BACK_COUNT);
  const machine = readMachine();
  const result = await surge(options);
  console.log(reportText(result));
  if (!options.isSmoke) keep(result, machine);
  process.exitCode = result.faults.length === 0 ? 0 : 1;
}

async function surge(options: SurgeOptions): Promise<SurgeResult> {
  const leadMs = rampMs({ durationMs: durationMs(options) });
  await using stage = await openStage(options, leadMs);
  const startMs = stage.opensAt.runMs - leadMs;
  using wires = new Wires({ url: stage.url, countMax: CONNECTION_COUNT_MAX });
  const scene: Scene = {
    host: new URL(stage.url).host,
    eventSlug: stage.eventSlug,
    opensAtMs: stage.opensAt.runMs,
    pace: options.pace,
    wires,
    files: new PageFiles(),
    journal: new Journal(startMs),
    phones: stage.phones,
    books: new Books(),
    faults: [],
  };
  const meter = new ProcessorMeter(stage.serverPid, stage.postgresPid);
  const generatorBefore = process.cpuUsage();
  const endings = await runCrowd(options, scene);
  const { user, system } = process.cpuUsage(generatorBefore);
  const processor = meter.elapsed((user + system) / 1e6);
  const checked = await checkBooks(scene, stage, options.quota);
  return resultOf({ options, scene, endings, processor, checked, opensAt: stage.opensAt });
}

/** Null, and a fault more, where they do not hold. */
async function checkBooks(
  scene: Scene,
  { database }: Stage,
  quota: number,
): Promise<Checked | null> {
  try {
    return await scene.books.check(database.sql, quota);
  } catch (error) {
    scene.faults.push(`the books do not hold: ${String(error)}`);
    return null;
  }
}

/** `machine` is as it was before, for its load average then has nothing of ours. */
function keep(result: SurgeResult, machine: Machine): void {
  const kept = { commit: readCommit(), machine, ...result };
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  writeFileSync(join(RESULTS_FOLDER, "surge.json"), `${JSON.stringify(kept, null, 2)}\n`);
  writeFileSync(join(RESULTS_FOLDER, "surge.svg"), drawSurge(result));
}

await runCommand(main);
