import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../harness/command.ts";
import { checkHandles } from "../harness/handles.ts";
import { type Machine, readCommit, readMachine } from "../harness/machine.ts";
import { ProcessorMeter, StealMeter } from "../harness/processor.ts";
import { rampMs } from "./arrivals.ts";
import { Books, type Checked } from "./books.ts";
import { durationMs, runCrowd } from "./crowd.ts";
import { checkDraw, type DrawChecked, publishedSeedHash } from "./draw-check.ts";
import { Edge } from "./edge.ts";
import { ORDINARY_MOOD, STEADY_MOOD } from "./habits.ts";
import { Journal } from "./journal.ts";
import { LineCount } from "./line-count.ts";
import { PageFiles } from "./page-files.ts";
import type { Scene, WaitingRoomScene } from "./scene.ts";
import { openStage, type Stage, type StageOptions } from "./stage.ts";
import { HELP, readSurgeOptions, type SurgeOptions } from "./surge-options.ts";
import { drawSurge } from "./surge-plot.ts";
import { reportText } from "./surge-report.ts";
import { resultOf, type SurgeResult } from "./surge-result.ts";
import { Wheel } from "./wheel.ts";
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
  const manner = mannerOf(options);
  await using stage = await openStage(
    { ...options, ...manner, isLadderFree: !options.isSmoke },
    leadMs,
  );
  const startMs = stage.opensAt.runMs - leadMs;
  using wires = new Wires({ url: stage.url, countMax: CONNECTION_COUNT_MAX });
  using wheel = new Wheel();
  const waitingRoom = roomOf(manner, wires);
  const scene: Scene = {
    host: new URL(stage.url).host,
    eventSlug: stage.eventSlug,
    opensAtMs: stage.opensAt.runMs,
    pace: options.pace,
    mood: manner.mood,
    wires,
    wheel,
    ...(waitingRoom !== null && { waitingRoom }),
    files: new PageFiles(),
    journal: new Journal(startMs),
    phones: stage.phones,
    books: new Books(),
    faults: [],
  };
  const seedHash =
    waitingRoom === null ? null : await publishedSeedHash(stage.url, stage.eventSlug);
  const meter = new ProcessorMeter(stage.serverPid, stage.postgresPid);
  const steal = new StealMeter();
  const generatorBefore = process.cpuUsage();
  const sampling = setInterval(() => {
    sampleLine(scene);
    scene.journal.sampleSteal(steal.lap());
  }, 1_000);
  const endings = await runCrowd(options, scene, stage.verificationOf);
  clearInterval(sampling);
  const { user, system } = process.cpuUsage(generatorBefore);
  const processor = meter.elapsed((user + system) / 1e6);
  const stolenShare = steal.share();
  const checked = await checkBooks(scene, stage, options.quota);
  const draw = seedHash === null ? null : await drawOf(scene, stage, seedHash);
  const { opensAt } = stage;
  return resultOf({ options, scene, endings, processor, stolenShare, checked, draw, opensAt });
}

type Manner = Required<Pick<Scene, "mood">> & Pick<StageOptions, "waitingRoom">;

function mannerOf({ hasWaitingRoom, verifyEarlyShare, isSmoke }: SurgeOptions): Manner {
  const mood = isSmoke ? STEADY_MOOD : ORDINARY_MOOD;
  return hasWaitingRoom
    ? { mood, waitingRoom: { isVerifiedEarly: verifyEarlyShare > 0 } }
    : { mood };
}

function roomOf({ waitingRoom }: Manner, wires: Wires): WaitingRoomScene | null {
  if (waitingRoom === undefined) return null;
  return { ...waitingRoom, edge: new Edge(wires), line: new LineCount() };
}

/** What people know of the line, and what the service told last. */
function sampleLine({ journal, waitingRoom }: Scene): void {
  const line = waitingRoom?.line;
  if (line === undefined || line.told === null) return;
  const { waitingCount, admittedCount, told } = line;
  journal.sampleLine({ waitingCount, admittedCount, heldCount: told.heldCount });
}

async function drawOf(
  { faults, waitingRoom }: Scene,
  { url, eventSlug }: Stage,
  seedHash: string,
): Promise<DrawChecked> {
  const placesById = waitingRoom?.line.placesById ?? new Map<string, number>();
  const draw = await checkDraw({ url, eventSlug, seedHash, placesById });
  faults.push(...draw.faults.map((fault) => `the draw: ${fault}`));
  return draw;
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
  const { seconds, ...rest } = { commit: readCommit(), machine, ...result };
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  writeFileSync(join(RESULTS_FOLDER, "surge.json"), keptText(rest, seconds));
  writeFileSync(join(RESULTS_FOLDER, "surge.svg"), drawSurge(result));
}

/** A second a line: spread out, they were fifty thousand. */
function keptText(rest: object, seconds: readonly unknown[]): string {
  const lines = seconds.map((second) => `    ${JSON.stringify(second)}`);
  const body = JSON.stringify(rest, null, 2).slice(0, -"\n}".length);
  return `${body},\n  "seconds": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

await runCommand(main);
