import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { MUTANT_SEED_COUNT, MUTANTS } from "./mutants/all.ts";
import { plant } from "./mutants/plant.ts";

const USAGE = `bun run sim [seed]            one seed, with the end of its timeline when it breaks something
bun run sim --count 2000      that many seeds from 1 on (--from: from another)
bun run sim --for 60s         fresh seeds for that long
bun run sim --mutants         plants each bug of test/sim/mutants and looks for it
bun run sim 7 --plant "NAME"  with that bug in the code`;

const SECOND_MS = 1_000;
const COUNT = 2_000;

class UsageError extends Error {
  override readonly name = "UsageError";
}

function explain(error: unknown): number {
  const isUsage = error instanceof UsageError || error instanceof TypeError;
  if (!isUsage) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}\n`);
  return 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: "string" },
      from: { type: "string" },
      for: { type: "string" },
      mutants: { type: "boolean" },
      plant: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return say(USAGE, 0);
  const [seed] = positionals;
  const from = wholeNumber(values.from ?? "1");
  const count = wholeNumber(values.count ?? String(COUNT));
  if (values.mutants === true) return findMutants();
  if (values.plant !== undefined) {
    const isKnown = MUTANTS.some(({ name }) => name === values.plant);
    if (!isKnown) throw new UsageError(`there is no planted bug "${values.plant}"`);
    await plant(values.plant);
    return seed === undefined ? searchHere(from, count) : runOne(wholeNumber(seed));
  }
  if (seed !== undefined) return runOne(wholeNumber(seed));
  if (values.for !== undefined) return search({ forMs: duration(values.for) });
  return search({ from, count });
}

async function runOne(seed: number): Promise<number> {
  const { runSeed } = await import("./run-seed.ts");
  const { report } = await import("./report.ts");
  const result = runSeed(seed);
  if (result.violation !== null) return say(report(result), 1);
  return say(`seed ${seed}: nothing broke (${result.timeline.length} lines, ${result.hash})`, 0);
}

async function search(
  range: { readonly from: number; readonly count: number } | { readonly forMs: number },
): Promise<number> {
  const { runSeeds, seedsFrom } = await import("./seed-pool.ts");
  const startMs = performance.now();
  const isFresh = "forMs" in range;
  const from = isFresh ? (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) : range.from;
  const isOver = () => isFresh && performance.now() - startMs > range.forMs;
  const ends = await runSeeds(
    isFresh ? seedsFrom(from) : seedsFrom(from, range.count),
    (soFar) => isOver() || soFar.some(({ violation }) => violation !== null),
  );
  const tookS = ((performance.now() - startMs) / SECOND_MS).toFixed(1);
  const broken = ends.find(({ violation }) => violation !== null);
  if (broken !== undefined) return runOne(broken.seed);
  return say(`${ends.length} seeds from ${from} on in ${tookS} s: nothing broke`, 0);
}

/** On this thread, where the bug is planted. */
async function searchHere(from: number, count: number): Promise<number> {
  const { runSeed } = await import("./run-seed.ts");
  for (let seed = from; seed < from + count; seed += 1) {
    const { violation } = runSeed(seed);
    if (violation === null) continue;
    return say(`seed ${seed}: invariant ${violation.invariant}: ${violation.what}`, 1);
  }
  return say(`${count} seeds: nothing broke`, 0);
}

/** Each bug in a process of its own, as many at once as there are cores. */
async function findMutants(): Promise<number> {
  const left = [...MUTANTS];
  let missedCount = 0;
  const work = async () => {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const { name } = mutant;
      const count = String(MUTANT_SEED_COUNT);
      const child = Bun.spawn(["bun", import.meta.path, "--plant", name, "--count", count], {
        stdout: "pipe",
        stderr: "pipe",
      });
      const [output, errors] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      const isFound = (await child.exited) === 1 && output.startsWith("seed ");
      if (!isFound) missedCount += 1;
      const end = isFound ? output.trim() : `NOT FOUND within ${count}: ${output}${errors}`.trim();
      say(`${name}\n    ${end}`, 0);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const verdict = `${MUTANTS.length - missedCount} of ${MUTANTS.length} planted bugs found`;
  return say(verdict, missedCount === 0 ? 0 : 1);
}

function wholeNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is no whole number`);
}

function duration(text: string): number {
  const [, amount, unit] = /^(\d{1,5})(s|m)$/.exec(text) ?? [];
  if (amount === undefined) throw new UsageError(`"${text}" is no duration, as 60s or 10m`);
  return Number(amount) * SECOND_MS * (unit === "m" ? 60 : 1);
}

function say(text: string, exitCode: number): number {
  process.stdout.write(`${text}\n`);
  return exitCode;
}

process.exit(await main().catch(explain));
