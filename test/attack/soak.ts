import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { BenchError } from "../../bench/harness/bench.ts";
import { between, runCommand } from "../../bench/harness/command.ts";
import { checkHandles } from "../../bench/harness/handles.ts";
import { Books } from "../../bench/load/books.ts";
import { exponential } from "../../bench/load/distributions.ts";
import { HABITS } from "../../bench/load/habits.ts";
import { Journal } from "../../bench/load/journal.ts";
import { Outing } from "../../bench/load/outing.ts";
import { PageFiles } from "../../bench/load/page-files.ts";
import { makePerson, type Person } from "../../bench/load/person.ts";
import type { Scene } from "../../bench/load/scene.ts";
import { openStage, type Stage } from "../../bench/load/stage.ts";
import { Tab } from "../../bench/load/tab.ts";
import { sleep } from "../../bench/load/timeline.ts";
import { Visitor } from "../../bench/load/visitor.ts";
import { Wheel } from "../../bench/load/wheel.ts";
import { Random } from "../support/random.ts";
import { BrokenWires } from "./soak-broken-wires.ts";
import { growthOf, SAMPLE_EVERY_S, type Sample, sampleLine, sampleOf } from "./soak-samples.ts";
import { SlowClients } from "./soak-slow-clients.ts";

const USAGE = "bun test/attack/soak.ts [--minutes 15] [--rate 2]";
/** The sale of the stage closes after an hour. */
const MINUTES_MAX = 50;
const RATE_MAX = 10;

/** 100,000 visitors and 60,000 registrations in ten minutes. */
const VISITORS_PER_SECOND = 100_000 / 600;
const REGISTERING_SHARE = 0.6;
/** They come again and again, so that what is remembered of each phone stops growing when all have come. */
const PHONE_COUNT = 60_000;
const QUOTA = 100_000;
/** People in less of a hurry would be more at once, and ask no more in a second. */
const PACE = 0.1;
/** Each asks for a code with every visit. */
const SETTINGS = { OTP_SENDS_PER_DAY: "100", OTP_SENDS_PER_SOURCE_PER_DAY: "100" };

const CONNECTION_COUNT_MAX = 1_000;
const SLOW_COUNT = 500;
const CUT_SHARE = 0.05;
/** Beside the connections: what is cut off, the codes, the database, and what Bun itself holds. */
const KEPT_BACK_COUNT = 500;
const LEAVES_WITHIN_MS = 30_000;
const RESTS_MS = 60_000;
const HANDLES_OVER_MAX = 5;

interface SoakOptions {
  readonly minutes: number;
  /** Times the rated load. */
  readonly rate: number;
}

/** One thing the soak is to show. */
interface Verdict {
  readonly holds: boolean;
  readonly sentence: string;
}

/**
 * The rated load and more, steadily, on one process of the service, among clients that break off and clients that
 * dawdle: exits 1 where memory or handles grow, an answer is an error, or the books do not hold.
 */
async function main(words: readonly string[]): Promise<void> {
  const options = readOptions(words);
  if (!existsSync("/proc/self/status")) {
    throw new BenchError("The soak reads /proc, which this system does not have.");
  }
  checkHandles(CONNECTION_COUNT_MAX + SLOW_COUNT + KEPT_BACK_COUNT);
  const verdicts = await soak(options);
  for (const { holds, sentence } of verdicts) console.log(`${holds ? "ok  " : "FAIL"} ${sentence}`);
  process.exitCode = verdicts.every(({ holds }) => holds) ? 0 : 1;
}

async function soak(options: SoakOptions): Promise<readonly Verdict[]> {
  const random = new Random(1);
  await using stage = await openStage({ pace: PACE, seed: 1, quota: QUOTA }, 0, SETTINGS);
  await sleep(stage.opensAt.runMs - performance.now());
  const before = sampleOf(stage.serverPid);
  const { url, eventSlug, phones, serverPid } = stage;
  using wheel = new Wheel();
  const scene = {
    host: new URL(url).host,
    eventSlug,
    opensAtMs: stage.opensAt.runMs,
    pace: PACE,
    wires: new BrokenWires({ url, countMax: CONNECTION_COUNT_MAX, random, cutShare: CUT_SHARE }),
    wheel,
    files: new PageFiles(),
    journal: new Journal(performance.now()),
    phones,
    books: new Books(),
    faults: [],
  } satisfies Scene;
  const ticketKey = () => scene.books.latest?.ticketKey ?? null;
  const slow = new SlowClients({ url, eventSlug, count: SLOW_COUNT, ticketKey });
  const samples: Sample[] = [];
  const sampling = setInterval(() => {
    const sample = sampleOf(serverPid);
    samples.push(sample);
    console.log(sampleLine(samples.length * SAMPLE_EVERY_S, sample, scene.journal));
  }, SAMPLE_EVERY_S * 1_000);
  const { visitorCount, leaving } = await runPeople(options, scene, random);
  clearInterval(sampling);
  await Promise.race([leaving, sleep(LEAVES_WITHIN_MS)]);
  scene.wires[Symbol.dispose]();
  slow[Symbol.dispose]();
  console.log(summary(scene, visitorCount, slow.cutOffCount, options));
  const growth = growthOf(
    samples.map(({ residentMib }) => residentMib),
    options.minutes,
  );
  return [
    { holds: growth.isFlat, sentence: `memory is flat: ${growth.sentence}` },
    await handlesVerdict(serverPid, before),
    answersVerdict(scene.journal),
    faultsVerdict(scene.faults),
    await booksVerdict(scene.books, stage),
  ];
}

interface Crowd {
  readonly visitorCount: number;
  /** Ends when the last of them has gone. */
  readonly leaving: Promise<unknown>;
}

/** Resolves when nobody comes any more. */
async function runPeople(
  { minutes, rate }: SoakOptions,
  scene: Scene,
  random: Random,
): Promise<Crowd> {
  const startMs = performance.now();
  const endMs = startMs + minutes * 60_000;
  const present = new Set<Promise<unknown>>();
  let visitorCount = 0;
  let atMs = startMs;
  for (;;) {
    atMs += exponential(random, 1_000 / (rate * VISITORS_PER_SECOND));
    if (atMs >= endMs) break;
    if (atMs > performance.now()) await sleep(atMs - performance.now());
    const [index, arrivesAtMs] = [visitorCount % PHONE_COUNT, atMs - scene.opensAtMs];
    const visit = visitOf(makePerson(index, PHONE_COUNT, arrivesAtMs, random.fork()), scene);
    visitorCount += 1;
    present.add(visit);
    void visit.finally(() => present.delete(visit));
  }
  await sleep(endMs - performance.now());
  return { visitorCount, leaving: Promise.all(present) };
}

async function visitOf(person: Person, scene: Scene): Promise<void> {
  if (person.random.chance(REGISTERING_SHARE / (1 - HABITS.onlyLooksShare))) {
    await new Visitor(person, scene).live();
    return;
  }
  const outing = new Outing(person, scene);
  using tab = new Tab(outing);
  if (await tab.openEvent()) await outing.takeTime(HABITS.readsPageMs);
}

function summary(
  { journal, wires }: Scene & { readonly wires: BrokenWires },
  visitorCount: number,
  cutOffCount: number,
  { minutes, rate }: SoakOptions,
): string {
  const { done } = journal.outcomes.registration;
  const seconds = minutes * 60;
  const rates = `${(visitorCount / seconds).toFixed(0)} visitors/s, ${(done / seconds).toFixed(0)} registrations/s answered`;
  const reasons = [...journal.reasons].toSorted(([, a], [, b]) => b - a);
  return [
    "",
    `${minutes} minutes at ${rate} times the rated load: ${visitorCount} visitors of ${PHONE_COUNT} phones; ${rates}.`,
    `${wires.cutCount} requests cut off by their clients; ${cutOffCount} slow clients cut off by the service.`,
    `The generator was late by ${journal.lag.summary().p99Ms.toFixed(0)} ms at p99.`,
    ...reasons.map(([reason, count]) => `  ${String(count).padStart(8)}  ${reason}`),
    "",
  ].join("\n");
}

/** All of ours are closed: the service may take a minute to see it. */
async function handlesVerdict(pid: number, before: Sample): Promise<Verdict> {
  const endMs = performance.now() + RESTS_MS;
  const isBack = () => sampleOf(pid).handleCount <= before.handleCount + HANDLES_OVER_MAX;
  while (!isBack() && performance.now() < endMs) await sleep(1_000);
  const { handleCount, threadCount } = sampleOf(pid);
  return {
    holds: isBack(),
    sentence: `handles are given back: ${before.handleCount} at the start, ${handleCount} at the end (threads: ${before.threadCount}, ${threadCount})`,
  };
}

function answersVerdict({ reasons }: Journal): Verdict {
  const errors = [...reasons.keys()].filter(
    (reason) => / 5\d\d /.test(reason) && (!/ 503 /.test(reason) || / without /.test(reason)),
  );
  return {
    holds: errors.length === 0,
    sentence: `no 5xx but a 503 that says when to come again: ${errors.join(", ") || "none"}`,
  };
}

function faultsVerdict(faults: readonly string[]): Verdict {
  return {
    holds: faults.length === 0,
    sentence: `nobody was answered what nobody should be: ${faults.length} were${faults.length > 0 ? `, as: ${faults[0]}` : ""}`,
  };
}

async function booksVerdict(books: Books, { database }: Stage): Promise<Verdict> {
  try {
    const { soldCount, acknowledgedCount } = await books.check(database.sql, QUOTA);
    const sentence = `the books hold: ${soldCount} seats, ${acknowledgedCount} people told of theirs`;
    return { holds: acknowledgedCount > 0, sentence };
  } catch (error) {
    return { holds: false, sentence: `the books hold: ${String(error)}` };
  }
}

/** Throws `BenchError` with one sentence. */
function readOptions(words: readonly string[]): SoakOptions {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({ args: [...words], options: { minutes: text, rate: text } });
    return {
      minutes: between("minutes", values.minutes ?? "15", { min: 0.1, max: MINUTES_MAX }),
      rate: between("rate", values.rate ?? "2", { min: 0.1, max: RATE_MAX }),
    };
  } catch (error) {
    if (error instanceof BenchError) throw error;
    throw new BenchError(`that is not how it is called: ${USAGE}`, { cause: error });
  }
}

// The service and PostgreSQL end when their input does.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
await runCommand(main);
