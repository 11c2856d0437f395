import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench, BenchOptions, Measured, Round } from "./bench.ts";
import { type Machine, readCommit, readMachine } from "./machine.ts";

/** What `bun run bench --json` prints a line of for each name. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Null where the value stands by itself. */
  readonly baseline: number | null;
  readonly ratio: number | null;
  readonly bar: number;
  readonly goal: number;
  /** Null outside a checkout. */
  readonly commit: string | null;
  readonly direction: Bench["direction"];
  readonly isSmoke: boolean;
  /** Every round, in the order in which they ran. */
  readonly raw: readonly (Round | number)[];
  readonly processor: Measured["processor"];
  readonly notes: readonly string[];
  readonly details: Measured["details"];
  readonly shortfall?: string;
  readonly machine: Machine;
}

export function resultOf(
  bench: Bench,
  measured: Measured,
  { isSmoke }: Pick<BenchOptions, "isSmoke">,
): Result {
  const { name, unit, bar, goal, direction } = bench;
  const { processor, notes, details, shortfall, value } = measured;
  const { baseline, ratio } = measured.kind === "ratio" ? measured : NO_BASELINE;
  const raw = measured.kind === "ratio" ? measured.rounds : measured.values;
  return {
    name,
    value,
    unit,
    baseline,
    ratio,
    bar,
    goal,
    commit: readCommit(),
    direction,
    isSmoke,
    raw,
    processor,
    notes,
    details,
    ...(shortfall === undefined ? {} : { shortfall }),
    machine: readMachine(),
  };
}

const NO_BASELINE = { baseline: null, ratio: null };

/** The figure that is held against bar and goal. */
export function figureOf({ ratio, value }: Result): number {
  return ratio ?? value;
}

/** The same of each round. */
export function figuresOf({ raw }: Result): readonly number[] {
  return raw.map((round) => (typeof round === "number" ? round : round.candidate / round.baseline));
}

export type Verdict = "goal" | "bar" | "missed";

export function verdictOf(result: Result): Verdict {
  if (result.shortfall !== undefined) return "missed";
  const figure = figureOf(result);
  const reaches = (mark: number) =>
    result.direction === "higher-is-better" ? figure >= mark : figure <= mark;
  if (reaches(result.goal)) return "goal";
  return reaches(result.bar) ? "bar" : "missed";
}

export const RESULTS_FOLDER = join(import.meta.dir, "../results");

/** Keeps the result and its pictures in `bench/results`, in the place of those of the run before. */
export function keepResult(result: Result, plots: Measured["plots"]): void {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  writeFileSync(
    join(RESULTS_FOLDER, `${result.name}.json`),
    `${JSON.stringify(result, null, 2)}\n`,
  );
  for (const [name, picture] of Object.entries(plots)) {
    writeFileSync(join(RESULTS_FOLDER, name), picture);
  }
}
