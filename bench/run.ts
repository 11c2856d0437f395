import { parseArgs } from "node:util";
import { type Bench, BenchError, type BenchOptions } from "./harness/bench.ts";
import { Clusters } from "./harness/clusters.ts";
import { checkDriver } from "./harness/driver-check.ts";
import { checkHandles } from "./harness/handles.ts";
import { checkPort } from "./harness/port.ts";
import { keepReadmeTable } from "./harness/readme-table.ts";
import { BENCHES } from "./harness/registry.ts";
import { keepResult, type Result, resultOf, verdictOf } from "./harness/result.ts";
import { tableOf } from "./harness/table.ts";
import { generator } from "./harness/throughput.ts";

const USAGE = `bun run bench [name…] [--json] [--smoke] [--port N]

Measures every name, or those given, and keeps each result in bench/results. Exit code 1 where one misses its bar.
  --json    one line of JSON for each name, as it ends, instead of the table
  --smoke   a second or two each, to show that all of it works; keeps nothing
  --port N  where the service listens; without it, on any free port

Names: ${BENCHES.map(({ name }) => name).join(", ")}`;

/** Far above what a bench takes; one that hangs must not hang whoever waits for it. */
const TIMEOUT_MS = 120_000;

// What was started ends with our end of its pipe.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
process.exit(await main());

async function main(): Promise<number> {
  try {
    const { names, isJson, isSmoke, isHelp, port } = readArguments();
    if (isHelp) {
      await print(USAGE);
      return 0;
    }
    const benches = chooseBenches(names);
    const driven = generator();
    checkHandles();
    checkPort(port);
    process.stderr.write(`Load is driven by ${driven}.\n`);
    if (driven === "oha") process.stderr.write(`${await fairness()}\n`);
    await using clusters = new Clusters({ isShared: isSmoke });
    const options = { isSmoke, port, openCluster: () => clusters.open() };
    const results: Result[] = [];
    for (const bench of benches) {
      const result = await runOne(bench, options);
      results.push(result);
      if (isJson) await print(JSON.stringify(result));
    }
    if (!isSmoke) keepReadmeTable();
    if (!isJson) await print(tableOf(results));
    return isSmoke || results.every((result) => verdictOf(result) !== "missed") ? 0 : 1;
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

async function fairness(): Promise<string> {
  const { note } = await checkDriver({ durationS: 2 });
  return `What oha cannot send, each claim once, our own driver does: ${note}.`;
}

/** Resolves when all of it is out: a long line into a slow pipe would be cut by the exit. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
}

interface Arguments {
  readonly names: readonly string[];
  readonly isJson: boolean;
  readonly isSmoke: boolean;
  readonly isHelp: boolean;
  readonly port: number;
}

function readArguments(): Arguments {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        smoke: { type: "boolean", default: false },
        port: { type: "string", default: "0" },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
    const { json: isJson, smoke: isSmoke, help: isHelp } = values;
    return { names: positionals, isJson, isSmoke, isHelp, port: readPort(values.port) };
  } catch (error) {
    const [complaint = ""] = String(error instanceof Error ? error.message : error).split(". ");
    throw new BenchError(
      `${complaint.replace(/\.$/, "")}; bun run bench --help says what there is.`,
      {
        cause: error,
      },
    );
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new BenchError(`--port takes a whole number up to 65535, not "${text}".`);
}

function chooseBenches(names: readonly string[]): readonly Bench[] {
  if (names.length === 0) return BENCHES;
  return names.map((name) => {
    const bench = BENCHES.find((candidate) => candidate.name === name);
    if (bench !== undefined) return bench;
    const known = BENCHES.map((candidate) => candidate.name).join(", ");
    throw new BenchError(`There is no bench "${name}"; the names are ${known}.`);
  });
}

async function runOne(bench: Bench, options: BenchOptions): Promise<Result> {
  process.stderr.write(`${bench.name} …\n`);
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    timeout.reject(new BenchError(`${bench.name} did not end within ${TIMEOUT_MS / 1_000} s.`));
  }, TIMEOUT_MS);
  try {
    const measured = await Promise.race([bench.run(options), timeout.promise]);
    const result = resultOf(bench, measured, options);
    if (!options.isSmoke) keepResult(result, measured.plots);
    return result;
  } finally {
    clearTimeout(timer);
  }
}
